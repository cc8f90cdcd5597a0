import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { describe, expect, it } from '@jest/globals';
import { ADDRESS, openVault, type VaultBench } from '../support/vault.ts';

interface Said {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

async function ask(
  bench: VaultBench,
  path: string,
  { token, json, headers = {} }: { token?: string; json?: object; headers?: Record<string, string> } = {},
): Promise<Said> {
  const response = await bench.handle(
    new Request(`${ADDRESS}/v1/${path}`, {
      method: json ? 'POST' : 'GET',
      headers: {
        'x-vault-request': 'true',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(json ? { body: JSON.stringify(json) } : {}),
    }),
  );
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const logIn = async (bench: VaultBench): Promise<string> => {
  const json = { role: 'pipelines', jwt: await bench.issuer.mintToken() };
  return (await ask(bench, 'auth/jwt/login', { json })).body.auth.client_token as string;
};

describe('a request to the fake of Vault', () => {
  it.each([
    { name: 'without its header', headers: { 'x-vault-request': '' }, status: 412 },
    { name: 'in a namespace that is not there', headers: { 'x-vault-namespace': 'other' }, status: 403 },
  ])('is refused $name', async ({ headers, status }) => {
    expect(await ask(await openVault(), 'kv/data/vercel', { headers })).toMatchObject({ status });
  });

  it('is refused without a token, with one that nobody made, and where no policy allows it', async () => {
    const bench = await openVault({}, { token_num_uses: 0 });
    const denied = { errors: ['1 error occurred:\n\t* permission denied\n\n'] };
    expect(await ask(bench, 'kv/data/vercel')).toEqual({ status: 403, body: { errors: ['permission denied'] } });
    expect(await ask(bench, 'kv/data/vercel', { token: 'hvs.x' })).toEqual({ status: 403, body: denied });
    const token = await logIn(bench);
    expect(await ask(bench, 'kv/data/other', { token })).toEqual({ status: 403, body: denied });
    // Allowed to read, and not to write.
    expect(await ask(bench, 'kv/data/vercel', { token, json: {} })).toEqual({ status: 403, body: denied });
    expect(await ask(bench, 'kv/data/vercel?version=2', { token })).toMatchObject({ status: 200 });
  });

  it('is refused when it is sealed', async () => {
    const bench = await openVault();
    bench.vault.seal();
    expect(await ask(bench, 'kv/data/vercel')).toEqual({ status: 503, body: { errors: ['Vault is sealed'] } });
  });

  it('counts the uses of a token, refused ones too', async () => {
    const bench = await openVault();
    const token = await logIn(bench);
    await ask(bench, 'kv/data/other', { token });
    expect(await ask(bench, 'kv/data/vercel?version=1', { token })).toMatchObject({ status: 200 });
    expect(await ask(bench, 'kv/data/vercel?version=1', { token })).toMatchObject({ status: 403 });
  });

  it('ends with the life of a token', async () => {
    const bench = await openVault();
    const token = await logIn(bench);
    await bench.clock.sleep(300_001);
    expect(await ask(bench, 'kv/data/vercel?version=1', { token })).toMatchObject({ status: 403 });
  });

  it.each([
    { pattern: 'kv/data/*', allowed: true },
    { pattern: 'kv/+/vercel', allowed: true },
    { pattern: 'kv/data/verc*', allowed: true },
    { pattern: 'kv/+', allowed: false },
    { pattern: 'kv/data/vercel/*', allowed: false },
  ])('is allowed by $pattern: $allowed', async ({ pattern, allowed }) => {
    const bench = await openVault({ policies: { deploy: { [pattern]: ['read'] } } });
    const { status } = await ask(bench, 'kv/data/vercel?version=1', { token: await logIn(bench) });
    expect(status).toBe(allowed ? 200 : 403);
  });
});

describe('engines of the fake', () => {
  const policies = { deploy: { '*': ['read', 'update'] } } as const;

  it.each([
    { path: 'kv/data/vercel', status: 404, body: { data: { data: null, metadata: { version: 3 } } } },
    { path: 'kv/data/vercel?version=1', status: 200, body: { data: { data: { token: 'vcp_first' } } } },
    { path: 'kv/data/vercel?version=9', status: 404, body: { errors: [] } },
    { path: 'kv/vercel', status: 404, body: { warnings: [expect.stringContaining('versioned')] } },
    {
      path: 'flat/vercel',
      status: 200,
      body: { lease_id: '', lease_duration: 2_764_800, data: { token: 'vcp_flat' } },
    },
    { path: 'flat/none', status: 404, body: { errors: [] } },
    { path: 'nowhere/x', status: 404, body: { errors: [expect.stringContaining('no handler for route')] } },
  ])('$path answers $status', async ({ path, status, body }) => {
    const bench = await openVault({ policies, kv1: { flat: { vercel: { token: 'vcp_flat' } } } });
    expect(await ask(bench, path, { token: await logIn(bench) })).toMatchObject({ status, body });
  });

  it('take a leased token back with the login, and with its lease', async () => {
    const revoked: string[] = [];
    const vercelTokens = {
      issue: () => ({ id: `t${String(revoked.length)}`, token: 'vcp_x' }),
      revoke: (id: string) => void revoked.push(id),
    };
    const vercel = { engine: { max_ttl: 600 } };
    const bench = await openVault({ policies, vercel }, { token_num_uses: 0 }, { vercelTokens });
    const token = await logIn(bench);
    const { body } = await ask(bench, 'engine/token', { token });
    await ask(bench, 'sys/leases/revoke', { token, json: { lease_id: body.lease_id } });
    expect(revoked).toEqual(['t0']);
    await ask(bench, 'engine/token', { token });
    await ask(bench, 'auth/token/revoke-self', { token, json: {} });
    expect(revoked).toEqual(['t0', 't1']);
    expect(await ask(bench, 'engine/token', { token })).toMatchObject({ status: 403 });
  });

  it('give nothing leased for the last use of a token', async () => {
    const bench = await openVault({ policies, vercel: { engine: { max_ttl: 600 } } }, { token_num_uses: 1 });
    expect(await ask(bench, 'engine/token', { token: await logIn(bench) })).toMatchObject({ status: 400 });
    expect(bench.vault.leases).toMatchObject([{ revoked: true }]);
  });

  it('sign identity tokens about the same entity for the same repository', async () => {
    const identity = { bridge: { client_id: 'api://AzureADTokenExchange', ttl: 120 } };
    const bench = await openVault({ policies, identity, namespace: '' });
    const { body } = await ask(bench, 'identity/oidc/token/bridge', { token: await logIn(bench) });
    const published = await ask(bench, 'identity/oidc/.well-known/keys');
    const { payload } = await jwtVerify(body.data.token as string, createLocalJWKSet(published.body as JSONWebKeySet), {
      issuer: `${ADDRESS}/v1/identity/oidc`,
      audience: 'api://AzureADTokenExchange',
    });
    expect(payload.sub).toBe(bench.vault.entityOf('jwt', bench.issuer.step.repositoryUuid));
    expect(published.body).toEqual(bench.vault.keys());
  });

  it('revoke no batch token', async () => {
    const bench = await openVault({ policies }, { token_type: 'batch', token_num_uses: 0 });
    const answer = await ask(bench, 'auth/token/revoke-self', { token: await logIn(bench), json: {} });
    expect(answer).toEqual({ status: 400, body: { errors: ['batch tokens cannot be revoked'] } });
  });
});
