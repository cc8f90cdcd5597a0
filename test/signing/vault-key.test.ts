import { generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import type { RemoteSigner } from '../../src/signing/index.ts';
import { openVaultKey } from '../../src/signing/vault-key.ts';
import { bench, NEVER, type Bench } from '../http/support/bench.ts';
import type { Answer } from '../http/support/fake-network.ts';

const ADDRESS = 'https://vault.example.com';
const SETTINGS = { address: ADDRESS, role: 'pipelines', key: 'okta-client' };
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
const DATA = new TextEncoder().encode('header.claims');

const reply = (body: unknown, status = 200): Answer => ({ status, body: JSON.stringify(body) });
const login = (more: object = {}): Answer =>
  reply({ auth: { client_token: 'hvs.login-canary', token_policies: ['sign'], lease_duration: 300, ...more } });
const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const keyOf = (type: string, publicKey: KeyObject): Answer =>
  reply({
    data: {
      ...{ type, latest_version: 3, supports_signing: true },
      keys: { 2: { public_key: 'older' }, 3: { public_key: pem(publicKey) } },
    },
  });
const signed = (signature: string, version = 3): Answer =>
  reply({ data: { signature: `vault:v${String(version)}:${signature}`, key_version: version } });
const DONE: Answer = { status: 204 };

async function open(answers: readonly Answer[], more: object = {}): Promise<{ made: Bench; signer: RemoteSigner }> {
  const made = bench(answers);
  const token = new Secret('step-token-canary-1');
  return { made, signer: await openVaultKey({ ...SETTINGS, ...more }, token, made, 'deploy-1', NEVER) };
}

const sentTo = ({ network }: Bench): string[] =>
  network.sent.map(({ method, url }) => `${method} ${url.slice(`${ADDRESS}/v1/`.length)}`);
const bodyOf = ({ network }: Bench, index: number): unknown =>
  JSON.parse(new TextDecoder().decode(network.sent[index]?.body as Uint8Array));

describe('a key of transit', () => {
  it.each([
    { name: 'as a JWS holds it', encoding: 'ieee-p1363', text: 'base64url' },
    { name: 'in DER, where the server knows no other', encoding: 'der', text: 'base64' },
  ] as const)('on P-256 gives ES256, $name', async ({ encoding, text }) => {
    const signature = sign('sha256', DATA, { key: EC.privateKey, dsaEncoding: encoding }).toString(text);
    const { made, signer } = await open([login(), keyOf('ecdsa-p256', EC.publicKey), signed(signature)]);
    expect(signer).toMatchObject({ alg: 'ES256', publicKeyPem: pem(EC.publicKey) });
    const raw = await signer.sign(DATA, NEVER);
    expect(raw).toHaveLength(64);
    expect(verify('sha256', DATA, { key: EC.publicKey, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true);
    expect(sentTo(made)).toEqual([
      ...['POST auth/jwt/login', 'GET transit/keys/okta-client', 'POST transit/sign/okta-client'],
    ]);
    expect(bodyOf(made, 2)).toEqual({
      input: Buffer.from(DATA).toString('base64'),
      key_version: 3,
      hash_algorithm: 'sha2-256',
      marshaling_algorithm: 'jws',
    });
    expect(made.network.sent[2]?.headers).toMatchObject({ authorization: 'Bearer hvs.login-canary' });
  });

  it('of RSA gives RS256, from the engine that the policy names', async () => {
    const signature = sign('sha256', DATA, RSA.privateKey).toString('base64');
    const answers = [login(), keyOf('rsa-2048', RSA.publicKey), signed(signature)];
    const { made, signer } = await open(answers, { engine: 'team/transit' });
    expect(signer.alg).toBe('RS256');
    expect(verify('sha256', DATA, RSA.publicKey, await signer.sign(DATA, NEVER))).toBe(true);
    expect(sentTo(made).at(-1)).toBe('POST team/transit/sign/okta-client');
    expect(bodyOf(made, 2)).toMatchObject({ signature_algorithm: 'pkcs1v15', hash_algorithm: 'sha2-256' });
  });

  it('is let go of with the login', async () => {
    const { made, signer } = await open([login(), keyOf('ecdsa-p256', EC.publicKey), DONE]);
    await signer.close(NEVER);
    expect(sentTo(made).at(-1)).toBe('POST auth/token/revoke-self');
  });

  it('of a batch token needs no letting go', async () => {
    const { made, signer } = await open([login({ token_type: 'batch' }), keyOf('ecdsa-p256', EC.publicKey)]);
    await signer.close(NEVER);
    expect(made.network.sent).toHaveLength(2);
  });

  it('is not let go of where Vault refuses', async () => {
    const { signer } = await open([login(), keyOf('ecdsa-p256', EC.publicKey), reply({ errors: ['x'] }, 400)]);
    await expect(signer.close(NEVER)).rejects.toMatchObject({ code: 'DENIED_BY_PROVIDER', got: 'status 400 x' });
  });
});

describe('what cannot sign', () => {
  const denied = reply({ errors: ['permission denied'] }, 403);
  it.each([
    {
      name: 'may not be read',
      answer: denied,
      code: 'DENIED_BY_PROVIDER',
      fix: /Allow read on transit\/keys\/okta-client/,
    },
    {
      name: 'is not there',
      answer: reply({ errors: [] }, 404),
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /vault write -f transit\/keys\/okta-client type=ecdsa-p256/,
    },
    {
      name: 'is of another type',
      answer: keyOf('ed25519', EC.publicKey),
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /Make a key of one of these types/,
    },
    {
      name: 'is of an inherited type',
      answer: keyOf('constructor', EC.publicKey),
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /Make a key of one of these types/,
    },
    {
      name: 'shows another kind of key',
      answer: keyOf('rsa-2048', EC.publicKey),
      code: 'CREDENTIAL_INVALID',
      fix: /./,
    },
    {
      name: 'shows a key on another curve',
      answer: keyOf('ecdsa-p256', generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey),
      code: 'CREDENTIAL_INVALID',
      fix: /./,
    },
    {
      name: 'has no type',
      answer: reply({ data: { type: 7 } }),
      code: 'CREDENTIAL_INVALID',
      fix: /./,
    },
    {
      name: 'shows no key',
      answer: reply({ data: { type: 'ecdsa-p256', latest_version: 3, keys: { 2: { public_key: 'x' } } } }),
      code: 'CREDENTIAL_INVALID',
      fix: /./,
    },
  ])('a key that $name, and the login ends', async ({ answer, code, fix }) => {
    const made = bench([login(), answer, DONE]);
    const opened = openVaultKey(SETTINGS, new Secret('step-token-canary-2'), made, 's', NEVER);
    await expect(opened).rejects.toMatchObject({
      ...{ code, fix: expect.stringMatching(fix), message: expect.stringContaining('(signer vault)') },
    });
    expect(sentTo(made).at(-1)).toBe('POST auth/token/revoke-self');
  });

  it.each([
    { name: 'of another version', answer: signed('AAAA', 4), got: 'a signature of version 4' },
    { name: 'that is none', answer: signed('AAAA'), got: 'a signature of 3 bytes' },
    { name: 'of no known form', answer: reply({ data: { signature: 'x' } }), got: 'data.signature: string' },
    { name: 'that is missing', answer: reply({}), got: 'data.signature: undefined' },
  ])('a signature $name', async ({ answer, got }) => {
    const { signer } = await open([login(), keyOf('ecdsa-p256', EC.publicKey), answer]);
    await expect(signer.sign(DATA, NEVER)).rejects.toMatchObject({ code: 'CREDENTIAL_INVALID', got });
  });

  it('a role that Vault does not know', async () => {
    const made = bench([reply({ errors: ['role "pipelines" could not be found'] }, 400)]);
    const opened = openVaultKey(SETTINGS, new Secret('step-token-canary-3'), made, 's', NEVER);
    const error = await opened.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PipeError);
    expect(error).toMatchObject({ message: 'Vault did not log in as role pipelines (signer vault).' });
  });
});
