import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import type { AwsSession } from '../../src/services/aws-call.ts';
import { assumeAwsRole, readStsTime } from '../../src/services/aws-role.ts';
import { Secret } from '../../src/secret.ts';
import { bench, NEVER } from '../http/support/bench.ts';
import type { Answer } from '../http/support/fake-network.ts';
import { assumed, awsBench, CREDENTIALS, NOW, query, SESSION, type AwsBench } from './support/aws-bench.ts';

const ASKED = {
  ...{ region: 'eu-central-1', role: 'arn:aws:iam::123456789012:role/deploy', asker: 'hop aws' },
  allow: ['kms:Sign'],
};

async function assume(made: AwsBench, asked = ASKED, token = made.token): Promise<AwsSession | PipeError> {
  return await assumeAwsRole(asked, token, made, SESSION, NEVER).catch(caught);
}

function caught(error: unknown): PipeError {
  if (error instanceof PipeError) return error;
  throw error;
}

async function assumeFrom(answers: readonly Answer[]): Promise<{
  readonly outcome: AwsSession | PipeError;
  readonly made: ReturnType<typeof bench>;
}> {
  const made = bench(answers);
  const outcome = await assumeAwsRole(ASKED, new Secret('not-a-jwt-canary'), made, SESSION, NEVER).catch(caught);
  return { outcome, made };
}

describe('a role by web identity', () => {
  it('is assumed for 15 minutes, in the name of the run, with no more than what is asked', async () => {
    const made = await awsBench();
    const session = await assume(made);
    expect(session).toMatchObject({ role: ASKED.role, region: 'eu-central-1', expiresAt: NOW + 900_000 });
    expect(made.aws.credentials).toMatchObject([
      { sessionArn: `arn:aws:sts::123456789012:assumed-role/deploy/${SESSION}`, allows: ['kms:Sign'] },
    ]);
    expect(JSON.stringify(session)).not.toContain(made.aws.credentials[0]?.secretAccessKey);
  });

  it('goes to the log with its end, since nothing revokes it', async () => {
    const made = await awsBench();
    await assume(made);
    const id = made.aws.credentials[0]?.accessKeyId ?? '';
    expect(made.debugged).toEqual([
      `hop aws: the keys ${id} of ${ASKED.role} cannot be revoked, and end at 2026-11-25T12:15:00.000Z`,
    ]);
  });

  it.each([
    { region: 'cn-north-1', role: 'arn:aws-cn:iam::123456789012:role/deploy', host: 'sts.cn-north-1.amazonaws.com.cn' },
    {
      region: 'us-gov-west-1',
      role: 'arn:aws-us-gov:iam::123456789012:role/deploy',
      host: 'sts.us-gov-west-1.amazonaws.com',
    },
  ])('is asked of its own partition: $region', async ({ region, role, host }) => {
    const made = await awsBench({ region });
    expect(await assume(made, { ...ASKED, region, role })).toMatchObject({ region });
    expect(made.network.sent.map(({ url }) => new URL(url).host)).toEqual([host]);
  });

  it.each([
    {
      name: 'no provider',
      options: { provider: undefined },
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /^Create an IAM OIDC identity provider for https:\/\/api\.bitbucket\.org\/2\.0/,
    },
    {
      name: 'another audience',
      options: { roles: [{ name: 'deploy', audience: 'x' }] },
      code: 'DENIED_BY_PROVIDER',
      fix: /:aud" ari:cloud:bitbucket/,
    },
    {
      name: 'another subject',
      options: { roles: [{ name: 'deploy', subjectLike: '{other}:*' }] },
      code: 'DENIED_BY_PROVIDER',
      fix: /it got sub \{[0-9a-f-]+\}:/,
    },
    {
      name: 'no such role',
      options: { roles: [] },
      code: 'DENIED_BY_PROVIDER',
      fix: /^Check that arn:aws:iam::123456789012:role\/deploy exists/,
    },
  ])('is refused: $name', async ({ options, code, fix }) => {
    const outcome = await assume(await awsBench(options));
    expect(outcome).toMatchObject({
      code,
      message: 'AWS STS did not assume the role (hop aws).',
      fix: expect.stringMatching(fix),
    });
  });

  it('is refused: an audience that the provider does not know', async () => {
    const { issuer } = await awsBench();
    const outcome = await assume(await awsBench({ provider: { url: issuer.url, audiences: ['sts.amazonaws.com'] } }));
    expect(outcome).toMatchObject({ code: 'DENIED_BY_PROVIDER', fix: expect.stringMatching(/^Add the audience/) });
  });

  it.each([
    { name: 'expired', claims: { exp: NOW / 1000 - 400 }, got: /^status 400 ExpiredToken Token expired/ },
    { name: 'of another key', key: new Uint8Array(32), got: /^status 400 InvalidIdentityToken Couldn't verify/ },
  ])('is refused for a token that is $name', async ({ claims, key, got }) => {
    const made = await awsBench();
    const overrides = { ...(claims ? { claims } : {}), ...(key ? { key, header: { alg: 'HS256' } } : {}) };
    const outcome = await assume(made, ASKED, new Secret(await made.issuer.mintToken(overrides)));
    expect(outcome).toMatchObject({ code: 'CREDENTIAL_INVALID', got: expect.stringMatching(got) });
  });

  it('is asked for again while AWS cannot reach the issuer, and not for ever', async () => {
    const busy = query(400, 'IDPCommunicationError');
    const twice = await assumeFrom([busy, query(400, 'Throttling'), assumed()]);
    expect(twice.outcome).toMatchObject({ keys: { accessKeyId: CREDENTIALS.AccessKeyId } });
    expect(twice.made.slept).toEqual([1000, 2000]);
    const thrice = await assumeFrom([busy, busy, busy]);
    expect(thrice.outcome).toMatchObject({ code: 'SERVICE_FAILED' });
  });
});

describe('nothing is sent', () => {
  it('for a region from which no host may be built', async () => {
    const made = await awsBench();
    const outcome = await assume(made, { ...ASKED, region: 'evil.example/' });
    expect(outcome).toMatchObject({
      code: 'POLICY_INVALID',
      message: 'The policy names no usable role (hop aws).',
      faults: [expect.stringMatching(/^region is "evil/)],
    });
    expect(made.network.sent).toEqual([]);
  });

  it('without a token', async () => {
    const made = bench([]);
    const assuming = assumeAwsRole(ASKED, undefined, made, SESSION, NEVER);
    await expect(assuming).rejects.toMatchObject({ code: 'TOKEN_MISSING', fix: expect.stringMatching(/^Add oidc:/) });
  });
});

describe("the role's keys", () => {
  it('are read from XML, too', async () => {
    const fields = Object.entries({ ...CREDENTIALS, Expiration: '2026-11-25T12:15:00Z' });
    const xml = fields.map(([name, value]) => `  <${name}>\n${value}</${name}>`).join('\n');
    const { outcome } = await assumeFrom([{ body: `<A><Credentials>${xml}</Credentials></A>` }]);
    expect(outcome).toMatchObject({ keys: { accessKeyId: CREDENTIALS.AccessKeyId }, expiresAt: NOW + 900_000 });
    const { secretAccessKey, sessionToken } = (outcome as AwsSession).keys;
    expect([secretAccessKey.reveal(), sessionToken?.reveal()]).toEqual([
      CREDENTIALS.SecretAccessKey,
      CREDENTIALS.SessionToken,
    ]);
  });

  it('end after what was asked for, where the answer does not say', async () => {
    const { outcome, made } = await assumeFrom([assumed({ ...CREDENTIALS, Expiration: undefined })]);
    expect(outcome).toMatchObject({ expiresAt: made.clock.now() + 900_000 });
  });

  it.each([
    { name: 'no id', credentials: { AccessKeyId: undefined } },
    { name: 'an id that would forge the header', credentials: { AccessKeyId: 'ASIAIOSFODNN7EXAMPLE/x, y' } },
    { name: 'an empty key', credentials: { SecretAccessKey: '' } },
    { name: 'a session token over two lines', credentials: { SessionToken: 'a\r\nx-evil: b' } },
  ])('are refused with $name', async ({ credentials }) => {
    const { outcome } = await assumeFrom([assumed({ ...CREDENTIALS, ...credentials })]);
    expect(outcome).toMatchObject({ code: 'CREDENTIAL_INVALID', wanted: expect.stringMatching(/^Credentials with/) });
  });

  it('are asked for in a name that STS takes', async () => {
    const made = bench([assumed()]);
    await assumeAwsRole(ASKED, new Secret('x'), made, `deploy {1} ${'x'.repeat(80)}`, NEVER);
    const form = new URLSearchParams(new TextDecoder().decode(made.network.sent[0]?.body as Uint8Array));
    expect(form.get('RoleSessionName')).toBe(`deploy--1--${'x'.repeat(53)}`);
  });
});

describe('small things', () => {
  it.each([
    [1_764_072_000.5, 1_764_072_000_500],
    ['2026-11-25T12:00:00Z', NOW],
    ['soon', undefined],
    [1e300, undefined],
    [null, undefined],
  ])('reads the time %p', (value, wanted) => {
    expect(readStsTime(value)).toBe(wanted);
  });
});
