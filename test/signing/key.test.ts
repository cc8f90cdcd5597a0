import { verify } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../src/secret.ts';
import { createKeySigner } from '../../src/signing/index.ts';
import { base64, makeKeyPair } from './support/keys.ts';

const pair = makeKeyPair();
const lines = (text: string): string => base64(text).replace(/.{20}/g, '$&\n');
const url = (text: string): string => Buffer.from(text).toString('base64url');
const data = new TextEncoder().encode('what is signed');

const FORMS = [
  { name: 'a JWK', text: pair.jwk },
  { name: 'a JWK with white space around it', text: `\n ${JSON.stringify(JSON.parse(pair.jwk), undefined, 2)}\n` },
  { name: 'a JWK with a byte order mark', text: `\uFEFF${pair.jwk}` },
  { name: 'a JWK in base64', text: base64(pair.jwk) },
  { name: 'a JWK in base64url without padding', text: url(pair.jwk) },
  { name: 'a JWK in base64 with line breaks', text: lines(pair.jwk) },
  { name: 'PKCS#8', text: pair.pkcs8 },
  { name: 'PKCS#8 with CRLF', text: pair.pkcs8.replaceAll('\n', '\r\n') },
  { name: 'PKCS#8 with literal \\n', text: pair.pkcs8.replaceAll('\n', '\\n') },
  { name: 'PKCS#8 with literal \\r\\n', text: pair.pkcs8.replaceAll('\n', '\\r\\n') },
  { name: 'PKCS#8 with spaces for line breaks', text: pair.pkcs8.replaceAll('\n', ' ') },
  { name: 'PKCS#8 without line breaks', text: pair.pkcs8.replaceAll('\n', '') },
  { name: 'PKCS#8 in base64', text: base64(pair.pkcs8) },
  { name: 'PKCS#8 in base64url', text: url(pair.pkcs8) },
  { name: 'PKCS#8 in base64 with line breaks', text: lines(pair.pkcs8) },
  { name: 'PKCS#8 in base64 with literal \\n', text: lines(pair.pkcs8).replaceAll('\n', '\\n') },
  { name: 'PKCS#8 in base64 with spaces', text: lines(pair.pkcs8).replaceAll('\n', ' ') },
  { name: 'SEC1', text: pair.sec1 },
  {
    name: "SEC1 after the curve's parameters",
    text: `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${pair.sec1}`,
  },
];

describe('createKeySigner', () => {
  it.each(FORMS)('takes $name', async ({ text }) => {
    const signer = createKeySigner(text);
    expect(signer.name).toBe('key');
    expect(signer.publicKeyPem).toBe(pair.publicPem);
    const signature = await signer.sign(data);
    expect(verify('sha256', data, pair.publicPem, signature)).toBe(true);
    expect(verify('sha256', new TextEncoder().encode('another'), pair.publicPem, signature)).toBe(false);
  });

  it('takes a Secret', () => {
    expect(createKeySigner(new Secret(pair.pkcs8)).publicKeyPem).toBe(pair.publicPem);
  });

  it('signs in ASN.1 DER, not r and s side by side', async () => {
    const signature = await createKeySigner(pair.jwk).sign(data);
    expect(signature[0]).toBe(0x30);
    expect(signature[1]).toBe(signature.length - 2);
  });

  it.each(FORMS)('shows nothing of the private key: $name', ({ text }) => {
    const signer = createKeySigner(text);
    const shown = `${inspect(signer, { depth: 10, showHidden: true })} ${JSON.stringify(signer)}`;
    const { d } = JSON.parse(pair.jwk) as { d: string };
    const body = pair.pkcs8.split('\n')[1] ?? '';
    expect(body).toHaveLength(64);
    expect(shown).not.toContain(d);
    expect(shown).not.toContain(body);
    expect(shown).not.toContain(text.trim().slice(0, 30));
  });
});
