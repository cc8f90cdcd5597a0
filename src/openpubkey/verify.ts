import type { P256Point } from '../digest.ts';
import { show } from '../text.ts';
import { commitTo, readCic, verifyCic } from './cic.ts';
import { gq256, gqSignatureBytes, verifyGq } from './gq.ts';
import { checkIssuerHeader, identify } from './issued-token.ts';
import { readIssuerKey, type ReadIssuerKey } from './issuer-key.ts';
import { toInteger } from './modular.ts';
import { asFields, checkMembers, checkValue, readBase64url, readObject, type Fields } from './parts.ts';
import type { IssuerRsaKey } from './types.ts';
import { catchUnfit, Unfit } from './unfit.ts';

/** What a PK token proves: whoever held `userKey` and named that statement had held a token with these claims. */
export interface VerifiedPkToken {
  /** As the issuer signed them. Their times are not compared with any clock. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The issuer's key. */
  readonly kid: string;
  /** The key that the token is bound to. */
  readonly userKey: P256Point;
  /** SHA-256, hex, of the one statement that the binding is for. */
  readonly statementDigest: string;
}

/** Why it proves nothing: half a sentence that names the part at fault, like "the CIC header lacks upk". */
export interface PkTokenRefusal {
  readonly refusal: string;
}

/**
 * Checks a PK token, which is anyone's JSON, against the issuer's key that it is said to be from. Everything in it is
 * covered by one of its two signatures and nothing may be in it that is not checked.
 *
 * It proves no time: a token that leaked can be bound to any key, also long after its end.
 */
export function verifyPkToken(pkToken: unknown, issuerKey: IssuerRsaKey): VerifiedPkToken | PkTokenRefusal {
  return catchUnfit(() => verify(pkToken, readIssuerKey(issuerKey)));
}

function verify(pkToken: unknown, key: ReadIssuerKey): VerifiedPkToken {
  const { payload, gq, cic } = readParts(pkToken);
  const claims = readObject(payload, 'the payload');
  const { issuerHeader, commitment } = readGqHeader(gq.protected, key);
  const cicHeader = readBase64url(cic.protected, 'the CIC header');
  if (commitment !== commitTo(cicHeader)) throw new Unfit('the GQ header commits to another CIC header (cic)');
  const instance = readCic(cicHeader);
  verifyCic(instance, `${cic.protected}.${payload}`, readBase64url(cic.signature, 'the CIC signature'));
  const scheme = gq256(key);
  const signature = readBase64url(gq.signature, 'the GQ signature', 2 * gqSignatureBytes(scheme));
  const identity = toInteger(identify(issuerHeader, payload, key));
  verifyGq(scheme, identity, Buffer.from(`${gq.protected}.${payload}`), signature);
  return { claims, kid: key.kid, ...instance };
}

interface Part {
  readonly protected: string;
  readonly signature: string;
}

/** Only shapes: that the texts are base64url is looked at where each is read. */
function readParts(pkToken: unknown): { readonly payload: string; readonly gq: Part; readonly cic: Part } {
  const fields = asFields(pkToken);
  if (!fields) throw new Unfit('the PK token is not a JSON object');
  checkMembers(fields, ['payload', 'signatures'], 'the PK token');
  const { signatures } = fields;
  if (!Array.isArray(signatures)) throw new Unfit('the PK token has no list of signatures');
  if (signatures.length !== 2) throw new Unfit(`the PK token has ${String(signatures.length)} signatures, not 2`);
  const [gq, cic] = signatures as readonly unknown[];
  return { payload: readText(fields, 'payload', 'the PK token'), gq: readPart(gq, 'GQ'), cic: readPart(cic, 'CIC') };
}

function readPart(value: unknown, which: string): Part {
  const name = `the PK token's entry for ${which}`;
  const fields = asFields(value);
  if (!fields) throw new Unfit(`${name} is not a JSON object`);
  checkMembers(fields, ['protected', 'signature'], name);
  return { protected: readText(fields, 'protected', name), signature: readText(fields, 'signature', name) };
}

function readText(fields: Fields, member: string, name: string): string {
  const value = fields[member];
  if (typeof value !== 'string') throw new Unfit(`${name} has a ${member} that is no text`);
  return value;
}

function readGqHeader(
  header: string,
  key: ReadIssuerKey,
): { readonly issuerHeader: string; readonly commitment: string } {
  const name = 'the GQ header';
  const fields = readObject(header, name);
  checkMembers(fields, ['alg', 'cic', 'jkt', 'kid', 'typ'], name);
  checkValue(fields, 'alg', 'GQ256', name);
  checkValue(fields, 'typ', 'JWT', name);
  if (fields['jkt'] !== key.jkt) throw new Unfit(`${name} names another issuer's key: jkt ${show(fields['jkt'])}`);
  const issuerHeader = readText(fields, 'kid', name);
  checkIssuerHeader(issuerHeader, key);
  return { issuerHeader, commitment: readText(fields, 'cic', name) };
}
