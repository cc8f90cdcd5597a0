import { describe, expect, it } from '@jest/globals';
import type { PipeError } from '../../src/errors.ts';
import { gcpHop } from '../../src/exchange/gcp.ts';
import type { HopConfigs, HopInput, HopOutput } from '../../src/exchange/index.ts';
import { checksum } from '../../src/sandbox/gcp/state.ts';
import { Secret } from '../../src/secret.ts';
import { bench, NEVER, type Bench } from '../http/support/bench.ts';
import type { Answer } from '../http/support/fake-network.ts';
import {
  ACCOUNT,
  answer,
  AUDIENCE,
  federated,
  impersonated,
  oauth,
  PROVIDER,
  SECRET,
  STS_MALFORMED,
  STS_REFUSALS,
} from './support/google-answers.ts';
import { API, CANARY, hopContract, INPUT } from './support/hop-contract.ts';

const TOKEN = 'stored-vercel-token-0002';
const READ: HopConfigs['gcp'] = { provider: PROVIDER, secret: SECRET };
const READ_AS = { ...READ, serviceAccount: ACCOUNT };
const IDENTIFY: HopConfigs['gcp'] = { provider: PROVIDER, serviceAccount: ACCOUNT, identityToken: AUDIENCE };

function payload(text: string, dataCrc32c: unknown = checksum(Buffer.from(text))): Answer {
  return answer(200, { name: SECRET, payload: { data: Buffer.from(text).toString('base64'), dataCrc32c } });
}

function jwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`;
}
const ID_TOKEN = jwt({ iss: 'https://accounts.google.com', sub: '1045', aud: AUDIENCE, exp: 4600 });
const idToken = (token: unknown): Answer => answer(200, { token });

hopContract({
  ...{ hop: gcpHop, settings: READ, token: TOKEN, refusals: STS_REFUSALS, malformed: STS_MALFORMED },
  happy: () => [federated, payload(TOKEN)],
});
hopContract({
  ...{ hop: gcpHop, settings: READ_AS, token: TOKEN, refusals: STS_REFUSALS, malformed: STS_MALFORMED },
  happy: () => [federated, impersonated, payload(TOKEN)],
});
hopContract({
  ...{ hop: gcpHop, settings: IDENTIFY, token: ID_TOKEN, refusals: STS_REFUSALS, malformed: STS_MALFORMED },
  happy: () => [federated, idToken(ID_TOKEN)],
});

async function run(
  settings: HopConfigs['gcp'],
  answers: Parameters<typeof bench>[0],
  input: HopInput = INPUT,
): Promise<{ readonly outcome: HopOutput & PipeError; readonly made: Bench }> {
  const made = bench(answers);
  const deps = { http: made.http, clock: made.clock, log: made.log, apiUrl: API };
  const outcome = await gcpHop.obtain(settings, input, deps, NEVER).catch((error: unknown) => error);
  return { outcome: outcome as HopOutput & PipeError, made };
}

function sentBy({
  network,
}: Bench): readonly { readonly url: string; readonly bearer: string; readonly body: string }[] {
  return network.sent.map(({ url, headers, body }) => ({
    ...{ url, bearer: headers['authorization'] ?? '' },
    body: body instanceof Uint8Array ? Buffer.from(body).toString() : '',
  }));
}

describe('the hop gcp', () => {
  it('reads a secret with the federated token', async () => {
    const { outcome, made } = await run(READ, [federated, payload(`${TOKEN}\n`)]);
    expect(outcome.token.reveal()).toBe(TOKEN);
    expect(outcome).toMatchObject({ expiresAt: undefined, revoke: undefined, audit: { policyId: PROVIDER } });
    const [exchange, read] = sentBy(made);
    expect(exchange?.url).toBe('https://sts.googleapis.com/v1/token');
    expect(Object.fromEntries(new URLSearchParams(exchange?.body))).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      audience: PROVIDER,
      scope: 'https://www.googleapis.com/auth/cloud-platform',
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      subject_token: CANARY,
    });
    expect(read).toEqual({
      url: `https://secretmanager.googleapis.com/v1/${SECRET}:access`,
      ...{ bearer: 'Bearer ya29.federated', body: '' },
    });
    expect(made.network.sent[1]?.headers['x-goog-request-reason']).toBe(INPUT.session);
  });

  it("reads a secret with the account's token, which lives for 5 minutes", async () => {
    const { outcome, made } = await run(READ_AS, [federated, impersonated, payload(TOKEN)]);
    expect(outcome.audit).toMatchObject({ policyId: ACCOUNT, service: 'secretmanager.googleapis.com' });
    const [, impersonate, read] = sentBy(made);
    expect(impersonate).toEqual({
      url: 'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/deploy%40acme.iam.gserviceaccount.com:generateAccessToken',
      bearer: 'Bearer ya29.federated',
      body: '{"scope":["https://www.googleapis.com/auth/cloud-platform"],"lifetime":"300s"}',
    });
    expect(read?.bearer).toBe('Bearer ya29.account');
  });

  it('gets an ID token with the federated token, and knows its end', async () => {
    const { outcome, made } = await run(IDENTIFY, [federated, idToken(ID_TOKEN)]);
    expect(outcome).toMatchObject({
      expiresAt: 4_600_000,
      audit: { issuer: 'https://accounts.google.com', policyId: ACCOUNT, service: 'iamcredentials.googleapis.com' },
    });
    expect(sentBy(made)[1]).toEqual({
      url: 'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/deploy%40acme.iam.gserviceaccount.com:generateIdToken',
      bearer: 'Bearer ya29.federated',
      body: `{"audience":"${AUDIENCE}","includeEmail":true}`,
    });
  });

  it.each([
    { name: 'no JWT', token: 'opaque', got: 'a token with another aud' },
    { name: 'another audience', token: jwt({ aud: 'x', exp: 4600 }), got: 'a token with another aud' },
    { name: 'no end', token: jwt({ aud: AUDIENCE }), got: 'a token with no end' },
    { name: 'an end that is no number', token: jwt({ aud: AUDIENCE, exp: 'soon' }), got: 'a token with no end' },
    { name: 'no token', token: undefined, got: 'no token' },
  ])('refuses an ID token with $name', async ({ token, got }) => {
    const { outcome } = await run(IDENTIFY, [federated, idToken(token)]);
    expect(outcome).toMatchObject({ code: 'CREDENTIAL_INVALID', got });
  });

  it.each([
    { name: 'another checksum', read: payload(TOKEN, '1'), code: 'SERVICE_FAILED', got: /another CRC32C/ },
    { name: 'no checksum', read: payload(TOKEN, null), code: 'SERVICE_FAILED', got: /another CRC32C/ },
    {
      name: 'no data',
      read: answer(200, { payload: null }),
      code: 'CREDENTIAL_INVALID',
      got: /^payload.data undefined/,
    },
    { name: 'two lines', read: payload('a\nb'), code: 'CREDENTIAL_INVALID', got: /that is no token/ },
  ])('refuses a secret with $name', async ({ read, code, got }) => {
    const { outcome } = await run(READ, [federated, read]);
    expect(outcome).toMatchObject({ code, got: expect.stringMatching(got) });
    expect(outcome.message).toContain('(hop gcp)');
  });

  it('shows the claims that a condition is made of, and no more of the token', async () => {
    const token = jwt({ iss: 'https://bb', sub: 's', repositoryUuid: '{r}', branchName: 'main', other: 'unseen' });
    const input = { ...INPUT, token: new Secret(token) };
    const { outcome } = await run(READ, [oauth('unauthorized_client', 'no')], input);
    expect(outcome.fix).toContain(
      '\nThe token says: iss "https://bb", sub "s", repositoryUuid "{r}", branchName "main"',
    );
    expect(outcome.describe()).not.toContain('unseen');
    expect(outcome.describe()).not.toContain('c2lnbmF0dXJl');
  });

  it('needs a token, and sends nothing without', async () => {
    const { outcome, made } = await run(READ, [], { ...INPUT, token: undefined });
    expect(outcome).toMatchObject({ code: 'TOKEN_MISSING', fix: expect.stringContaining('oidc: { audiences:') });
    expect(made.network.sent).toEqual([]);
  });

  it('sends nothing for names that could lead elsewhere', async () => {
    const { outcome, made } = await run({ ...READ, serviceAccount: '../x' }, []);
    expect(outcome).toMatchObject({ code: 'POLICY_INVALID', faults: [expect.stringMatching(/^serviceAccount is/)] });
    expect(made.network.sent).toEqual([]);
  });
});

describe('the settings of the hop gcp', () => {
  it.each([
    { settings: READ, gives: 'vercel' },
    { settings: IDENTIFY, gives: 'oidc' },
  ])('give $gives', ({ settings, gives }) => {
    expect(gcpHop.gives(settings)).toBe(gives);
    expect(gcpHop.check?.(settings)).toEqual([]);
  });

  it.each([
    { settings: { provider: PROVIDER }, fault: 'wanted one of secret and identityToken; neither is set' },
    { settings: { ...IDENTIFY, secret: SECRET }, fault: 'wanted one of secret and identityToken; both are set' },
    {
      settings: { provider: PROVIDER, identityToken: AUDIENCE },
      fault: 'identityToken needs serviceAccount: Google signs ID tokens for service accounts alone',
    },
    { settings: { ...READ, secret: 'vercel' }, fault: 'secret is vercel; wanted projects/<project>/secrets/' },
    { settings: { ...READ, provider: 'x' }, fault: 'provider is x; wanted //iam.googleapis.com/' },
  ])('say $fault', ({ settings, fault }) => {
    expect(gcpHop.check?.(settings)).toEqual([expect.stringContaining(fault)]);
  });
});
