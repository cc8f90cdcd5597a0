import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readTrust, verifyRecord } from '../../src/record/index.ts';
import { makeKeyPair } from '../signing/support/keys.ts';
import { KEY, makeRecord, NO_SANDBOX, refusal, SIGNER } from './support/records.ts';

const { bundleJson } = await makeRecord();
const toJwk = (pem: string): object => createPublicKey(pem).export({ format: 'jwk' });
const jwk = toJwk(KEY.publicPem);
const other = toJwk(makeKeyPair().publicPem);
const p384 = makeKeyPair('P-384');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;

describe('the trusted key', () => {
  it.each([
    { name: 'a PEM', publicKey: KEY.publicPem },
    { name: 'a PEM with CRLF', publicKey: KEY.publicPem.replaceAll('\n', '\r\n') },
    { name: 'a JWK', publicKey: JSON.stringify(jwk) },
    { name: 'a JWK with a kid of its own', publicKey: JSON.stringify({ ...jwk, kid: 'main', use: 'sig' }) },
    { name: 'a JWK behind an empty line', publicKey: `\n  ${JSON.stringify(jwk)}` },
    { name: 'a JWK set', publicKey: JSON.stringify({ keys: [other, jwk] }) },
    { name: 'a JWK set with other kinds', publicKey: JSON.stringify({ keys: [rsa.export({ format: 'jwk' }), jwk] }) },
  ])('may be $name', ({ publicKey }) => {
    expect(verifyRecord(bundleJson, readTrust({ publicKey }), NO_SANDBOX).keyId).toBe(SIGNER.keyId);
  });

  it.each([
    { name: 'nothing', publicKey: '', got: 'text that is neither a public key in PEM nor JSON' },
    { name: 'a key id', publicKey: SIGNER.keyId, got: 'text that is neither' },
    { name: 'a private PEM', publicKey: KEY.pkcs8, got: 'a private key' },
    { name: 'a private PEM behind a public one', publicKey: KEY.publicPem + KEY.sec1, got: 'a private key' },
    { name: 'a private JWK', publicKey: KEY.jwk, got: 'a private key' },
    { name: 'a private JWK in a set', publicKey: `{"keys":[${KEY.jwk}]}`, got: 'a private key' },
    { name: 'a P-384 PEM', publicKey: p384.publicPem, got: 'a key of another kind' },
    { name: 'a P-384 JWK', publicKey: JSON.stringify(toJwk(p384.publicPem)), got: 'a key of another kind' },
    {
      name: 'an RSA PEM',
      publicKey: rsa.export({ type: 'spki', format: 'pem' }).toString(),
      got: 'a key of another kind',
    },
    { name: 'a PEM that is cut off', publicKey: KEY.publicPem.slice(0, 90), got: 'a key of another kind' },
    { name: 'an empty set', publicKey: '{"keys":[]}', got: '0 keys, none of them P-256' },
    { name: 'a set of other things', publicKey: '{"keys":[null,1]}', got: '2 keys, none of them P-256' },
    { name: 'broken JSON', publicKey: '{"keys":', got: 'text that begins like JSON and is not' },
  ])('may not be $name', ({ publicKey, got }) => {
    const error = refusal('TRUST_MATERIAL_INVALID', () =>
      verifyRecord(bundleJson, readTrust({ publicKey }), NO_SANDBOX),
    );
    expect(error.got).toContain(got);
    expect(error.exitStatus).toBe(2);
    expect(error.fix).toContain('openssl pkey -in key.pem -pubout');
  });

  it.each([
    { name: 'PEM', publicKey: makeKeyPair().publicPem },
    { name: 'JWK set', publicKey: JSON.stringify({ keys: [other] }) },
  ])('that is another one ($name) does not verify the record', ({ publicKey }) => {
    const error = refusal('SIGNATURE_INVALID', () => verifyRecord(bundleJson, readTrust({ publicKey }), NO_SANDBOX));
    expect(error.exitStatus).toBe(4);
    expect(error.message).toContain('signed by another key than the one that is trusted');
    expect(error.got).toBe(`key id "${SIGNER.keyId}"`);
  });
});
