import { describe, expect, it } from '@jest/globals';
import type { HopConfigs } from '../../src/exchange/index.ts';
import { vaultHop } from '../../src/exchange/vault.ts';
import type { Answer } from '../http/support/fake-network.ts';
import { hopContract, INPUT } from './support/hop-contract.ts';
import { ADDRESS, denied, DONE, got, kv, login, NOW, reply, run, sentTo, SETTINGS, type Ran } from './support/vault.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL3ZhdWx0Iiwic3ViIjoiZW50aXR5In0.c2ln';

hopContract({
  hop: vaultHop,
  settings: SETTINGS,
  happy: () => [login(), kv(), DONE],
  token: 'vcp_kept-canary',
  refusals: [
    {
      name: 'a bound claim',
      answer: reply(
        { errors: ['error validating claims: claim "branchName" does not match any associated bound claim values'] },
        400,
      ),
      code: 'DENIED_BY_PROVIDER',
      fix: /^The token's branchName is .* which role pipelines does not admit/,
    },
    {
      name: 'no such role',
      answer: reply({ errors: ['role "pipelines" could not be found'] }, 400),
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /auth\/jwt\/role\/pipelines/,
    },
    {
      name: 'a mount that is not there',
      answer: denied,
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /mount \(jwt\), namespace/,
    },
    {
      name: 'sealed',
      answer: { status: 472, body: '' },
      code: 'SERVICE_FAILED',
      fix: /disaster recovery secondary/,
    },
  ],
  malformed: [
    { name: 'no JSON', body: '<html>' },
    { name: 'no auth', body: '{"auth":null}' },
    { name: 'a token that is no text', body: '{"auth":{"client_token":5}}' },
    { name: 'a token that a header cannot carry', body: '{"auth":{"client_token":"a\\nb"}}' },
  ],
});

describe('the login', () => {
  it('asks the mount of the policy, in its namespace, and nobody reads the token in an address', async () => {
    const { made } = await run([login(), kv(), DONE], {
      ...SETTINGS,
      mount: 'bitbucket/jwt',
      namespace: 'platform/web',
    });
    const [first, second] = made.network.sent;
    expect(first?.url).toBe(`${ADDRESS}/v1/auth/bitbucket/jwt/login`);
    expect(first?.headers).toMatchObject({ 'x-vault-namespace': 'platform/web', 'x-vault-request': 'true' });
    expect(first?.headers).not.toHaveProperty('authorization');
    expect(JSON.parse(new TextDecoder().decode(first?.body as Uint8Array))).toEqual({
      role: 'pipelines',
      jwt: INPUT.token?.reveal(),
    });
    expect(second?.headers).toMatchObject({
      'x-vault-namespace': 'platform/web',
      authorization: 'Bearer hvs.login-canary',
    });
  });

  it('has no header of a namespace where the policy names none', async () => {
    const { made } = await run([login(), kv(), DONE]);
    expect(made.network.sent[0]?.headers).not.toHaveProperty('x-vault-namespace');
  });

  it('ends with the read, and what it could not end is told', async () => {
    const { made, warnings } = await run([login(), kv(), denied]);
    expect(sentTo(made)).toEqual(['POST auth/jwt/login', 'GET kv/data/vercel', 'POST auth/token/revoke-self']);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^The Vault token of role pipelines was not revoked and is valid until 1970-01-01T00:21:40.000Z. .*status 403/,
      ),
    ]);
  });

  it.each([
    { name: 'whose uses are spent', auth: { num_uses: 2 }, answers: [denied] },
    { name: 'that is a batch token, which nobody can revoke', auth: { token_type: 'batch' }, answers: [] },
  ])('warns of no token $name', async ({ auth, answers }) => {
    const ran = await run([login(auth), kv(), ...answers]);
    expect(got(ran).token.reveal()).toBe('vcp_kept-canary');
    expect(ran.warnings).toEqual([]);
  });

  it('ends where the read is refused, too', async () => {
    const { outcome, made } = await run([login(), denied, DONE]);
    expect(outcome).toMatchObject({
      code: 'DENIED_BY_PROVIDER',
      message: 'Vault did not give the secret kv/data/vercel (hop vault).',
      got: 'status 403 1 error occurred: * permission denied',
      fix: 'Allow read on kv/data/vercel in one of the Vault policies default, deploy of role pipelines.',
    });
    expect(sentTo(made).at(-1)).toBe('POST auth/token/revoke-self');
  });
});

describe('an identity token', () => {
  const settings: HopConfigs['vault'] = { address: ADDRESS, role: 'pipelines', identityToken: 'entra-bridge' };
  const issue = (answers: readonly Answer[]): Promise<Ran> => run(answers, settings);

  it('is for the next hop, and the login ends at once', async () => {
    const ran = await issue([login(), reply({ request_id: 'req-id', data: { token: JWT, ttl: 120 } }), DONE]);
    expect(got(ran)).toMatchObject({ expiresAt: NOW + 120_000, revoke: undefined });
    expect(got(ran).audit).toMatchObject({ issuer: 'https://vault', policyId: 'pipelines', requestId: 'req-id' });
    expect(got(ran).token.reveal()).toBe(JWT);
    expect(sentTo(ran.made)).toEqual([
      ...['POST auth/jwt/login', 'GET identity/oidc/token/entra-bridge', 'POST auth/token/revoke-self'],
    ]);
    expect(vaultHop.gives(settings)).toBe('oidc');
    expect(vaultHop.gives(SETTINGS)).toBe('vercel');
  });

  it.each([
    {
      name: 'is denied',
      answer: denied,
      code: 'DENIED_BY_PROVIDER',
      fix: /Allow read on identity\/oidc\/token\/entra-b/,
    },
    {
      name: 'has no role',
      answer: reply({ errors: ['role "entra-bridge" not found'] }, 400),
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /Write identity\/oidc\/role\/entra-bridge/,
    },
    { name: 'is no JWT', answer: reply({ data: { token: 'hvs.x' } }), code: 'CREDENTIAL_INVALID', fix: /address/ },
  ])('that $name is refused, and the login ends', async ({ answer, code, fix }) => {
    const { outcome, made } = await issue([login(), answer, DONE]);
    expect(outcome).toMatchObject({ code, fix: expect.stringMatching(fix) });
    expect(sentTo(made).at(-1)).toBe('POST auth/token/revoke-self');
  });
});
