import { describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { awsHop } from '../../src/exchange/aws.ts';
import type { HopOutput } from '../../src/exchange/index.ts';
import { bench } from '../http/support/bench.ts';
import type { Answer } from '../http/support/fake-network.ts';
import { assumed, awsBench, CREDENTIALS, NOW, query } from '../services/support/aws-bench.ts';
import { hopContract } from './support/hop-contract.ts';
import { ROLE, run, runWith, SETTINGS } from './support/run-aws.ts';

const VEND = { region: 'eu-central-1', role: ROLE, identityToken: 'api://AzureADTokenExchange' };
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lzc3VlciIsInN1YiI6InJvbGUifQ.c2ln';

const secretValue = (value: object): Answer => ({
  headers: { 'x-amzn-requestid': 'req-secret' },
  body: JSON.stringify({ ARN: 'arn', Name: 'vercel/token', ...value }),
});
const vended = (result: object): Answer => ({
  headers: { 'x-amzn-requestid': 'req-vend' },
  body: JSON.stringify({ GetWebIdentityTokenResponse: { GetWebIdentityTokenResult: result } }),
});

const malformed = [
  { name: 'no JSON', body: 'Welcome' },
  { name: 'no credentials', body: '{}' },
  { name: 'null', body: 'null' },
  { name: 'keys that are no text', body: assumed({ ...CREDENTIALS, SecretAccessKey: 7 }).body },
];
const refusals = [
  { name: 'expired', answer: query(400, 'ExpiredTokenException'), code: 'CREDENTIAL_INVALID', fix: /new token/ },
  { name: 'invalid', answer: query(400, 'InvalidIdentityToken'), code: 'CREDENTIAL_INVALID', fix: /new token/ },
  { name: 'rejected', answer: query(403, 'IDPRejectedClaim'), code: 'CREDENTIAL_INVALID', fix: /new token/ },
  { name: 'denied', answer: query(403, 'AccessDenied'), code: 'DENIED_BY_PROVIDER', fix: /trust policy/ },
  {
    name: 'no provider',
    answer: query(400, 'InvalidIdentityToken', 'No OpenIDConnect provider found in your account for https://x'),
    code: 'EXCHANGE_NOT_ENABLED',
    fix: /^Create an IAM OIDC identity provider/,
  },
  {
    name: 'region off',
    answer: query(403, 'RegionDisabledException'),
    code: 'EXCHANGE_NOT_ENABLED',
    fix: /Activate STS/,
  },
  { name: 'policy', answer: query(400, 'PackedPolicyTooLarge'), code: 'EXCHANGE_NOT_ENABLED', fix: /session tags/ },
];

hopContract({
  hop: awsHop,
  settings: SETTINGS,
  happy: () => [assumed(), secretValue({ SecretString: 'vca_stored_canary_123456' })],
  token: 'vca_stored_canary_123456',
  ...{ refusals, malformed },
});
hopContract({
  hop: awsHop,
  settings: VEND,
  happy: () => [assumed(), vended({ WebIdentityToken: JWT, Expiration: 1300 })],
  token: JWT,
  ...{ refusals, malformed },
});

describe('a web identity token', () => {
  it('is the one of the role, for the audience of the next hop, for five minutes', async () => {
    const made = await awsBench();
    const outcome = (await run(made, VEND)) as HopOutput;
    expect(outcome).toMatchObject({
      expiresAt: NOW + 300_000,
      revoke: undefined,
      audit: { issuer: made.aws.webIdentityIssuer },
    });
    const keys = createLocalJWKSet(await made.aws.webIdentityKeys());
    const { payload } = await jwtVerify(outcome.token.reveal(), keys, { currentDate: new Date(NOW) });
    expect(payload).toMatchObject({ sub: ROLE, aud: VEND.identityToken });
    expect(made.aws.credentials.map(({ allows }) => allows)).toEqual([['sts:GetWebIdentityToken']]);
  });

  it.each([
    {
      name: 'no outbound federation',
      options: { outboundFederation: false },
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /^Enable outbound web identity federation/,
    },
    {
      name: 'no permission',
      options: { roles: [{ name: 'deploy', allows: ['kms:Sign'] }] },
      code: 'DENIED_BY_PROVIDER',
      fix: /^Allow sts:GetWebIdentityToken/,
    },
  ])('is refused: $name', async ({ options, code, fix }) => {
    expect(await runWith(options, VEND)).toMatchObject({
      code,
      message: 'AWS STS did not give a web identity token (hop aws).',
      fix: expect.stringMatching(fix),
    });
  });
});

describe('an answer of GetWebIdentityToken', () => {
  it('is read from XML, too', async () => {
    const xml = `<GetWebIdentityTokenResult><WebIdentityToken>${JWT}</WebIdentityToken><Expiration>2026-11-25T12:05:00Z</Expiration></GetWebIdentityTokenResult>`;
    const outcome = await runFrom([assumed(), { body: xml }]);
    expect(outcome).toMatchObject({ expiresAt: NOW + 300_000 });
    expect((outcome as HopOutput).token.reveal()).toBe(JWT);
  });

  it.each([
    { name: 'no token', result: {} },
    { name: 'a token that is no JWT', result: { WebIdentityToken: 'opaque' } },
    { name: 'a token over two lines', result: { WebIdentityToken: `${JWT}\n` } },
  ])('is refused with $name', async ({ result }) => {
    expect(await runFrom([assumed(), vended(result)])).toMatchObject({
      code: 'CREDENTIAL_INVALID',
      wanted: 'a WebIdentityToken that is a JWT',
    });
  });

  async function runFrom(answers: readonly Answer[]): ReturnType<typeof run> {
    const made = await awsBench();
    return await run({ ...made, http: bench(answers).http }, VEND);
  }
});

describe('what is signed', () => {
  it.each([
    { name: 'the body', change: { body: new TextEncoder().encode('{"SecretId":"other"}') } },
    { name: 'the date', headers: { 'x-amz-date': '20261125T120001Z' } },
  ])('cannot be changed on its way: $name', async ({ change, headers }) => {
    const made = await awsBench({}, (request) => {
      if (!request.url.includes('secretsmanager')) return undefined;
      return { ...change, headers: { ...request.headers, ...headers } };
    });
    expect(await run(made)).toMatchObject({
      code: 'CREDENTIAL_INVALID',
      fix: expect.stringMatching(/^Check the clock/),
    });
  });

  it('tells of a clock that is wrong', async () => {
    const made = await awsBench({}, undefined, { now: () => NOW + 301_000 });
    expect(await run(made)).toMatchObject({
      code: 'CREDENTIAL_INVALID',
      got: expect.stringMatching(/^status 400 InvalidSignature Signature expired/),
      fix: expect.stringMatching(/^Check the clock/),
    });
  });
});

describe('the settings', () => {
  it('give what the next hop takes', () => {
    expect([awsHop.gives(SETTINGS), awsHop.gives(VEND), awsHop.takes]).toEqual(['vercel', 'oidc', ['oidc']]);
  });

  it.each([
    { name: 'a secret', settings: SETTINGS, faults: [] },
    { name: 'an identity token', settings: VEND, faults: [] },
    {
      name: 'neither',
      settings: { region: 'eu-central-1', role: ROLE },
      faults: ['wanted one of secret (a Vercel token) and identityToken (for the next hop)'],
    },
    {
      name: 'both',
      settings: { ...SETTINGS, ...VEND },
      faults: ['wanted one of secret (a Vercel token) and identityToken (for the next hop)'],
    },
    {
      name: 'a field of nothing',
      settings: { ...VEND, field: 'token' },
      faults: ['field is of a secret, and there is none'],
    },
    {
      name: 'a region that is a host',
      settings: { ...SETTINGS, region: 'evil.example/x' },
      faults: ['region is "evil.example/x"; wanted one as eu-central-1'],
    },
    {
      name: 'a secret elsewhere',
      settings: { ...SETTINGS, secret: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:x-AbCdEf' },
      faults: ['the secret is in us-east-1, and region is eu-central-1'],
    },
  ])('are checked: $name', ({ settings, faults }) => {
    expect(awsHop.check?.(settings)).toEqual(faults);
  });
});
