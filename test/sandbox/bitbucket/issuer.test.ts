import { describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, customFetch, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { ask } from '../support/client.ts';

const BASE = 'https://api.bitbucket.org/2.0/workspaces';
const OIDC = 'pipelines-config/identity/oidc';

function verify(sandbox: Sandbox, token: string): ReturnType<typeof jwtVerify> {
  const url = new URL(`${sandbox.issuer.url}/keys.json`);
  const keys = createRemoteJWKSet(url, { [customFetch]: (to, init) => sandbox.handle(new Request(to, init)) });
  return jwtVerify(token, keys, { issuer: sandbox.issuer.url, algorithms: ['RS256'] });
}

describe("the issuer's documents", () => {
  it('publishes discovery and keys without credentials', async () => {
    const sandbox = await createSandbox();
    const discovery = await ask(sandbox, `${BASE}/acme/${OIDC}/.well-known/openid-configuration`);
    expect(discovery.status).toBe(200);
    expect(discovery.body).toMatchObject({
      issuer: `${BASE}/acme/${OIDC}`,
      jwks_uri: `${BASE}/acme/${OIDC}/keys.json`,
      response_types_supported: ['id_token'],
    });
    const keys = await ask(sandbox, `${BASE}/acme/${OIDC}/keys.json`);
    expect(keys.body.keys).toHaveLength(1);
    expect(keys.body.keys[0]).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig', kid: sandbox.issuer.keyId });
    expect(keys.body.keys[0]).not.toHaveProperty('d');
  });

  it.each([
    { name: 'another workspace', path: `${BASE}/other/${OIDC}/keys.json`, headers: {}, status: 404, text: "'other'" },
    {
      name: 'credentials',
      path: `${BASE}/acme/${OIDC}/keys.json`,
      headers: { authorization: 'Bearer vca_x' },
      status: 401,
      text: 'takes no credentials',
    },
  ])('refuses $name', async ({ path, headers, status, text }) => {
    const reply = await ask(await createSandbox(), path, { headers });
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({ type: 'error', error: { message: expect.stringContaining(text) } });
  });
});

describe('mintToken', () => {
  it('signs what Bitbucket would say, and nothing more', async () => {
    const sandbox = await createSandbox({ now: () => Date.now() });
    const token = await sandbox.issuer.mintToken();
    const { payload, protectedHeader } = await verify(sandbox, token);
    const { step } = sandbox.issuer;
    expect(protectedHeader).toEqual({ alg: 'RS256', kid: sandbox.issuer.keyId, typ: 'JWT' });
    expect(payload).toMatchObject({
      sub: `${step.repositoryUuid}:${step.environment?.uuid ?? ''}:${step.stepUuid}`,
      aud: [
        'ari:cloud:bitbucket::workspace/922e118c-f34f-4226-a897-0e0afbec553d',
        'https://vercel.com/api/login/oauth/token',
      ],
      workspaceUuid: '{922e118c-f34f-4226-a897-0e0afbec553d}',
      branchName: 'main',
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
    for (const absent of ['jti', 'nbf', 'commit', 'actor']) expect(payload).not.toHaveProperty(absent);
  });

  it('leaves the environment out of a step without `deployment:`', async () => {
    const { issuer } = await createSandbox({ step: { environment: undefined } });
    const claims = decodeJwt(await issuer.mintToken());
    expect(claims.sub).toBe(`${issuer.step.repositoryUuid}:${issuer.step.stepUuid}`);
    expect(claims).not.toHaveProperty('deploymentEnvironmentUuid');
    expect(issuer.bitbucketEnvironment()).not.toHaveProperty('BITBUCKET_DEPLOYMENT_ENVIRONMENT_UUID');
  });

  it('changes claims and header as told', async () => {
    const { issuer } = await createSandbox();
    const token = await issuer.mintToken({
      claims: { aud: 'x', sub: undefined },
      header: { kid: undefined },
      remove: ['exp'],
    });
    expect(decodeJwt(token)).toMatchObject({ aud: 'x' });
    expect(decodeJwt(token)).not.toHaveProperty('sub');
    expect(decodeJwt(token)).not.toHaveProperty('exp');
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'JWT' });
  });

  it('makes unsigned and HMAC tokens for those who must refuse them', async () => {
    const { issuer } = await createSandbox();
    const none = await issuer.mintToken({ header: { alg: 'none' } });
    expect(none.endsWith('.')).toBe(true);
    const hmac = await issuer.mintToken({ header: { alg: 'HS256' }, key: new Uint8Array(32) });
    await expect(jwtVerify(hmac, new Uint8Array(32))).resolves.toBeDefined();
  });
});

describe('rotateKeys', () => {
  it('withdraws the old key, or keeps it published', async () => {
    const sandbox = await createSandbox();
    const old = await sandbox.issuer.mintToken();
    await sandbox.issuer.rotateKeys({ keepOld: true });
    await expect(verify(sandbox, old)).resolves.toBeDefined();
    await expect(verify(sandbox, await sandbox.issuer.mintToken())).resolves.toBeDefined();
    await sandbox.issuer.rotateKeys();
    await expect(verify(sandbox, old)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    expect(sandbox.issuer.keys().keys).toHaveLength(1);
  });
});

describe('bitbucketEnvironment', () => {
  it("follows the token's claims", async () => {
    const { issuer } = await createSandbox();
    const token = await issuer.mintToken({ claims: { stepUuid: '{other}', branchName: 'release/1' } });
    const environment = issuer.bitbucketEnvironment(token, { BITBUCKET_TAG: 'v1', BITBUCKET_COMMIT: undefined });
    expect(environment).toMatchObject({
      CI: 'true',
      BITBUCKET_STEP_OIDC_TOKEN: token,
      BITBUCKET_STEP_UUID: '{other}',
      BITBUCKET_BRANCH: 'release/1',
      BITBUCKET_WORKSPACE: 'acme',
      BITBUCKET_DEPLOYMENT_ENVIRONMENT: 'production',
      BITBUCKET_TAG: 'v1',
    });
    expect(environment).not.toHaveProperty('BITBUCKET_COMMIT');
  });

  it('takes a broken token as it is', async () => {
    const { issuer } = await createSandbox();
    const environment = issuer.bitbucketEnvironment('broken');
    expect(environment).toMatchObject({
      BITBUCKET_STEP_OIDC_TOKEN: 'broken',
      BITBUCKET_STEP_UUID: issuer.step.stepUuid,
    });
  });

  it('has no token in a step without `oidc:`', async () => {
    const { issuer } = await createSandbox();
    expect(issuer.bitbucketEnvironment()).not.toHaveProperty('BITBUCKET_STEP_OIDC_TOKEN');
  });
});
