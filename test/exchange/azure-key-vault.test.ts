import { describe, expect, it } from '@jest/globals';
import type { PipeError } from '../../src/errors.ts';
import { azureKeyVaultHop } from '../../src/exchange/azure-key-vault.ts';
import type { HopConfigs, HopOutput } from '../../src/exchange/index.ts';
import { bench, NEVER } from '../http/support/bench.ts';
import type { Answer } from '../http/support/fake-network.ts';
import { API, hopContract, INPUT } from './support/hop-contract.ts';

const VAULT = 'https://acme.vault.azure.net';
const SETTINGS: HopConfigs['azure-key-vault'] = { vault: VAULT, secret: 'vercel-token' };
const TOKEN = 'stored-vercel-token-0001';
/** The bench's clock. */
const NOW = 1_000_000;
/** Of the tenant that the vault names. */
const TENANT = '11111111-2222-4333-8444-555555555555';

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  ...{ status, headers },
  body: JSON.stringify(body),
});
const forbidden = (inner?: string): Answer =>
  answer(403, { error: { code: 'Forbidden', message: 'no', ...(inner ? { innererror: { code: inner } } : {}) } });
const secret = (attributes: object = { enabled: true }, value: unknown = TOKEN): Answer =>
  answer(200, { value, id: `${VAULT}/secrets/vercel-token/0123`, attributes });

hopContract({
  hop: azureKeyVaultHop,
  settings: SETTINGS,
  happy: () => [secret()],
  token: TOKEN,
  refusals: [
    {
      name: 'a token for another resource',
      answer: answer(
        401,
        { error: { code: 'Unauthorized', message: 'AKV10022: Invalid audience.' } },
        {
          'www-authenticate': `Bearer authorization="https://login.microsoftonline.com/${TENANT}", resource="https://vault.azure.net"`,
        },
      ),
      code: 'CREDENTIAL_INVALID',
      fix: /scope https:\/\/vault\.azure\.net\/\.default, and the tenant of the vault \(https:\/\/login\.microsoftonline\.com\/11111111-/,
    },
    {
      name: 'a 401 that says nothing',
      answer: { status: 401 },
      code: 'CREDENTIAL_INVALID',
      fix: /scope https:\/\/vault\.azure\.net\/\.default: the vault/,
    },
    {
      name: 'no role',
      answer: forbidden('ForbiddenByRbac'),
      code: 'DENIED_BY_PROVIDER',
      fix: /role "Key Vault Secrets User" on acme\.vault\.azure\.net/,
    },
    { name: 'a plain 403', answer: forbidden(), code: 'DENIED_BY_PROVIDER', fix: /Key Vault Secrets User/ },
    {
      name: 'no permission in an access policy',
      answer: forbidden('AccessDenied'),
      code: 'DENIED_BY_PROVIDER',
      fix: /secret permission Get/,
    },
    {
      name: 'a firewall',
      answer: forbidden('ForbiddenByFirewall'),
      code: 'DENIED_BY_PROVIDER',
      fix: /firewall of acme\.vault\.azure\.net/,
    },
    {
      name: 'a disabled secret',
      answer: forbidden('SecretDisabled'),
      code: 'CREDENTIAL_INVALID',
      fix: /set-attributes --enabled true/,
    },
    {
      name: 'no such secret',
      answer: answer(404, { error: { code: 'SecretNotFound', message: 'not found' } }),
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /Store the Vercel token as secret vercel-token of acme\.vault\.azure\.net/,
    },
    {
      name: 'a bad parameter',
      answer: answer(400, { error: { code: 'BadParameter', message: 'no' } }),
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /Check `vault`, `secret` and `version`/,
    },
  ],
  malformed: [
    { name: 'no JSON', body: '<html>' },
    { name: 'null', body: 'null' },
    { name: 'no value', body: '{"attributes":null}' },
    { name: 'a number as value', body: '{"value":1234567890}' },
    { name: 'an empty value', body: '{"value":"\\n"}' },
    { name: 'a value of two lines', body: '{"value":"one\\ntwo"}' },
    { name: 'a value that is no ASCII', body: '{"value":"tök"}' },
  ],
});

async function run(
  answers: Parameters<typeof bench>[0],
  settings = SETTINGS,
): Promise<{ readonly outcome: HopOutput | PipeError; readonly sent: ReturnType<typeof bench>['network']['sent'] }> {
  const { http, clock, log, network } = bench(answers);
  const outcome = await azureKeyVaultHop
    .obtain(settings, INPUT, { http, clock, log, apiUrl: API }, NEVER)
    .catch((error: unknown) => error as PipeError);
  return { outcome, sent: network.sent };
}

describe('the hop azure-key-vault', () => {
  it('asks for the newest version, or for the one that the policy names, with the token in a header alone', async () => {
    const newest = await run([secret()]);
    expect(newest.sent[0]).toMatchObject({
      method: 'GET',
      url: `${VAULT}/secrets/vercel-token?api-version=7.4`,
      headers: { authorization: `Bearer ${INPUT.token?.reveal() ?? ''}` },
    });
    const named = await run([secret()], { ...SETTINGS, version: '0123abcd' });
    expect(named.sent[0]?.url).toBe(`${VAULT}/secrets/vercel-token/0123abcd?api-version=7.4`);
  });

  it('takes a final line break off, tells the expiration date as the end, and revokes nothing', async () => {
    const { outcome } = await run([secret({ enabled: true, exp: NOW / 1000 + 600, nbf: NOW / 1000 }, `${TOKEN}\r\n`)]);
    expect(outcome).toMatchObject({ expiresAt: NOW + 600_000, revoke: undefined });
    expect((outcome as HopOutput).token.reveal()).toBe(TOKEN);
    expect((outcome as HopOutput).audit).toMatchObject({ service: 'acme.vault.azure.net', expiresAt: NOW + 600_000 });
  });

  it.each([{ exp: undefined }, { exp: null }, { exp: 1e300 }, { exp: '2000' }])(
    'knows no end by exp $exp',
    async ({ exp }) => {
      const { outcome } = await run([secret({ enabled: true, exp })]);
      expect((outcome as HopOutput).token.reveal()).toBe(TOKEN);
      expect((outcome as HopOutput).expiresAt).toBeUndefined();
    },
  );

  it.each([
    { attributes: { enabled: false }, got: 'it is disabled' },
    { attributes: { exp: NOW / 1000 }, got: 'it expired at 1970-01-01T00:16:40.000Z' },
    { attributes: { nbf: NOW / 1000 + 1 }, got: 'it is not active before 1970-01-01T00:16:41.000Z' },
    { attributes: { nbf: 1e300, enabled: false }, got: 'it is disabled, it is not active before 1e+300' },
  ])('refuses a secret where $got', async ({ attributes, got }) => {
    const { outcome } = await run([secret(attributes)]);
    expect(outcome).toMatchObject({ code: 'CREDENTIAL_INVALID', exitStatus: 4, got });
    expect((outcome as PipeError).message).toContain('(hop azure-key-vault)');
  });

  it('says the inner reason beside the code, on one line', async () => {
    const body = {
      error: { code: 'Forbidden', message: 'Caller\r\nappid=1', innererror: { code: 'ForbiddenByRbac' } },
    };
    const { outcome } = await run([answer(403, body)]);
    expect((outcome as PipeError).got).toBe('status 403 Forbidden ForbiddenByRbac Caller appid=1');
  });

  it.each([
    { vault: 'https://acme.vault.azure.net' },
    { vault: 'https://acme.vault.azure.cn' },
    { vault: 'https://acme.vault.usgovcloudapi.net' },
    { vault: 'http://127.0.0.1:4711' },
    { vault: 'http://[::1]:4711' },
  ])('takes $vault', ({ vault }) => {
    expect(azureKeyVaultHop.check?.({ ...SETTINGS, vault })).toEqual([]);
  });

  it.each([
    { vault: 'https://acme.vault.azure.net.evil.example' },
    { vault: 'https://evil.example' },
    { vault: 'https://a.b.vault.azure.net' },
    { vault: 'https://acme.vault.azure.net:8443' },
    { vault: 'https://acme.vault.azure.net/x' },
    { vault: 'https://ACME.vault.azure.net' },
    { vault: 'http://acme.vault.azure.net' },
    { vault: 'http://10.0.0.1' },
    { vault: 'https://evil.example\\.vault.azure.net' },
    { vault: 'no address' },
  ])('sends no token to $vault', ({ vault }) => {
    expect(azureKeyVaultHop.check?.({ ...SETTINGS, vault })).toEqual([
      `vault is ${vault}; wanted https://<name>.vault.azure.net (or .vault.azure.cn, .vault.usgovcloudapi.net), in lower case, without port and path`,
    ]);
  });

  it('names a secret and a version that cannot be', () => {
    expect(azureKeyVaultHop.check?.({ ...SETTINGS, secret: '../keys/k', version: '1?x' })).toEqual([
      'secret is ../keys/k; wanted letters, digits and - alone',
      "version is 1?x; wanted the 32 hex digits at the end of the secret's identifier",
    ]);
  });
});
