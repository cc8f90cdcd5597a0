import { createPublicKey, sign, type KeyObject } from 'node:crypto';
import { commitTo } from '../../../src/openpubkey/cic.ts';
import { gq256, signGq } from '../../../src/openpubkey/gq.ts';
import { readIssuerKey } from '../../../src/openpubkey/issuer-key.ts';
import { invert, toInteger } from '../../../src/openpubkey/modular.ts';
import type { PkToken } from '../../../src/openpubkey/index.ts';
import { encode, makeUserKey, STATEMENT, type Issuer } from './issuer.ts';

type Fields = Record<string, unknown>;

/** What to write instead of what is right; a member that is undefined is left out. */
export interface Changes {
  readonly gq?: Fields;
  readonly cic?: Fields;
  readonly upk?: Fields;
  /** Text of a whole header instead. */
  readonly gqText?: string;
  readonly cicText?: string;
  /** Signs for the key of the CIC header. */
  readonly signingKey?: KeyObject;
  readonly claims?: object;
  readonly issuerHeader?: object;
}

/**
 * A PK token as someone makes it who holds a token and tells something else: all that its maker can sign is signed,
 * so that what is wrong is only what was changed.
 */
export function forge(issuer: Issuer, changes: Changes = {}): PkToken {
  const userKey = makeUserKey();
  const [header = '', payload = '', signature = ''] = issuer
    .issue(changes.claims, changes.issuerHeader)
    .reveal()
    .split('.');
  const { x, y } = createPublicKey(userKey).export({ format: 'jwk' });
  const upk = { alg: 'ES256', crv: 'P-256', kty: 'EC', x, y, ...changes.upk };
  const cic = { alg: 'ES256', rz: '0f'.repeat(32), statement: STATEMENT, typ: 'CIC', upk, ...changes.cic };
  const cicText = changes.cicText ?? JSON.stringify(cic);
  const key = readIssuerKey(issuer.issuerKey);
  const gq = { alg: 'GQ256', cic: commitTo(cicText), jkt: key.jkt, kid: header, typ: 'JWT', ...changes.gq };
  const gqPart = encode(changes.gqText ?? gq);
  const secret = invert(toInteger(Buffer.from(signature, 'base64url')), key.n) ?? 0n;
  let drawn = 2n ** 2000n;
  const gqSignature = signGq(gq256(key), secret, Buffer.from(`${gqPart}.${payload}`), () => (drawn += 1n));
  const cicSigned = Buffer.from(`${encode(cicText)}.${payload}`);
  const cicSignature = sign('sha256', cicSigned, {
    key: changes.signingKey ?? userKey,
    dsaEncoding: 'ieee-p1363',
  });
  return {
    payload,
    signatures: [
      { protected: gqPart, signature: gqSignature.toString('base64url') },
      { protected: encode(cicText), signature: cicSignature.toString('base64url') },
    ],
  };
}
