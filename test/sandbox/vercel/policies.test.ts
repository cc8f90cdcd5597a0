import { describe, expect, it } from '@jest/globals';
import { createSandbox, type SandboxOptions } from '../../../src/sandbox/index.ts';
import { api, ask, exchange } from '../support/client.ts';

describe('policies', () => {
  const branch = (value: string, wildcards?: boolean): SandboxOptions => ({
    policies: [
      {
        policyId: 'pol_a',
        claims: [{ name: 'branchName', values: [{ value: 'x' }, { value, ...(wildcards ? { wildcards } : {}) }] }],
      },
    ],
  });
  it.each<{ name: string; options: SandboxOptions; claims?: Record<string, unknown>; status: number }>([
    { name: 'take any value of a claim', options: branch('main'), status: 200 },
    { name: 'compare exactly without wildcards', options: branch('ma*'), status: 400 },
    { name: 'take a wildcard where it is asked for', options: branch('ma*', true), status: 200 },
    { name: 'anchor a wildcard', options: branch('ai*', true), status: 400 },
    {
      name: 'take a wildcard as no regular expression',
      options: branch('m.*', true),
      status: 400,
    },
    { name: 'never match an absent claim', options: branch('*', true), claims: { branchName: undefined }, status: 400 },
    { name: 'may not match a list', options: { exchange: { matchAudienceLists: false } }, status: 400 },
    {
      name: 'match a text where lists do not',
      options: { exchange: { matchAudienceLists: false } },
      claims: { aud: 'https://vercel.com/api/login/oauth/token' },
      status: 200,
    },
  ])('$name', async ({ options, claims = {}, status }) => {
    const sandbox = await createSandbox(options);
    const reply = await exchange(sandbox, { subject_token: await sandbox.issuer.mintToken({ claims }) });
    expect(reply.status).toBe(status);
    if (status === 400) expect(reply.body.error).toBe('invalid_grant');
  });

  it('ask for policy_id where several match', async () => {
    const sandbox = await createSandbox({ policies: [{ policyId: 'pol_a' }, { policyId: 'pol_b' }] });
    const reply = await exchange(sandbox);
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({
      error: 'invalid_request',
      error_description: 'Multiple OIDC policies match (pol_a, pol_b): pass policy_id to choose one.',
    });
    expect((await exchange(sandbox, { policy_id: 'pol_b' })).status).toBe(200);
    expect(sandbox.vercel.tokens.at(-1)?.policyId).toBe('pol_b');
  });
});

describe('the list of policies', () => {
  const PATH = '/v1/oauth-apps/oidc-federation/policies';

  it('has each as Vercel shows it', async () => {
    const sandbox = await createSandbox({
      now: () => 1_800_000_000_000,
      policies: [
        { policyId: 'pol_a' },
        { policyId: 'pol_b', name: 'b', commands: ['deploy'], projectIds: [], claims: [] },
      ],
    });
    const { status, body } = await api(sandbox, 'GET', `${PATH}?teamId=team_acme`);
    const rule = (name: string, value: string): object => ({ name, values: [{ value, wildcards: false }] });
    const common = {
      clientId: 'cl_HYyOPBNtFMfHhaUn9L4QPfTZz6TP47bp',
      issuerUrl: sandbox.issuer.url,
      teamId: 'team_acme',
      createdAt: 1_800_000_000_000,
      updatedAt: 1_800_000_000_000,
    };
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        policies: [
          {
            ...common,
            ...{ policyId: 'pol_a', name: 'pol_a', permissions: ['*'], commands: null },
            claims: [
              rule('aud', 'https://vercel.com/api/login/oauth/token'),
              rule('workspaceUuid', sandbox.issuer.step.workspaceUuid),
              rule('repositoryUuid', sandbox.issuer.step.repositoryUuid),
            ],
          },
          {
            ...common,
            ...{ policyId: 'pol_b', name: 'b', permissions: null, commands: ['deploy'], claims: [] },
            resources: { projectIds: [] },
          },
        ],
      },
    });
  });

  it.each<{ name: string; query?: string; bearer?: 'app' | 'none'; status: number; text: string }>([
    { name: 'nobody', bearer: 'none', status: 401, text: 'missing an authentication token' },
    {
      name: 'a token that a policy gave',
      bearer: 'app',
      status: 403,
      text: 'an app token may not manage OIDC policies',
    },
    { name: 'a user who names no team', query: '', status: 404, text: 'teamId is missing' },
    { name: 'a user of another team', query: '?teamId=team_x', status: 403, text: 'under scope "team_x"' },
    { name: 'a page', query: '?teamId=team_acme&limit=2', status: 400, text: 'Unknown query parameter limit' },
  ])('is not shown to $name', async ({ query = '?teamId=team_acme', bearer, status, text }) => {
    const sandbox = await createSandbox();
    const path = `${PATH}${query}`;
    const app = bearer === 'app' ? { token: (await exchange(sandbox)).body.access_token as string } : {};
    const reply = bearer === 'none' ? await ask(sandbox, path) : await api(sandbox, 'GET', path, app);
    expect(reply.status).toBe(status);
    expect(reply.body.error.message).toContain(text);
  });
});
