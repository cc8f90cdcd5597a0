import { createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { PipeError } from '../../src/errors.ts';
import { checksum } from '../../src/sandbox/gcp/state.ts';
import { Secret } from '../../src/secret.ts';
import { checkGcpKey, openGcpKey } from '../../src/signing/gcp-kms-key.ts';
import type { RemoteSigner } from '../../src/signing/remote.ts';
import { ACCOUNT, answer, federated, impersonated, PROVIDER } from '../exchange/support/google-answers.ts';
import { bench, NEVER, type Bench } from '../http/support/bench.ts';
import type { Answer } from '../http/support/fake-network.ts';

const KEY = 'projects/1/locations/global/keyRings/ring/cryptoKeys/okta/cryptoKeyVersions/3';
const URL = `https://cloudkms.googleapis.com/v1/${KEY}`;
const SETTINGS = { provider: PROVIDER, key: KEY };
const DATA = new TextEncoder().encode('header.payload');
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

function publicKey(key: KeyObject, changes: object = {}): Answer {
  const pem = key.export({ type: 'spki', format: 'pem' }).toString();
  const algorithm = key.asymmetricKeyType === 'rsa' ? 'RSA_SIGN_PKCS1_2048_SHA256' : 'EC_SIGN_P256_SHA256';
  return answer(200, { pem, pemCrc32c: checksum(Buffer.from(pem)), algorithm, name: KEY, ...changes });
}

function signed(key: KeyObject, changes: object = {}, data: Uint8Array = DATA): Answer {
  const signature = sign('sha256', data, key);
  return answer(200, {
    signature: signature.toString('base64'),
    signatureCrc32c: checksum(signature),
    ...{ verifiedDigestCrc32c: true, name: KEY, protectionLevel: 'HSM' },
    ...changes,
  });
}

interface Ran {
  readonly outcome: (RemoteSigner & { readonly signature: Uint8Array }) & PipeError;
  readonly made: Bench;
}

/** Opens the key and signs once. */
async function run(answers: readonly Answer[], settings: Parameters<typeof openGcpKey>[0] = SETTINGS): Promise<Ran> {
  const made = bench(answers);
  const outcome = openGcpKey(settings, new Secret('step-token'), made, 'deploy-1', NEVER)
    .then(async (signer) => ({ ...signer, signature: await signer.sign(DATA, NEVER) }))
    .catch((error: unknown) => error);
  return { outcome: (await outcome) as Ran['outcome'], made };
}

describe('a key of Cloud KMS', () => {
  it('signs as a JWS with ES256 does', async () => {
    const { outcome, made } = await run([federated, publicKey(ec.publicKey), signed(ec.privateKey)]);
    expect(outcome.alg).toBe('ES256');
    expect(outcome.signature).toHaveLength(64);
    const key = { key: outcome.publicKeyPem, dsaEncoding: 'ieee-p1363' } as const;
    expect(verify('sha256', DATA, key, outcome.signature)).toBe(true);
    expect(createPublicKey(outcome.publicKeyPem).equals(ec.publicKey)).toBe(true);
    const [, read, asked] = made.network.sent;
    expect(read).toMatchObject({ method: 'GET', url: `${URL}/publicKey` });
    expect(asked).toMatchObject({
      ...{ method: 'POST', url: `${URL}:asymmetricSign` },
      headers: { authorization: 'Bearer ya29.federated', 'x-goog-request-reason': 'deploy-1' },
    });
    expect(JSON.parse(Buffer.from(asked?.body as Uint8Array).toString())).toEqual({
      // SHA-256 of `header.payload`, and its CRC-32C.
      digest: { sha256: '4/68V/O9SLSN8UsnH5kFqyV0IithWudmqptgbzg6SpM=' },
      digestCrc32c: checksum(Buffer.from('4/68V/O9SLSN8UsnH5kFqyV0IithWudmqptgbzg6SpM=', 'base64')),
    });
    await expect(outcome.close(NEVER)).resolves.toBeUndefined();
    expect(made.network.sent).toHaveLength(3);
  });

  it('signs with RS256, as a service account that may do nothing else', async () => {
    const answers = [federated, impersonated, publicKey(rsa.publicKey), signed(rsa.privateKey)];
    const { outcome, made } = await run(answers, { ...SETTINGS, serviceAccount: ACCOUNT });
    expect(outcome.alg).toBe('RS256');
    expect(verify('sha256', DATA, outcome.publicKeyPem, outcome.signature)).toBe(true);
    expect(Buffer.from(made.network.sent[1]?.body as Uint8Array).toString()).toBe(
      '{"scope":["https://www.googleapis.com/auth/cloudkms"],"lifetime":"900s"}',
    );
    expect(made.network.sent[3]?.headers['authorization']).toBe('Bearer ya29.account');
  });

  it("takes the project's id where its number was asked for", async () => {
    const name = KEY.replace('projects/1/', 'projects/acme/');
    const { outcome } = await run([federated, publicKey(ec.publicKey, { name }), signed(ec.privateKey, { name })]);
    expect(outcome.signature).toHaveLength(64);
  });

  it.each<{ name: string; answer: Answer; code: string; got: string }>([
    { name: 'no JSON', answer: { status: 200, body: 'x' }, code: 'CREDENTIAL_INVALID', got: 'pem undefined' },
    {
      name: 'another checksum',
      answer: publicKey(ec.publicKey, { pemCrc32c: '1' }),
      ...{ code: 'SERVICE_FAILED', got: 'a public key with another CRC32C than the one told' },
    },
    {
      name: 'another name',
      answer: publicKey(ec.publicKey, { name: KEY.replace('/3', '/4') }),
      ...{ code: 'CREDENTIAL_INVALID', got: 'name of another key' },
    },
    {
      name: 'another algorithm',
      answer: publicKey(ec.publicKey, { algorithm: 'EC_SIGN_P384_SHA384' }),
      ...{ code: 'CREDENTIAL_INVALID', got: 'algorithm EC_SIGN_P384_SHA384' },
    },
    {
      name: 'an algorithm by the name of a member that each object has',
      answer: publicKey(ec.publicKey, { algorithm: 'toString' }),
      ...{ code: 'CREDENTIAL_INVALID', got: 'algorithm toString' },
    },
    {
      name: 'no key in it',
      answer: publicKey(ec.publicKey, { pem: 'x', pemCrc32c: checksum(Buffer.from('x')) }),
      ...{ code: 'CREDENTIAL_INVALID', got: 'a pem that holds no key' },
    },
    {
      name: 'a name that leads elsewhere',
      answer: publicKey(ec.publicKey, { name: `evil/?x=/${KEY}` }),
      ...{ code: 'CREDENTIAL_INVALID', got: 'name of another key' },
    },
    {
      name: 'a key of another kind than its algorithm',
      answer: publicKey(ec.publicKey, { algorithm: 'RSA_SIGN_PKCS1_2048_SHA256' }),
      ...{ code: 'CREDENTIAL_INVALID', got: 'a pem that is no key of algorithm RSA_SIGN_PKCS1_2048_SHA256' },
    },
  ])('refuses a public key with $name', async ({ answer: read, code, got }) => {
    const { outcome } = await run([federated, read]);
    expect(outcome).toMatchObject({ code, got });
    expect(outcome.message).toContain('(signer gcp-kms)');
  });

  it.each<{ name: string; answer: Answer; code: string; got: string }>([
    { name: 'none', answer: { status: 200, body: 'null' }, code: 'CREDENTIAL_INVALID', got: 'signature undefined' },
    {
      name: 'another checksum',
      answer: signed(ec.privateKey, { signatureCrc32c: '1' }),
      ...{ code: 'SERVICE_FAILED', got: 'a signature with another CRC32C than the one told' },
    },
    {
      name: 'a digest that was not compared',
      answer: signed(ec.privateKey, { verifiedDigestCrc32c: false }),
      ...{ code: 'SERVICE_FAILED', got: 'a digest that did not arrive with another CRC32C than the one told' },
    },
    {
      name: 'another name',
      answer: signed(ec.privateKey, { name: undefined }),
      ...{ code: 'CREDENTIAL_INVALID', got: 'name undefined' },
    },
    {
      name: 'other data',
      answer: signed(ec.privateKey, {}, new Uint8Array(3)),
      ...{ code: 'CREDENTIAL_INVALID', got: "a signature that the key's public part does not verify" },
    },
    {
      name: 'bytes that are no DER',
      answer: signed(ec.privateKey, { signature: 'eA==', signatureCrc32c: checksum(Buffer.from('x')) }),
      ...{ code: 'CREDENTIAL_INVALID', got: "a signature that the key's public part does not verify" },
    },
  ])('refuses a signature: $name', async ({ answer: given, code, got }) => {
    const { outcome } = await run([federated, publicKey(ec.publicKey), given]);
    expect(outcome).toMatchObject({ code, got });
  });

  it('says which role signs, and for whom', async () => {
    const error = { code: 403, message: 'no', status: 'PERMISSION_DENIED' };
    const { outcome } = await run([federated, answer(403, { error })]);
    expect(outcome).toMatchObject({
      ...{ code: 'DENIED_BY_PROVIDER', got: 'status 403 PERMISSION_DENIED no' },
      fix: expect.stringMatching(/^Grant roles\/cloudkms\.signerVerifier on projects\/1\/.*\/okta to principalSet:/),
    });
  });

  it('asks nobody for a key that could lead elsewhere', async () => {
    const settings = { ...SETTINGS, key: 'projects/1/../x/cryptoKeyVersions/1' };
    const { outcome, made } = await run([], settings);
    expect(outcome).toMatchObject({ code: 'POLICY_INVALID', faults: checkGcpKey(settings) });
    expect(outcome.faults).toEqual([expect.stringMatching(/^key is projects\/1\/\.\.\/x/)]);
    expect(made.network.sent).toEqual([]);
  });
});
