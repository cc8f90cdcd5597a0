import { createHash, createPublicKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint, flattenedVerify, generalVerify } from 'jose';
import { PipeError } from '../../src/errors.ts';
import { bindToken, checkBindable, verifyPkToken, type IssuerRsaKey } from '../../src/openpubkey/index.ts';
import { Secret } from '../../src/secret.ts';
import { CLAIMS, encode, makeIssuer, makeUserKey, STATEMENT } from './support/issuer.ts';
import { holdsByDefinition } from './support/oracle.ts';

const issuer = makeIssuer();
const { issuerKey } = issuer;
const token = issuer.issue();
const privateKey = makeUserKey();
const publicKey = createPublicKey(privateKey);
const pkToken = bindToken({ token, issuerKey, privateKey, statementDigest: STATEMENT });
const [header = '', payload = '', signature = ''] = token.reveal().split('.');
const [gq, cic] = pkToken.signatures;
const decode = (text: string): string => Buffer.from(text, 'base64url').toString();

// Made out here: a long key takes seconds, and a test has not many.
const ISSUERS = [
  { bits: 2048, e: 65537 },
  { bits: 3072, e: 65537 },
  { bits: 4096, e: 65537 },
  { bits: 2049, e: 65537 },
  { bits: 2048, e: 3 },
  { bits: 2048, e: 257 },
  { bits: 2048, e: 131073 },
].map(({ bits, e }) => ({ bits, e, other: makeIssuer(bits, e) }));

describe('bindToken', () => {
  it.each(ISSUERS)('makes what its own reader and the definition take: RSA of $bits bits, e = $e', ({ other }) => {
    const input = { token: other.issue(), issuerKey: other.issuerKey, privateKey, statementDigest: STATEMENT };
    const made = bindToken(input);
    const { x, y } = publicKey.export({ format: 'jwk' });
    expect(verifyPkToken(made, other.issuerKey)).toEqual({
      claims: CLAIMS,
      kid: 'key-1',
      userKey: { x, y },
      statementDigest: STATEMENT,
    });
    expect(holdsByDefinition(made, other.issuerKey)).toBe(true);
    expect(holdsByDefinition(bindToken({ ...input, token: other.issue({}) }), issuerKey)).toBe(false);
  });

  it('writes the headers as OpenPubkey does', async () => {
    const commitment = createHash('sha3-256').update(decode(cic.protected)).digest('base64url');
    const jkt = await calculateJwkThumbprint({ kty: 'RSA', n: issuerKey.n, e: issuerKey.e });
    expect(decode(gq.protected)).toMatch(
      new RegExp(`^{"alg":"GQ256","cic":"${commitment}","jkt":"${jkt}","kid":"${header}","typ":"JWT"}$`),
    );
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const upk = `{"alg":"ES256","crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`;
    expect(decode(cic.protected)).toMatch(
      new RegExp(`^{"alg":"ES256","rz":"[0-9a-f]{64}","statement":"${STATEMENT}","typ":"CIC","upk":${upk}}$`),
    );
    expect(pkToken.payload).toBe(payload);
    expect(Object.keys(pkToken)).toEqual(['payload', 'signatures']);
    expect(gq.signature).toHaveLength(5504);
  });

  it('is new each time', () => {
    const again = bindToken({ token, issuerKey, privateKey, statementDigest: STATEMENT });
    for (const [index, part] of pkToken.signatures.entries()) {
      expect(again.signatures[index]?.protected).not.toBe(part.protected);
      expect(again.signatures[index]?.signature.slice(0, 40)).not.toBe(part.signature.slice(0, 40));
    }
  });

  it('signs by its key what jose verifies', async () => {
    const [general, flattened] = [
      { payload, signatures: [cic] },
      { payload, ...cic },
    ];
    const { protectedHeader } = await generalVerify(general, publicKey, { algorithms: ['ES256'] });
    expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'CIC', statement: STATEMENT });
    const verified = await flattenedVerify(flattened, publicKey, { algorithms: ['ES256'] });
    expect(JSON.parse(new TextDecoder().decode(verified.payload))).toEqual(CLAIMS);
    await expect(flattenedVerify(flattened, createPublicKey(makeUserKey()))).rejects.toThrow();
  });
});

const REFUSED = [
  { name: 'no JWS', text: 'not a token', got: 'the token has 1 parts, not 3' },
  { name: 'five parts', text: `${token.reveal()}.a.b`, got: 'the token has 5 parts, not 3' },
  { name: 'ES256', text: issuer.issue({}, { alg: 'ES256' }).reveal(), got: 'alg "ES256", not "RS256"' },
  { name: 'PS256', text: issuer.issue({}, { alg: 'PS256' }).reveal(), got: 'alg "PS256", not "RS256"' },
  { name: 'no alg', text: issuer.issue({}, { alg: undefined }).reveal(), got: 'alg nothing, not "RS256"' },
  { name: 'another typ', text: issuer.issue({}, { typ: 'at+jwt' }).reveal(), got: 'typ "at+jwt", not "JWT"' },
  { name: 'crit', text: issuer.issue({}, { crit: ['b64'] }).reveal(), got: 'demands an extension: crit ["b64"]' },
  { name: 'another kid', text: issuer.issue({}, { kid: 'key-2' }).reveal(), got: 'names the key "key-2", not "key-1"' },
  { name: 'no JSON header', text: `bm8.${payload}.${signature}`, got: "the issuer's header is not a JSON object" },
  { name: 'no JSON payload', text: `${header}.bm8.${signature}`, got: "the token's payload is not a JSON object" },
  { name: 'another payload', text: `${header}.${encode({})}.${signature}`, got: "is not by the issuer's key" },
  { name: 'no signature', text: `${header}.${payload}.`, got: "the token's signature is not canonical base64url" },
  { name: 'padding', text: `${token.reveal()}=`, got: "the token's signature is not canonical base64url" },
  { name: 'a short signature', text: `${header}.${payload}.AAAA`, got: "is not by the issuer's key" },
  {
    name: 'a signature above n',
    text: `${header}.${payload}.${Buffer.alloc(256, 0xff).toString('base64url')}`,
    got: "is not by the issuer's key",
  },
  {
    name: "another issuer's signature",
    text: makeIssuer().issue().reveal(),
    got: 'the token\'s signature is not by the issuer\'s key "key-1"',
  },
];

describe('checkBindable', () => {
  it('takes the token, and one whose header names no typ', () => {
    expect(() => checkBindable(token, issuerKey)).not.toThrow();
    expect(() => checkBindable(issuer.issue(CLAIMS, { typ: undefined }), issuerKey)).not.toThrow();
  });

  it.each(REFUSED)('refuses $name', ({ text, got }) => {
    const error = refusal(new Secret(text), issuerKey);
    expect(error).toMatchObject({ code: 'TOKEN_INVALID', exitStatus: 4 });
    expect(error.message).toBe('The OIDC token cannot be bound to an ephemeral key.');
    expect(error.got).toContain(got);
    expect(error.fix).toContain('SIGNER: key');
    expect(error.describe()).not.toContain(signature.slice(0, 12));
    expect(error.cause).toBeUndefined();
  });

  const bits = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
  it.each([
    { name: 'a short modulus', key: { n: bits(`80${'00'.repeat(126)}01`) }, got: 'a modulus of 1024 bits, not an odd' },
    { name: 'a long modulus', key: { n: bits(`01${'00'.repeat(1023)}01`) }, got: 'a modulus of 8193 bits, not an odd' },
    {
      name: 'an even modulus',
      key: { n: bits(`80${'00'.repeat(255)}`) },
      got: 'a modulus of 2048 bits, not an odd one',
    },
    { name: 'no modulus', key: { n: '' }, got: "the modulus of the issuer's key is not canonical base64url" },
    { name: 'e = 1', key: { e: 'AQ' }, got: 'has the exponent 1, not an odd one from 3 to 2^32' },
    { name: 'e = 2^16', key: { e: bits('010000') }, got: 'has the exponent 65536, not an odd one' },
    { name: 'e = 2^32 + 1', key: { e: bits('0100000001') }, got: 'has the exponent 4294967297, not an odd one' },
    { name: 'e in base64', key: { e: 'AQAB=' }, got: "the exponent of the issuer's key is not canonical base64url" },
  ])("refuses an issuer's key with $name", ({ key, got }) => {
    const error = refusal(token, { ...issuerKey, ...key });
    expect(error).toMatchObject({ code: 'ISSUER_KEYS_UNAVAILABLE', exitStatus: 3 });
    expect(error.got).toContain(got);
    expect(error.wanted).toContain('2048 to 8192 bits');
    const verified = verifyPkToken(pkToken, { ...issuerKey, ...key });
    expect(verified).toEqual({ refusal: error.got });
  });

  it('takes a modulus that is written with leading zeros', () => {
    const n = Buffer.concat([Buffer.alloc(2), Buffer.from(issuerKey.n, 'base64url')]).toString('base64url');
    expect(() => checkBindable(token, { ...issuerKey, n })).not.toThrow();
    expect(verifyPkToken(pkToken, { ...issuerKey, n })).toMatchObject({ statementDigest: STATEMENT });
  });

  it('is what bindToken asks first', () => {
    const foreign = makeIssuer().issue();
    expect(() => bindToken({ token: foreign, issuerKey, privateKey, statementDigest: STATEMENT })).toThrow(
      'The OIDC token cannot be bound to an ephemeral key.',
    );
  });
});

function refusal(text: Secret, key: IssuerRsaKey): PipeError {
  try {
    checkBindable(text, key);
  } catch (error) {
    if (error instanceof PipeError) return error;
    throw error;
  }
  throw new Error('the token was taken');
}
