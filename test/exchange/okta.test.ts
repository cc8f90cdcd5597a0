import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { PipeError } from '../../src/errors.ts';
import { createOktaHop, oktaHop } from '../../src/exchange/okta.ts';
import type { HopConfigs, HopOutput } from '../../src/exchange/index.ts';
import { bench, NEVER, type Bench } from '../http/support/bench.ts';
import type { Answer } from '../http/support/fake-network.ts';
import { API, hopContract, INPUT } from './support/hop-contract.ts';
import { localKey, type LocalKey } from './support/local-key.ts';

const SETTINGS: HopConfigs['okta'] = {
  url: 'https://acme.okta.com/oauth2/default',
  client: '0oa1b2c3',
  scope: 'deploy',
  signer: { vault: { address: 'https://vault.example.com', role: 'pipelines', key: 'okta' } },
};
const TOKEN = 'okta-access-token-canary-1';
const GIVEN = { token_type: 'Bearer', expires_in: 3600, access_token: TOKEN, scope: 'deploy' };

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  ...{ status, headers },
  body: JSON.stringify(body),
});
const refusal = (status: number, error: string, description: string): Answer =>
  answer(status, { error, error_description: description });

hopContract({
  hop: createOktaHop(localKey().open),
  settings: SETTINGS,
  happy: () => [answer(200, GIVEN)],
  token: TOKEN,
  refusals: [
    {
      name: 'a rule that fits nobody',
      answer: refusal(401, 'access_denied', 'Policy evaluation failed for this request.'),
      ...{ code: 'DENIED_BY_PROVIDER', fix: /access policy/ },
    },
    {
      name: 'no such authorization server',
      answer: answer(404, { errorCode: 'E0000007', errorSummary: 'Not found: Resource not found: defualt' }),
      ...{ code: 'EXCHANGE_NOT_ENABLED', fix: /now https:\/\/acme\.okta\.com\/oauth2\/default/ },
    },
  ],
  malformed: [
    { name: 'no JSON', body: '<html>' },
    { name: 'null', body: 'null' },
    { name: 'no token', body: JSON.stringify({ ...GIVEN, access_token: '' }) },
    { name: 'a token with a line break', body: JSON.stringify({ ...GIVEN, access_token: 'a\nb' }) },
    { name: 'a token of no type', body: JSON.stringify({ ...GIVEN, token_type: undefined }) },
    { name: 'a token that is bound unasked', body: JSON.stringify({ ...GIVEN, token_type: 'DPoP' }) },
  ],
});

interface Ran {
  readonly outcome: HopOutput | PipeError;
  readonly made: Bench;
  readonly key: LocalKey;
  /** The form of each request. */
  readonly forms: URLSearchParams[];
}

async function run(
  answers: readonly Answer[],
  settings: Partial<HopConfigs['okta']> = {},
  key = localKey(),
): Promise<Ran> {
  const made = bench(answers);
  const deps = { ...made, apiUrl: API };
  const outcome = await createOktaHop(key.open)
    .obtain({ ...SETTINGS, ...settings }, INPUT, deps, NEVER)
    .catch((error: unknown) => {
      if (error instanceof PipeError) return error;
      throw error;
    });
  const forms = made.network.sent.map(({ body }) => new URLSearchParams(new TextDecoder().decode(body as Uint8Array)));
  return { outcome, made, key, forms };
}

describe('the hop okta', () => {
  it("sends an assertion of the client, and nothing of the step's token", async () => {
    const { outcome, forms, made } = await run([answer(200, GIVEN, { 'x-okta-request-id': 'req-1' })], { keyId: 'k' });
    expect(made.network.sent[0]).toMatchObject({ method: 'POST', url: `${SETTINGS.url}/v1/token` });
    const [form] = forms;
    const { client_assertion: assertion = '', ...others } = Object.fromEntries(form ?? []);
    expect(others).toEqual({
      ...{ grant_type: 'client_credentials', scope: 'deploy' },
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
    expect(decodeJwt(assertion)).toMatchObject({ iss: '0oa1b2c3', sub: '0oa1b2c3', aud: `${SETTINGS.url}/v1/token` });
    expect(outcome).toMatchObject({
      ...{ clientId: '0oa1b2c3', expiresAt: 1_000_000 + 3_600_000 },
      audit: { service: 'acme.okta.com', requestId: 'req-1' },
    });
  });

  it('makes another assertion for another attempt', async () => {
    const { forms } = await run([{ status: 503 }, answer(200, GIVEN)]);
    const jtis = forms.map((form) => decodeJwt(form.get('client_assertion') ?? '').jti);
    expect(new Set(jtis).size).toBe(2);
  });

  it.each([
    { name: 'a token', answers: [answer(200, GIVEN)] },
    { name: 'a refusal', answers: [refusal(400, 'invalid_scope', 'No.')] },
  ])('lets go of the key after $name', async ({ answers }) => {
    const { key } = await run(answers);
    expect(key.asked).toEqual(['open', 'sign', 'sign', 'close']);
  });

  it('says what the key service says, where the key is not reached', async () => {
    const fault = new PipeError({ code: 'DENIED_BY_PROVIDER', message: 'Vault did not log in.' });
    const { outcome, made } = await run([], {}, { ...localKey(), open: () => Promise.reject(fault) });
    expect(outcome).toBe(fault);
    expect(made.network.sent).toEqual([]);
  });

  it('shows the key under the KID of the policy', async () => {
    const { outcome } = await run([refusal(401, 'invalid_client', 'The client_assertion JWT kid is invalid.')], {
      keyId: 'kid-1',
    });
    expect(outcome).toMatchObject({ fix: expect.stringMatching(/has kid "kid-1" .*\n\{.*"kid":"kid-1"\}$/) });
  });
});

describe('the hop okta at the end of a run', () => {
  async function revoke(farewell: Answer): Promise<Ran & { readonly error: unknown }> {
    const ran = await run([answer(200, GIVEN), farewell]);
    if (ran.outcome instanceof PipeError) throw ran.outcome;
    const error = await ran.outcome.revoke?.(NEVER).catch((reason: unknown) => reason);
    return { ...ran, error };
  }

  it('revokes the token without the key', async () => {
    const { error, made, key } = await revoke({ status: 200 });
    expect(error).toBeUndefined();
    expect(key.asked).toEqual(['open', 'sign', 'sign', 'close']);
    const sent = made.network.sent[1];
    expect(sent?.url).toBe(`${SETTINGS.url}/v1/revoke`);
    const form = Object.fromEntries(new URLSearchParams(new TextDecoder().decode(sent?.body as Uint8Array)));
    expect(form).toMatchObject({ token: TOKEN, token_type_hint: 'access_token' });
    const { aud, iat = 0, exp = 0 } = decodeJwt(form['client_assertion'] ?? '');
    expect({ aud, life: exp - iat }).toEqual({ aud: `${SETTINGS.url}/v1/revoke`, life: 3300 });
  });

  it('tells what stays', async () => {
    const { error } = await revoke(refusal(401, 'invalid_client', `The client_assertion token is expired. ${TOKEN}`));
    expect(error).toMatchObject({
      code: 'SERVICE_FAILED',
      got: 'status 401 invalid_client The client_assertion token is expired. [redacted]',
    });
  });
});

describe('the hop okta with dpop', () => {
  it('takes a bound token', async () => {
    const { outcome, made } = await run([answer(200, { ...GIVEN, token_type: 'DPoP' })], { dpop: true });
    expect(outcome).not.toBeInstanceOf(PipeError);
    expect(made.network.sent[0]?.headers['dpop']).toMatch(/^eyJ/);
  });

  it('gives back a token that is not bound', async () => {
    const { outcome, made } = await run([answer(200, GIVEN), { status: 200 }], { dpop: true });
    expect(outcome).toMatchObject({
      ...{ code: 'CREDENTIAL_INVALID', got: 'token_type Bearer' },
      fix: expect.stringContaining('take dpop out of the hop okta'),
    });
    expect(made.network.sent[1]?.url).toBe(`${SETTINGS.url}/v1/revoke`);
  });

  it('sends no proof unasked', async () => {
    const { made } = await run([answer(200, GIVEN)]);
    expect(made.network.sent[0]?.headers).not.toHaveProperty('dpop');
  });
});

describe('the settings of the hop okta', () => {
  it.each(['https://acme.okta.com/oauth2/default', 'https://id.acme.com/oauth2/aus1b2c3'])('may be %s', (url) => {
    expect(oktaHop.check?.({ ...SETTINGS, url })).toEqual([]);
  });

  it.each([
    'https://acme.okta.com',
    'https://acme.okta.com/oauth2/v1',
    'https://acme.okta.com/oauth2/default/',
    'https://acme.okta.com/oauth2/default/v1/token',
    'https://acme.okta.com/oauth2/default?x=1',
  ])('may not be %s', (url) => {
    expect(oktaHop.check?.({ ...SETTINGS, url })).toEqual([
      'url: must be the Issuer URI of a custom authorization server, https://HOST/oauth2/NAME, and nothing after it',
    ]);
  });

  it("stand in a chain that begins with the step's token, and give an access token", () => {
    expect([oktaHop.takes, oktaHop.gives(SETTINGS)]).toEqual([['oidc'], 'access']);
  });
});
