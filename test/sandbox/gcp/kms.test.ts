import { verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { federateGcp, loginGcp } from '../../../src/services/gcp-token.ts';
import { Secret } from '../../../src/secret.ts';
import { openGcpKey } from '../../../src/signing/gcp-kms-key.ts';
import { ACCOUNT, PROVIDER } from '../../exchange/support/google-answers.ts';
import { NEVER } from '../../http/support/bench.ts';
import { makeWorld, RING, type World } from '../support/google-world.ts';

describe('a key of Cloud KMS in the sandbox', () => {
  it.each([
    { key: 'ec', alg: 'ES256', dsaEncoding: 'ieee-p1363' },
    { key: 'rsa', alg: 'RS256', serviceAccount: ACCOUNT },
  ] as const)('signs with $alg', async ({ key, alg, ...more }) => {
    const { deps, sandbox } = await makeWorld();
    const { dsaEncoding, serviceAccount } = { dsaEncoding: undefined, serviceAccount: undefined, ...more };
    const named = { provider: PROVIDER, key: `${RING}/${key}/cryptoKeyVersions/1` };
    const settings = serviceAccount === undefined ? named : { ...named, serviceAccount };
    const token = new Secret(await sandbox.issuer.mintToken());
    const signer = await openGcpKey(settings, token, deps, 'deploy-1', NEVER);
    expect(signer.alg).toBe(alg);
    // Often enough to meet integers of every length.
    for (const data of Array.from({ length: 40 }, (_, index) => Buffer.from(String(index)))) {
      const signature = await signer.sign(data, NEVER);
      const publicKey = dsaEncoding === undefined ? signer.publicKeyPem : { key: signer.publicKeyPem, dsaEncoding };
      expect(verify('sha256', data, publicKey, signature)).toBe(true);
    }
  });
});

describe('the fake of Cloud KMS', () => {
  const EC = `https://cloudkms.googleapis.com/v1/${RING}/ec/cryptoKeyVersions`;
  const sha256 = Buffer.alloc(32).toString('base64');

  async function ask(
    { deps: { http } }: World,
    bearer: Secret | undefined,
    json?: object,
    url = `${EC}/1:asymmetricSign`,
  ): Promise<string> {
    const method = json ? 'POST' : 'GET';
    const request = { service: 'the fake', method, url, bearer, signal: NEVER, ...(json ? { json } : {}) } as const;
    const { status, text } = await http.request(request);
    return `${String(status)} ${text}`;
  }

  async function federate(world: World): Promise<Secret> {
    const token = new Secret(await world.sandbox.issuer.mintToken());
    return federateGcp({ provider: PROVIDER }, token, { ...world.deps, by: 'test', session: 's' }, NEVER);
  }

  it.each([
    {
      name: 'a checksum of other bytes',
      json: { digest: { sha256 }, digestCrc32c: '1' },
      text: 'did not match the data',
    },
    { name: 'a short digest', json: { digest: { sha256: 'eA==' } }, text: 'must be 32 bytes' },
    { name: 'another digest', json: { digest: { sha384: sha256 } }, text: 'must be 32 bytes' },
    { name: 'an unknown member', json: { digest: { sha256 }, x: 1 }, text: 'Unknown name \\"x\\"' },
  ])('refuses $name', async ({ json, text }) => {
    const world = await makeWorld();
    const said = await ask(world, await federate(world), json);
    expect(said).toMatch(/^400 .*INVALID_ARGUMENT/);
    expect(said).toContain(text);
  });

  it('says that nothing was compared where no checksum came', async () => {
    const world = await makeWorld();
    const said = await ask(world, await federate(world), { digest: { sha256 } });
    expect(said).toMatch(/^200 /);
    expect(said).not.toContain('verifiedDigestCrc32c');
  });

  it.each([
    { name: 'nobody', bearer: undefined },
    { name: 'a token that nobody gave', bearer: new Secret('ya29.unknown') },
  ])('refuses $name', async ({ bearer }) => {
    expect(await ask(await makeWorld(), bearer, undefined, `${EC}/1/publicKey`)).toMatch(/^401 .*UNAUTHENTICATED/);
  });

  it('knows no other version, and no key that is disabled', async () => {
    const world = await makeWorld();
    expect(await ask(world, await federate(world), undefined, `${EC}/2/publicKey`)).toMatch(/^404 .*NOT_FOUND/);
    const disabled = await makeWorld(() => ({ keys: world.keys.map((key) => ({ ...key, state: 'DISABLED' })) }));
    const said = await ask(disabled, await federate(disabled), { digest: { sha256 } });
    expect(said).toMatch(/^400 .*FAILED_PRECONDITION/);
  });

  it('takes no role for another, and no scope for another', async () => {
    const reader = await makeWorld(({ issuer }) => ({
      bindings: [
        {
          role: 'roles/secretmanager.secretAccessor',
          member: `${PROVIDER.replace('//', 'principalSet://').replace('/providers/bitbucket', '')}/attribute.repository_uuid/${issuer.step.repositoryUuid}`,
          on: `${RING}/ec`,
        },
      ],
    }));
    expect(await ask(reader, await federate(reader), { digest: { sha256 } })).toMatch(/^403 .*IAM_PERMISSION_DENIED/);
    const world = await makeWorld();
    const login = { provider: PROVIDER, serviceAccount: ACCOUNT, scope: 'https://www.googleapis.com/auth/iam' };
    const token = new Secret(await world.sandbox.issuer.mintToken());
    const deps = { ...world.deps, by: 'test', session: 's' };
    const narrow = await loginGcp({ ...login, lifeSeconds: 60 }, token, deps, NEVER);
    const url = `https://cloudkms.googleapis.com/v1/${RING}/rsa/cryptoKeyVersions/1/publicKey`;
    expect(await ask(world, narrow, undefined, url)).toMatch(/^403 .*ACCESS_TOKEN_SCOPE_INSUFFICIENT/);
  });
});
