import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { createKeySigner } from '../../src/signing/index.ts';
import { base64, KNOWN_JWK, makeKeyPair } from './support/keys.ts';

const pair = makeKeyPair();
const p384 = makeKeyPair('P-384');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const rsaPem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const ed25519 = generateKeyPairSync('ed25519').privateKey;
const brainpool = generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' }).privateKey;
const x25519 = generateKeyPairSync('x25519').privateKey;
const [encrypted, encryptedSec1] = (['pkcs8', 'sec1'] as const).map(
  (type) =>
    generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      privateKeyEncoding: { type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'not this one' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    }).privateKey,
);
const jwk = JSON.parse(pair.jwk) as Record<string, unknown>;
const publicJwk = { ...jwk, d: undefined };
const pkcs1 = rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const pem = (key: typeof ed25519): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const body = pair.pkcs8.split('\n').slice(1, -2).join('');

const REFUSED = [
  { name: 'nothing', text: '', got: 'an empty text' },
  { name: 'white space', text: ' \n ', got: 'an empty text' },
  { name: 'other text', text: 'correct horse, battery staple!', got: 'text that is neither a JWK, a PEM nor base64' },
  { name: 'a $NAME that was not replaced', text: '$MY_KEY', got: 'text that is neither a JWK, a PEM nor base64' },
  { name: 'base64 of something else', text: base64('correct horse'), got: 'base64 of something else' },
  { name: 'the body of a PEM alone', text: body, got: 'base64 of something else' },
  { name: 'base64 of base64', text: base64(base64(pair.jwk)), got: 'base64 of something else' },
  { name: 'an RSA PEM', text: rsaPem, got: 'an RSA key' },
  { name: 'an RSA PEM in base64', text: base64(rsaPem), got: 'an RSA key' },
  { name: 'PKCS#1', text: pkcs1, got: "a PEM with label 'RSA PRIVATE KEY'" },
  {
    name: 'OpenSSH',
    text: '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----\n',
    got: "a PEM with label 'OPENSSH PRIVATE KEY'",
  },
  {
    name: 'a certificate',
    text: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    got: "a PEM with label 'CERTIFICATE'",
  },
  { name: 'an Ed25519 PEM', text: pem(ed25519), got: 'an Ed25519 key' },
  { name: 'an X25519 PEM', text: pem(x25519), got: 'a private key of another algorithm' },
  { name: 'a P-384 PEM', text: p384.pkcs8, got: 'an EC key on P-384' },
  { name: 'a P-384 SEC1 PEM', text: p384.sec1, got: 'an EC key on P-384' },
  { name: 'a P-521 PEM', text: makeKeyPair('P-521').pkcs8, got: 'an EC key on P-521' },
  { name: 'a secp256k1 PEM', text: makeKeyPair('secp256k1').pkcs8, got: 'an EC key on secp256k1' },
  { name: 'a brainpool PEM', text: pem(brainpool), got: 'an EC key on another curve' },
  { name: 'a public PEM', text: pair.publicPem, got: 'a public key' },
  { name: 'an encrypted PKCS#8 PEM', text: encrypted ?? '', got: 'an encrypted private key' },
  { name: 'an encrypted SEC1 PEM', text: encryptedSec1 ?? '', got: 'an encrypted private key' },
  { name: 'a PEM without its end', text: pair.pkcs8.slice(0, 150), got: 'a PEM that is cut off' },
  { name: 'a PEM with a hole', text: pair.pkcs8.replace(body.slice(0, 40), ''), got: 'a PEM that holds no readable' },
  { name: 'two keys', text: pair.pkcs8 + p384.pkcs8, got: '2 PEM blocks' },
  { name: 'a public JWK', text: JSON.stringify(publicJwk), got: 'a public key' },
  { name: 'a JWK set', text: JSON.stringify({ keys: [jwk] }), got: 'a JWK set' },
  { name: 'a P-384 JWK', text: p384.jwk, got: 'an EC key on P-384' },
  { name: 'a JWK with a made-up curve', text: '{"kty":"EC","crv":"constructor"}', got: 'an EC key on another curve' },
  { name: 'an RSA JWK', text: JSON.stringify(rsa.privateKey.export({ format: 'jwk' })), got: 'an RSA key' },
  { name: 'an Ed25519 JWK', text: JSON.stringify(ed25519.export({ format: 'jwk' })), got: 'an Ed25519 key or another' },
  { name: 'a symmetric JWK', text: '{"kty":"oct","k":"c2VjcmV0LXNlY3JldA"}', got: 'a symmetric key' },
  { name: 'other JSON', text: '{"type":"service_account"}', got: 'JSON that is not a key' },
  {
    name: 'a JWK whose d is larger than its curve',
    text: JSON.stringify({ ...jwk, d: Buffer.alloc(33, 0xfb).toString('base64url') }),
    got: 'a private key with the public part of another key',
  },
  { name: 'JSON whose quotes a shell took', text: pair.jwk.replaceAll('"', ''), got: 'text that begins like a JWK' },
  { name: 'a JWK with a point off the curve', text: JSON.stringify({ ...jwk, y: jwk['x'] }), got: 'a JWK whose d, x' },
  {
    name: "a JWK with another key's public part",
    text: JSON.stringify({ ...KNOWN_JWK, d: jwk['d'] }),
    got: 'a private key with the public part of another key',
  },
];

describe('createKeySigner refuses', () => {
  it.each(REFUSED)('$name', ({ text, got }) => {
    const error = refusal(text);
    expect(error.code).toBe('SIGNING_KEY_INVALID');
    expect(error.exitStatus).toBe(2);
    expect(error.got).toContain(got);
    expect(error.fix).toContain('openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 | base64 -w0');
  });

  it.each(REFUSED.filter(({ text }) => text.trim() !== ''))('$name without showing it', ({ text }) => {
    const shown = `${refusal(text).describe()}\n${refusal(text).stack ?? ''}`;
    for (const piece of text.split(/\s+/).filter((word) => word.length >= 12 && !/-----|^CERTIFICATE/.test(word))) {
      expect(shown).not.toContain(piece.slice(0, 12));
    }
    expect(refusal(text).cause).toBeUndefined();
  });
});

function refusal(text: string): PipeError {
  try {
    createKeySigner(text);
  } catch (error) {
    if (error instanceof PipeError) return error;
    throw error;
  }
  throw new Error('the key was taken');
}
