import { describe, expect, it } from '@jest/globals';
import type { PipeError } from '../../../src/errors.ts';
import { azureKeyVaultHop } from '../../../src/exchange/azure-key-vault.ts';
import type { HopConfigs, HopOutput } from '../../../src/exchange/index.ts';
import { createKeyVault, type KeyVaultOptions, type VaultCaller } from '../../../src/sandbox/azure/key-vault.ts';
import { Secret } from '../../../src/secret.ts';
import { API, INPUT } from '../../exchange/support/hop-contract.ts';
import { routeBench } from '../../exchange/support/route-bench.ts';
import { NEVER } from '../../http/support/bench.ts';

const VAULT = 'https://acme.vault.azure.net';
const SETTINGS: HopConfigs['azure-key-vault'] = { vault: VAULT, secret: 'vercel-token' };
const TOKEN = 'stored-vercel-token-0001';
/** The bench's clock. */
const NOW = 1_000_000;
const TENANT = '11111111-2222-4333-8444-555555555555';

describe('the hop azure-key-vault against the sandbox', () => {
  const caller: VaultCaller = {
    ...{ audience: 'https://vault.azure.net', tenant: TENANT, appId: 'app-1' },
    expiresAt: NOW + 60_000,
  };

  async function ask(options: Partial<KeyVaultOptions>, settings = SETTINGS): Promise<HopOutput | PipeError> {
    const { routes } = createKeyVault({
      ...{ url: VAULT, tenant: TENANT, now: () => NOW, readers: ['app-1'] },
      callerOf: (token) => (token === 'entra-token' ? caller : undefined),
      secrets: [
        { name: 'vercel-token', value: 'old-vercel-token', version: '0'.repeat(32) },
        { name: 'vercel-token', value: TOKEN, version: '1'.repeat(32) },
      ],
      ...options,
    });
    const { http, clock, log } = routeBench(routes);
    const input = { ...INPUT, token: new Secret('entra-token') };
    return azureKeyVaultHop
      .obtain(settings, input, { http, clock, log, apiUrl: API }, NEVER)
      .catch((error: unknown) => error as PipeError);
  }

  it('reads the newest version and an older one', async () => {
    expect(((await ask({})) as HopOutput).token.reveal()).toBe(TOKEN);
    const old = await ask({}, { ...SETTINGS, version: '0'.repeat(32) });
    expect((old as HopOutput).token.reveal()).toBe('old-vercel-token');
    expect((old as HopOutput).audit.requestId).toMatch(/^00000000-0000-4000-8000-/);
  });

  it.each<{ name: string; options: Partial<KeyVaultOptions>; got: RegExp; code: string }>([
    {
      name: 'an unknown token',
      options: { callerOf: () => undefined },
      ...{ got: /^status 401 Unauthorized AKV10046/, code: 'CREDENTIAL_INVALID' },
    },
    {
      name: 'a token of another tenant',
      options: { tenant: 'other' },
      ...{ got: /AKV10032: Invalid issuer/, code: 'CREDENTIAL_INVALID' },
    },
    {
      name: 'a token for another resource',
      options: { resource: 'https://vault.azure.cn' },
      ...{ got: /AKV10022: Invalid audience/, code: 'CREDENTIAL_INVALID' },
    },
    {
      name: 'an expired token',
      options: { now: () => NOW + 60_000 },
      ...{ got: /AKV10052/, code: 'CREDENTIAL_INVALID' },
    },
    {
      name: 'no role',
      options: { readers: [] },
      ...{ got: /^status 403 Forbidden ForbiddenByRbac Caller is not/, code: 'DENIED_BY_PROVIDER' },
    },
    { name: 'a firewall', options: { firewall: true }, ...{ got: /ForbiddenByFirewall/, code: 'DENIED_BY_PROVIDER' } },
    {
      name: 'no such secret',
      options: { secrets: [] },
      ...{ got: /^status 404 SecretNotFound/, code: 'EXCHANGE_NOT_ENABLED' },
    },
    {
      name: 'a disabled secret',
      options: { secrets: [{ name: 'vercel-token', value: TOKEN, version: '2'.repeat(32), enabled: false }] },
      ...{ got: /SecretDisabled/, code: 'CREDENTIAL_INVALID' },
    },
    {
      name: 'an expired secret',
      options: { secrets: [{ name: 'vercel-token', value: TOKEN, version: '2'.repeat(32), exp: 999 }] },
      ...{ got: /^it expired at 1970/, code: 'CREDENTIAL_INVALID' },
    },
  ])('is refused with $name', async ({ options, got, code }) => {
    expect(await ask(options)).toMatchObject({ code, got: expect.stringMatching(got) });
  });
});

describe('the fake of Azure Key Vault', () => {
  it.each([
    { name: 'no token', query: '?api-version=7.4', headers: {}, status: 401, text: 'AKV10000' },
    {
      name: 'another scheme',
      query: '?api-version=7.4',
      headers: { authorization: 'Basic eA==' },
      status: 401,
      text: 'AKV10000',
    },
    {
      name: 'no version of the API',
      query: '',
      headers: { authorization: 'Bearer x' },
      status: 400,
      text: 'must be specified',
    },
    {
      name: 'an unknown version of the API',
      query: '?api-version=1',
      headers: { authorization: 'Bearer x' },
      status: 400,
      text: '(1) is not recognized',
    },
  ])('refuses $name', async ({ query, headers, status, text }) => {
    const { routes } = createKeyVault({
      ...{ url: VAULT, tenant: TENANT, now: () => NOW, readers: ['app-1'], secrets: [] },
      callerOf: () => ({ audience: 'https://vault.azure.net', tenant: TENANT, appId: 'app-1', expiresAt: NOW + 1 }),
    });
    const { http } = routeBench(routes);
    const url = `${VAULT}/secrets/vercel-token${query}`;
    const reply = await http.request({ service: 'the fake', method: 'GET', url, headers, signal: NEVER });
    expect(reply.status).toBe(status);
    expect(reply.text).toContain(text);
    expect(reply.headers['www-authenticate'] !== undefined).toBe(status === 401);
  });
});
