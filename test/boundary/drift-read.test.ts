import { describe, expect, it } from '@jest/globals';
import { listPolicies, parseListing } from '../../src/boundary/index.ts';
import { createHttpClient } from '../../src/http/index.ts';
import { createSandbox, type Misbehaviour, type SandboxOptions } from '../../src/sandbox/index.ts';
import { Secret } from '../../src/secret.ts';
import { exchange } from '../sandbox/support/client.ts';
import { sandboxNetwork } from '../support/sandbox-network.ts';
import { testPlatform } from '../support/test-platform.ts';

interface Asked {
  readonly options?: SandboxOptions;
  readonly token?: 'app' | 'revoked';
  readonly teamId?: string;
  readonly misbehave?: Misbehaviour;
}

async function list({ options = {}, token, teamId = 'team_acme', misbehave }: Asked): ReturnType<typeof listPolicies> {
  const sandbox = await createSandbox(options);
  if (misbehave) sandbox.misbehave({ match: { path: /policies/ }, times: 9, action: misbehave });
  const app = token === 'app' ? ((await exchange(sandbox)).body.access_token as string) : 'vcp_unknown';
  const { network, clock, log, random } = testPlatform(sandboxNetwork(sandbox));
  return listPolicies(
    {
      http: createHttpClient({ network, clock, log, random, userAgent: 'test' }),
      apiUrl: sandbox.vercelUrl,
      teamId,
      token: new Secret(token === undefined ? sandbox.vercel.classicToken : app),
    },
    new AbortController().signal,
  );
}

const POLICY = {
  policyId: 'pol_a',
  clientId: 'cl_a',
  issuerUrl: 'https://a.example',
  teamId: 'team_a',
  name: null,
  claims: [{ name: 'aud', values: [{ value: 'x', wildcards: false }] }],
  permissions: null,
  commands: ['deploy'],
  resources: null,
};

describe("Vercel's list of OIDC policies", () => {
  it('is read whole', async () => {
    const policies = [
      { policyId: 'pol_a', permissions: ['project:read'], projectIds: ['prj_web'] },
      { policyId: 'pol_b', commands: ['deploy'] },
    ];
    expect(await list({ options: { policies } })).toMatchObject([
      {
        ...{ policyId: 'pol_a', teamId: 'team_acme', name: 'pol_a', commands: undefined },
        ...{ permissions: ['project:read'], projectIds: ['prj_web'] },
        claims: [{ name: 'aud' }, { name: 'workspaceUuid' }, { name: 'repositoryUuid' }],
      },
      { policyId: 'pol_b', permissions: undefined, commands: ['deploy'], projectIds: undefined },
    ]);
  });

  it.each<Asked & { name: string; code: string; exitStatus: number; got: string }>([
    {
      name: 'an unknown token',
      token: 'revoked',
      code: 'CREDENTIAL_INVALID',
      exitStatus: 4,
      got: 'the token is unknown',
    },
    { name: 'a token of a step', token: 'app', code: 'DENIED_BY_VERCEL', exitStatus: 5, got: 'an app token may not' },
    { name: 'another team', teamId: 'team_x', code: 'DENIED_BY_VERCEL', exitStatus: 5, got: 'under scope "team_x"' },
    {
      name: 'too many requests',
      misbehave: { kind: 'rate-limit', retryAfterSeconds: 1 },
      ...{ code: 'RATE_LIMITED', exitStatus: 3, got: 'status 429 rate_limited' },
    },
    {
      name: 'an outage',
      misbehave: { kind: 'status', status: 503 },
      code: 'SERVICE_FAILED',
      exitStatus: 3,
      got: 'status 503',
    },
    { name: 'no network', misbehave: { kind: 'reset' }, code: 'NETWORK', exitStatus: 3, got: 'ECONNRESET' },
    {
      name: 'an empty answer',
      misbehave: { kind: 'status', status: 200, body: {} },
      ...{ code: 'SERVICE_FAILED', exitStatus: 3, got: 'policies: nothing' },
    },
    {
      name: 'half a list',
      misbehave: { kind: 'truncate' },
      ...{ code: 'NETWORK', exitStatus: 3, got: 'the body broke off' },
    },
  ])('is never taken for an empty one: $name', async ({ code, exitStatus, got, ...asked }) => {
    await expect(list(asked)).rejects.toMatchObject({ code, exitStatus, got: expect.stringContaining(got) });
  });

  it.each<{ text: string; got: string }>([
    { text: '[', got: 'no JSON' },
    { text: '[]', got: 'the reply: a list' },
    { text: '{"policies":{}}', got: 'policies: object' },
    { text: JSON.stringify({ policies: [], pagination: { next: 1 } }), got: 'a list with more pages' },
    { text: JSON.stringify({ policies: [null] }), got: 'policies[0]: null' },
    ...[
      { change: { policyId: 1 }, got: 'policies[0].policyId: number' },
      { change: { issuerUrl: undefined }, got: 'policies[0].issuerUrl: nothing' },
      { change: { claims: null }, got: 'policies[0].claims: null' },
      { change: { claims: [{ name: 'aud', values: ['x'] }] }, got: 'policies[0].claims[0].values[0]: string' },
      {
        change: { claims: [{ name: 'aud', values: [{ value: 'x', wildcards: 'no' }] }] },
        got: 'policies[0].claims[0].values[0].wildcards: string',
      },
      { change: { resources: {} }, got: 'policies[0].resources.projectIds: nothing' },
      { change: { permissions: [1] }, got: 'policies[0].permissions[0]: number' },
    ].map(({ change, got }) => ({ text: JSON.stringify({ policies: [{ ...POLICY, ...change }] }), got })),
  ])('is refused: $got', ({ text, got }) => {
    expect(() => parseListing(text)).toThrow(
      expect.objectContaining({ code: 'SERVICE_FAILED', got, message: expect.stringContaining('nothing can be said') }),
    );
  });

  it('may leave out what is optional, and say null', () => {
    const { commands, claims, policyId, clientId, issuerUrl } = POLICY;
    expect(parseListing(JSON.stringify({ policies: [POLICY], pagination: { next: null } }))).toEqual([
      {
        ...{ policyId, clientId, issuerUrl, claims, commands, teamId: 'team_a' },
        ...{ name: undefined, permissions: undefined, projectIds: undefined },
      },
    ]);
    const bare = { policyId, clientId, issuerUrl, claims: [{ name: 'aud', values: [{ value: 'x' }] }] };
    expect(parseListing(JSON.stringify({ policies: [bare] }))[0]?.claims).toEqual(claims);
  });
});
