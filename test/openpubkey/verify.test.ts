import { createECDH, createPublicKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bindToken, verifyPkToken, type PkToken } from '../../src/openpubkey/index.ts';
import { forge, type Changes } from './support/forge.ts';
import { CLAIMS, encode, makeIssuer, makeUserKey, STATEMENT } from './support/issuer.ts';
import { holdsByDefinition } from './support/oracle.ts';

const issuer = makeIssuer();
const { issuerKey } = issuer;
const good = forge(issuer);
const [gq, cic] = good.signatures;
const other = makeUserKey();
const { x: otherX } = createPublicKey(other).export({ format: 'jwk' });
const P384_X = createECDH('secp384r1').generateKeys().subarray(1, 49).toString('base64url');
const refusalOf = (pkToken: unknown): string => {
  const verified = verifyPkToken(pkToken, issuerKey);
  return 'refusal' in verified ? verified.refusal : 'taken';
};

describe('the forger', () => {
  it('makes a good PK token when it changes nothing', () => {
    expect(verifyPkToken(good, issuerKey)).toMatchObject({ claims: CLAIMS, statementDigest: STATEMENT });
    expect(holdsByDefinition(good, issuerKey)).toBe(true);
  });
});

type Entry = Partial<(typeof good.signatures)[0]>;
const withGq = (entry: Entry): unknown => ({ ...good, signatures: [{ ...gq, ...entry }, cic] });
const withCic = (entry: Entry): unknown => ({ ...good, signatures: [gq, { ...cic, ...entry }] });

const header = (changes: object): string => encode({ alg: 'RS256', kid: 'key-1', typ: 'JWT', ...changes });
const MISSING = undefined;
const FORGED: readonly (Changes & { readonly refusal: string })[] = [
  { gqText: 'no', refusal: 'the GQ header is not a JSON object in UTF-8' },
  { gqText: '[]', refusal: 'the GQ header is not a JSON object in UTF-8' },
  { gqText: '\uFEFF{}', refusal: 'the GQ header is not a JSON object in UTF-8' },
  { gq: { cic: MISSING }, refusal: 'the GQ header lacks cic' },
  { gq: { crit: ['b64'] }, refusal: 'the GQ header has other members: ["crit"]' },
  { gq: { alg: 'RS256' }, refusal: 'the GQ header has alg "RS256", not "GQ256"' },
  { gq: { alg: 'none' }, refusal: 'the GQ header has alg "none", not "GQ256"' },
  { gq: { typ: 'CIC' }, refusal: 'the GQ header has typ "CIC", not "JWT"' },
  { gq: { jkt: 'A'.repeat(43) }, refusal: `the GQ header names another issuer's key: jkt "${'A'.repeat(43)}"` },
  { gq: { kid: 7 }, refusal: 'the GQ header has a kid that is no text' },
  { gq: { kid: 'key-1' }, refusal: "the issuer's header is not canonical base64url" },
  { gq: { kid: encode('"key-1"') }, refusal: "the issuer's header is not a JSON object in UTF-8" },
  { gq: { kid: header({ alg: 'PS256' }) }, refusal: 'the issuer\'s header has alg "PS256", not "RS256"' },
  { gq: { kid: header({ alg: 'none' }) }, refusal: 'the issuer\'s header has alg "none", not "RS256"' },
  { gq: { kid: header({ typ: 'logout+jwt' }) }, refusal: 'the issuer\'s header has typ "logout+jwt", not "JWT"' },
  { gq: { kid: header({ crit: [] }) }, refusal: "the issuer's header demands an extension: crit []" },
  { issuerHeader: { kid: 'key-2' }, refusal: 'the issuer\'s header names the key "key-2", not "key-1"' },
  { issuerHeader: { kid: MISSING }, refusal: 'the issuer\'s header names the key nothing, not "key-1"' },
  { gq: { cic: 7 }, refusal: 'the GQ header has a cic that is no text' },
  { gq: { cic: 'A'.repeat(43) }, refusal: 'the GQ header commits to another CIC header (cic)' },
  { cicText: '7', refusal: 'the CIC header is not a JSON object in UTF-8' },
  { cic: { rz: MISSING, upk: MISSING }, refusal: 'the CIC header lacks rz, upk' },
  { cic: { jwk: {} }, refusal: 'the CIC header has other members: ["jwk"]' },
  { cic: { alg: 'ES384' }, refusal: 'the CIC header has alg "ES384", not "ES256"' },
  { cic: { typ: 'COS' }, refusal: 'the CIC header has typ "COS", not "CIC"' },
  { cic: { rz: '0F'.repeat(32) }, refusal: 'the CIC header has a rz that is not 32 bytes in lower-case hex' },
  { cic: { rz: '' }, refusal: 'the CIC header has a rz that is not 32 bytes in lower-case hex' },
  {
    cic: { statement: 'ab'.repeat(31) },
    refusal: 'the CIC header has a statement that is not 32 bytes in lower-case hex',
  },
  { cic: { statement: [STATEMENT] }, refusal: 'the CIC header has a statement that is not 32 bytes in lower-case hex' },
  {
    cic: { statement: `${STATEMENT}\n` },
    refusal: 'the CIC header has a statement that is not 32 bytes in lower-case hex',
  },
  { cic: { upk: 'key' }, refusal: "the CIC header's key is not a JSON object" },
  { upk: { y: MISSING }, refusal: "the CIC header's key lacks y" },
  { upk: { d: 'AAAA' }, refusal: 'the CIC header\'s key has other members: ["d"]' },
  { upk: { alg: 'ES384' }, refusal: 'the CIC header\'s key has alg "ES384", not "ES256"' },
  { upk: { crv: 'P-384' }, refusal: 'the CIC header\'s key has crv "P-384", not "P-256"' },
  { upk: { kty: 'OKP' }, refusal: 'the CIC header\'s key has kty "OKP", not "EC"' },
  { upk: { x: 7 }, refusal: "x of the CIC header's key is no text" },
  { upk: { x: 'A+A' }, refusal: "x of the CIC header's key is not canonical base64url" },
  { upk: { x: P384_X }, refusal: "x of the CIC header's key has 48 bytes, not 32" },
  { upk: { y: 'AAAA' }, refusal: "y of the CIC header's key has 3 bytes, not 32" },
  { upk: { x: otherX }, refusal: "the CIC header's key is not a point of P-256" },
  {
    upk: { x: encode('\0'.repeat(32)), y: encode('\0'.repeat(32)) },
    refusal: "the CIC header's key is not a point of P-256",
  },
  { signingKey: other, refusal: 'the CIC signature is not by the key of its header' },
];

describe('verifyPkToken refuses what a holder of the token made', () => {
  it.each(FORGED)('$refusal', ({ refusal, ...changes }) => {
    expect(refusalOf(forge(issuer, changes))).toBe(refusal);
  });

  it('with a CIC signature in DER or of another length', () => {
    expect(refusalOf(withCic({ signature: encode('0'.repeat(70)) }))).toBe('the CIC signature has 70 bytes, not 64');
    expect(refusalOf(withCic({ signature: encode('0'.repeat(63)) }))).toBe('the CIC signature has 63 bytes, not 64');
  });

  it('with a GQ signature that is short or long by a byte', () => {
    const bytes = Buffer.from(gq.signature, 'base64url');
    const long = Buffer.concat([bytes, Buffer.of(0)]).toString('base64url');
    const short = bytes.subarray(1).toString('base64url');
    expect(refusalOf(withGq({ signature: long }))).toBe('the GQ signature has 4129 bytes, not 4128');
    expect(refusalOf(withGq({ signature: short }))).toBe('the GQ signature has 4127 bytes, not 4128');
  });

  it('with a witness of 0', () => {
    const bytes = Buffer.from(gq.signature, 'base64url').fill(0, 32 + 256 * 15);
    const refusal = 'the GQ signature holds a number that is 0 or not below n';
    expect(refusalOf(withGq({ signature: bytes.toString('base64url') }))).toBe(refusal);
  });
});

const UNFIT = "the GQ signature does not fit: it was not made with the issuer's signature for these headers and claims";

describe('a proof', () => {
  it('holds for its own statement, claims and key, and for no other', () => {
    const statement = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((bytes) => Buffer.from(bytes).toString('hex'));
    fc.assert(
      fc.property(statement, statement, fc.string(), fc.string(), (digest, otherDigest, sub, otherSub) => {
        const bind = (statementDigest: string, claims: object): PkToken =>
          bindToken({ token: issuer.issue(claims), issuerKey, privateKey: makeUserKey(), statementDigest });
        const made = bind(digest, { sub });
        expect(verifyPkToken(made, issuerKey)).toMatchObject({ statementDigest: digest, claims: { sub } });
        expect(holdsByDefinition(made, issuerKey)).toBe(true);
        for (const wrong of [bind(otherDigest, { sub }), bind(digest, { sub: otherSub })]) {
          const [proof] = made.signatures;
          const [{ protected: head }, instance] = wrong.signatures;
          const moved: PkToken = {
            payload: wrong.payload,
            signatures: [{ protected: head, signature: proof.signature }, instance],
          };
          expect(refusalOf(moved)).toBe(UNFIT);
          expect(holdsByDefinition(moved, issuerKey)).toBe(false);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('does not hold for claims that the issuer never signed', () => {
    const forged = forge(issuer, { gq: { kid: header({ typ: undefined }) } });
    expect(refusalOf(forged)).toBe(UNFIT);
  });

  it("does not hold under another issuer's key of the same name", () => {
    const verified = verifyPkToken(good, makeIssuer().issuerKey);
    expect(verified).toEqual({ refusal: expect.stringMatching(/^the GQ header names another issuer's key: jkt "/) });
  });

  it('does not hold for a key that was swapped in with a signature of its own', () => {
    const swapped = forge(issuer, {});
    const moved = { ...good, signatures: [gq, swapped.signatures[1]] };
    expect(refusalOf(moved)).toBe('the GQ header commits to another CIC header (cic)');
  });
});
