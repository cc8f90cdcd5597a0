import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import type { HopConfigs, HopOutput } from '../../src/exchange/index.ts';
import { createTokenExchangeHop, tokenExchangeHop } from '../../src/exchange/token-exchange.ts';
import { bench, NEVER, type Bench } from '../http/support/bench.ts';
import { networkFault, type Answer } from '../http/support/fake-network.ts';
import { API, CANARY, hopContract, INPUT } from './support/hop-contract.ts';
import { localKey } from './support/local-key.ts';

type Settings = HopConfigs['token-exchange'];

const URN = 'urn:ietf:params:oauth:token-type:';
const SETTINGS: Settings = { url: 'https://sts.example.com/token' };
const SIGNED = {
  clientId: 'pipelines',
  signer: { vault: { address: 'https://vault.example.com', role: 'r', key: 'k' } },
};
const TOKEN = 'exchanged-token-canary-1';
const GIVEN = { access_token: TOKEN, issued_token_type: `${URN}access_token`, token_type: 'Bearer', expires_in: 60 };

const answer = (body: unknown, status = 200): Answer => ({ status, body: JSON.stringify(body) });
const refusal = (status: number, error: string, text = 'Refused.'): Answer =>
  answer({ error, error_description: text }, status);

hopContract({
  hop: tokenExchangeHop,
  settings: SETTINGS,
  token: TOKEN,
  happy: () => [answer(GIVEN)],
  refusals: [
    ...[
      ['invalid_grant', 'CREDENTIAL_INVALID', /must trust iss nothing and admit sub nothing/],
      ['invalid_token', 'CREDENTIAL_INVALID', /as subject_token_type urn:ietf:params:oauth:token-type:jwt;/],
      ['invalid_target', 'DENIED_BY_PROVIDER', /audience nothing and resource nothing/],
      ['invalid_scope', 'DENIED_BY_PROVIDER', /no scope nothing/],
      ['access_denied', 'DENIED_BY_PROVIDER', /they must admit iss nothing/],
      ['unauthorized_client', 'EXCHANGE_NOT_ENABLED', /Allow a client \(clientId of the hop\) the grant type/],
      ['unsupported_grant_type', 'EXCHANGE_NOT_ENABLED', /grant-type:token-exchange at sts\.example\.com/],
      ['invalid_client', 'EXCHANGE_NOT_ENABLED', /asks for a client: set clientId/],
      ['invalid_dpop_proof', 'EXCHANGE_NOT_ENABLED', /clock of sts\.example\.com/],
      ['use_dpop_nonce', 'SERVICE_FAILED', /run the step again/],
      ['toString', 'EXCHANGE_NOT_ENABLED', /must be a token endpoint that exchanges tokens/],
    ].map(([error, code, fix]) => ({
      ...{ name: error as string, code: code as string, fix: fix as RegExp },
      answer: refusal(400, error as string),
    })),
    {
      ...{
        name: 'a field that is missing',
        answer: refusal(400, 'invalid_request', "missing required parameter 'audience'"),
      },
      ...{ code: 'EXCHANGE_NOT_ENABLED', fix: /set what its answer names/ },
    },
    {
      ...{ name: 'a secret that it wants', answer: refusal(400, 'invalid_request', 'client_secret is required') },
      ...{ code: 'EXCHANGE_NOT_ENABLED', fix: /clientAuth where it has a key or a secret/ },
    },
    {
      ...{ name: 'a status that says nothing else', answer: { status: 403, body: '' } },
      ...{ code: 'DENIED_BY_PROVIDER', fix: /See the log of sts\.example\.com/ },
    },
    {
      ...{ name: 'an address that is another', answer: { status: 404, body: '<html>' } },
      ...{ code: 'EXCHANGE_NOT_ENABLED', fix: /Check url of the hop: https:\/\/sts\.example\.com\/token/ },
    },
  ],
  malformed: [
    { name: 'no token', body: '{"token_type":"Bearer"}' },
    { name: 'a bound token that nobody asked for', body: JSON.stringify({ ...GIVEN, token_type: 'DPoP' }) },
    { name: 'a refresh token', body: JSON.stringify({ ...GIVEN, issued_token_type: `${URN}refresh_token` }) },
    { name: 'a page', body: '<html>' },
  ],
});

interface Ran {
  readonly outcome: HopOutput | PipeError;
  readonly made: Bench;
  readonly forms: readonly Readonly<Record<string, string>>[];
}

async function run(settings: Partial<Settings>, answers: Parameters<typeof bench>[0], key = localKey()): Promise<Ran> {
  const made = bench(answers);
  const deps = { http: made.http, clock: made.clock, log: made.log, apiUrl: API };
  const outcome = await createTokenExchangeHop(key.open)
    .obtain({ ...SETTINGS, ...settings }, INPUT, deps, NEVER)
    .catch((error: unknown) => {
      if (error instanceof PipeError) return error;
      throw error;
    });
  const forms = made.network.sent.map(({ body }) =>
    Object.fromEntries(new URLSearchParams(Buffer.from(body as Uint8Array).toString())),
  );
  return { outcome, made, forms };
}

const EXCHANGE = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token: CANARY,
  subject_token_type: `${URN}jwt`,
};

describe('the request of a token exchange', () => {
  it.each<{ name: string; settings: Partial<Settings>; form: object }>([
    { name: 'nothing more than it must', settings: {}, form: EXCHANGE },
    {
      name: 'whatever the policy sets',
      settings: {
        ...{ clientId: 'pipelines', audience: 'vercel', resource: 'https://vercel.com', scope: 'deploy' },
        ...{ subjectTokenType: `${URN}id_token`, requestedTokenType: `${URN}access_token` },
      },
      form: {
        ...EXCHANGE,
        ...{ client_id: 'pipelines', audience: 'vercel', resource: 'https://vercel.com', scope: 'deploy' },
        ...{ subject_token_type: `${URN}id_token`, requested_token_type: `${URN}access_token` },
      },
    },
    {
      name: 'the step as the actor',
      settings: { actor: true },
      form: { ...EXCHANGE, actor_token: CANARY, actor_token_type: `${URN}jwt` },
    },
    { name: 'no actor where the policy says so', settings: { actor: false }, form: EXCHANGE },
  ])('holds $name', async ({ settings, form }) => {
    const { outcome, forms, made } = await run(settings, [answer(GIVEN)]);
    expect(outcome).not.toBeInstanceOf(PipeError);
    expect(forms).toEqual([form]);
    expect(made.network.sent[0]).toMatchObject({ method: 'POST', url: SETTINGS.url });
    expect(made.network.sent[0]?.headers).not.toHaveProperty('dpop');
  });

  it('has a new assertion for every sending', async () => {
    const key = localKey();
    const { outcome, forms } = await run(SIGNED, [networkFault('ECONNRESET'), answer(GIVEN)], key);
    expect(outcome).not.toBeInstanceOf(PipeError);
    expect(forms[0]).toMatchObject({
      client_id: 'pipelines',
      client_assertion_type: expect.stringMatching(/jwt-bearer$/),
    });
    expect(forms[0]?.['client_assertion']).not.toBe(forms[1]?.['client_assertion']);
    expect(key.asked).toEqual(['open', 'sign', 'sign', 'close']);
  });

  it('takes back what reached the key where the server refuses, and shows which key it should know', async () => {
    const key = localKey();
    const { outcome } = await run({ ...SIGNED, keyId: 'kid-1' }, [refusal(401, 'invalid_client')], key);
    expect(outcome).toMatchObject({
      code: 'EXCHANGE_NOT_ENABLED',
      fix: expect.stringMatching(/private_key_jwt and this key \(the assertion has kid "kid-1"\):\n\{.*"alg":"ES256"/),
    });
    expect(key.asked).toEqual(['open', 'sign', 'close']);
  });
});

describe('the token that an exchange gives', () => {
  it.each<{ name: string; settings: Partial<Settings>; body: object; got: string; fix: RegExp }>([
    {
      ...{ name: 'not bound, though the policy asks for it', settings: { dpop: true }, body: GIVEN },
      ...{ got: 'token_type Bearer', fix: /or take dpop out/ },
    },
    {
      ...{ name: 'of another type than was asked for', settings: { requestedTokenType: `${URN}jwt` }, body: GIVEN },
      ...{ got: `issued_token_type ${URN}access_token`, fix: /Set requestedTokenType of the hop/ },
    },
    {
      ...{ name: 'of a type that is no type', settings: { requestedTokenType: `${URN}jwt` } },
      ...{
        body: { ...GIVEN, issued_token_type: 'a secret' },
        got: 'issued_token_type of another kind',
        fix: /can give/,
      },
    },
  ])('is refused where it is $name', async ({ settings, body, got, fix }) => {
    const { outcome } = await run(settings, [answer(body)]);
    expect(outcome).toMatchObject({ code: 'CREDENTIAL_INVALID', got, fix: expect.stringMatching(fix) });
  });

  it.each<{ settings: Partial<Settings>; more: object }>([
    { settings: {}, more: { token_type: 'n_a' } },
    { settings: {}, more: { issued_token_type: undefined } },
    { settings: { dpop: true }, more: { token_type: 'DPoP' } },
    { settings: { requestedTokenType: `${URN}jwt` }, more: { issued_token_type: `${URN}jwt` } },
  ])('is taken with $more', async ({ settings, more }) => {
    const { outcome } = await run(settings, [answer({ ...GIVEN, ...more })]);
    expect(outcome).toMatchObject({ hop: 'token-exchange', expiresAt: 1_060_000, revoke: undefined });
  });

  it('is taken back where it is not what was asked for', async () => {
    const settings = { dpop: true, clientId: 'c', revokeUrl: 'https://sts.example.com/revoke' };
    const { outcome, forms, made } = await run(settings, [answer(GIVEN), { status: 200 }]);
    expect(outcome).toMatchObject({ code: 'CREDENTIAL_INVALID' });
    expect(made.network.sent[1]?.url).toBe(settings.revokeUrl);
    expect(forms[1]).toEqual({ client_id: 'c', token: TOKEN, token_type_hint: 'access_token' });
  });
});
