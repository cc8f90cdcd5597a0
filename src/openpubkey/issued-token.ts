import type { Secret } from '../secret.ts';
import { show } from '../text.ts';
import { encodeForRs256, type ReadIssuerKey } from './issuer-key.ts';
import { toInteger } from './modular.ts';
import { readBase64url, readObject } from './parts.ts';
import { Unfit } from './unfit.ts';

/** A token as its issuer made it. The signature is what makes it a token: it is for the binding alone. */
export interface IssuedToken {
  /** base64url, as they stand in the token. */
  readonly header: string;
  readonly payload: string;
  readonly signature: bigint;
}

/**
 * A compact JWS in RS256 by that key.
 * @throws {Unfit} with nothing of the signature in it.
 */
export function readIssuedToken(token: Secret, key: ReadIssuerKey): IssuedToken {
  const parts = token.reveal().split('.');
  const [header = '', payload = '', last] = parts;
  if (parts.length !== 3) throw new Unfit(`the token has ${String(parts.length)} parts, not 3`);
  checkIssuerHeader(header, key);
  readObject(payload, "the token's payload");
  const bytes = readBase64url(last, "the token's signature");
  const signature = toInteger(bytes);
  const fits =
    bytes.length === key.bytes && signature < key.n && key.raise(bytes).equals(identify(header, payload, key));
  if (!fits) throw new Unfit(`the token's signature is not by the issuer's key ${show(key.kid)}`);
  return { header, payload, signature };
}

/** The issuer's own header: what it signed, and with which of its keys. */
export function checkIssuerHeader(header: string, { kid }: ReadIssuerKey): void {
  const name = "the issuer's header";
  const fields = readObject(header, name);
  const { alg, typ } = fields;
  if (alg !== 'RS256') throw new Unfit(`${name} has alg ${show(alg)}, not "RS256"`);
  if (typ !== undefined && typ !== 'JWT') throw new Unfit(`${name} has typ ${show(typ)}, not "JWT"`);
  if (Object.hasOwn(fields, 'crit')) throw new Unfit(`${name} demands an extension: crit ${show(fields['crit'])}`);
  if (fields['kid'] !== kid) throw new Unfit(`${name} names the key ${show(fields['kid'])}, not ${show(kid)}`);
}

/** G of the GQ signature, as bytes: what the issuer's signature raised to e gives. */
export function identify(header: string, payload: string, key: ReadIssuerKey): Buffer {
  return encodeForRs256(`${header}.${payload}`, key);
}
