import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { FlattenedSign } from 'jose';
import { signPolicy } from '../../src/boundary/index.ts';
import { Secret } from '../../src/secret.ts';
import { createKeySigner } from '../../src/signing/index.ts';
import { openSigned, readPolicyKey } from '../../src/sources/signed.ts';
import { pair, POLICY, PUBLIC_PEM, sign } from './support/sign.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const SPKI = createHash('sha256')
  .update(pair.publicKey.export({ type: 'spki', format: 'der' }))
  .digest('hex');
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const large = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const TYPE = 'deploy-policy+jws';

const pem = ({ publicKey }: typeof pair): string => publicKey.export({ type: 'spki', format: 'pem' }).toString();
const open = async (text: string, minSerial?: number): ReturnType<typeof openSigned> =>
  openSigned(Buffer.from(text), await readPolicyKey(PUBLIC_PEM), { where: 'https://example.com/p.jws', minSerial });

describe('POLICY_KEY', () => {
  const jwk = JSON.stringify(pair.publicKey.export({ format: 'jwk' }));

  it.each([
    { name: 'a PEM', text: PUBLIC_PEM },
    { name: 'a PEM in base64', text: base64(PUBLIC_PEM) },
    { name: 'a JWK', text: jwk },
    { name: 'a JWK in base64', text: base64(jwk) },
  ])('may be $name', async ({ text }) => {
    expect((await readPolicyKey(text)).spkiSha256).toBe(SPKI);
  });

  const secretPem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const secretJwk = JSON.stringify(pair.privateKey.export({ format: 'jwk' }));
  it.each([
    { name: 'a private key', text: secretPem, got: 'a private key, which belongs nowhere near a pipeline' },
    { name: 'a private key in base64', text: base64(secretPem), got: 'a private key, which' },
    { name: 'a private JWK', text: secretJwk, got: 'a private key, which' },
    { name: 'a key on another curve', text: pem(large), got: 'another text' },
    { name: 'an RSA key', text: pem(rsa), got: 'another text' },
    { name: 'a secret', text: JSON.stringify({ kty: 'oct', k: 'AAAA' }), got: 'another text' },
    { name: 'a word', text: 'policy-key', got: 'another text' },
  ])('may not be $name', async ({ text, got }) => {
    await expect(readPolicyKey(text)).rejects.toMatchObject({
      code: 'VARIABLES_INVALID',
      exitStatus: 2,
      message: expect.stringContaining('POLICY_KEY'),
      got: expect.stringContaining(got),
    });
  });
});

describe('a signed policy', () => {
  it('opens to the bytes that were signed, and its serial', async () => {
    const { payload, serial } = await open(`${await sign()}\n`, 7);
    expect({ text: Buffer.from(payload).toString(), serial }).toEqual({ text: POLICY, serial: 7 });
  });

  it('is what `policy sign` writes', async () => {
    const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const jws = await signPolicy(Buffer.from(POLICY), createKeySigner(new Secret(key)), 1_795_521_600);
    expect((await open(jws)).serial).toBe(1_795_521_600);
    expect(JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({ kid: SPKI });
  });

  /** A good signature under another header. */
  const forged = async (header: object): Promise<string> => {
    const [, payload = '', signature = ''] = (await sign()).split('.');
    return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature}`;
  };

  /** RFC 7797: the payload as it is, and signed so. */
  const unencoded = async (): Promise<string> => {
    const header = { alg: 'ES256', typ: TYPE, serial: 9, crit: ['b64'], b64: false };
    const signer = new FlattenedSign(Buffer.from('version: 1')).setProtectedHeader(header);
    const { protected: head = '', signature } = await signer.sign(pair.privateKey);
    return `${head}.version: 1.${signature}`;
  };

  const stranger = { jwk: other.publicKey.export({ format: 'jwk' }) };
  it.each<{ name: string; text: () => Promise<string>; message: string; got: string }>([
    {
      name: 'nothing but the file',
      text: () => Promise.resolve(POLICY),
      message: 'is not signed, and POLICY_KEY',
      got: 'no compact JWS',
    },
    {
      name: 'a signature with white space in it',
      text: async () => (await sign()).replace(/.{20}$/, '\r\n$&'),
      message: 'is not signed, and POLICY_KEY',
      got: 'no compact JWS',
    },
    {
      name: 'a signature by another key',
      text: () => sign({ kid: 'k2' }, other.privateKey),
      message: 'is not signed by POLICY_KEY',
      got: 'kid "k2"',
    },
    {
      name: 'alg none',
      text: () => forged({ alg: 'none', typ: TYPE, serial: 9 }),
      message: 'is not signed by POLICY_KEY',
      got: 'alg "none"',
    },
    {
      name: 'HS256, the public key as secret',
      text: () => sign({ alg: 'HS256' }, Buffer.from(PUBLIC_PEM)),
      message: 'is not signed by POLICY_KEY',
      got: 'alg "HS256"',
    },
    {
      name: 'another algorithm',
      text: () => sign({ alg: 'ES384' }, large.privateKey),
      message: 'is not signed by POLICY_KEY',
      got: 'alg "ES384"',
    },
    {
      name: 'a key of its own',
      text: () => sign(stranger, other.privateKey),
      message: 'is not signed by POLICY_KEY',
      got: 'alg "ES256"',
    },
    {
      name: 'an extension',
      text: () => sign({ crit: ['x'], x: 1 }),
      message: 'is not signed by POLICY_KEY',
      got: 'crit ["x"]',
    },
    {
      name: 'a text that is not encoded',
      text: unencoded,
      message: 'needs an extension',
      got: 'crit ["b64"]',
    },
    {
      name: 'a header that was changed',
      text: () => forged({ alg: 'ES256', typ: TYPE, serial: 9 }),
      message: 'is not signed by POLICY_KEY',
      got: 'alg "ES256"',
    },
    { name: 'another typ', text: () => sign({ typ: 'JWT' }), message: 'is signed for another use', got: 'typ "JWT"' },
    { name: 'no typ', text: () => sign({ typ: undefined }), message: 'is signed for another use', got: 'typ nothing' },
    { name: 'no serial', text: () => sign({ serial: undefined }), message: 'has no serial', got: 'serial nothing' },
    { name: 'a serial as text', text: () => sign({ serial: '9' }), message: 'has no serial', got: 'serial "9"' },
    {
      name: 'a serial with a fraction',
      text: () => sign({ serial: 7.5 }),
      message: 'has no serial',
      got: 'serial 7.5',
    },
    {
      name: 'a serial that is not exact',
      text: () => sign({ serial: 2 ** 53 }),
      message: 'has no serial',
      got: 'serial 9007199254740992',
    },
    { name: 'a serial too low', text: () => sign({ serial: 6 }), message: 'is an old one', got: 'serial 6' },
  ])('is refused with $name', async ({ text, message, got }) => {
    await expect(open(await text(), 7)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      exitStatus: 4,
      message: expect.stringContaining(`The policy at https://example.com/p.jws ${message}`),
      got: expect.stringContaining(got),
    });
  });
});
