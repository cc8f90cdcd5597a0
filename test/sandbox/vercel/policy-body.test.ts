import { describe, expect, it } from '@jest/globals';
import { createSandbox } from '../../../src/sandbox/index.ts';
import { api, exchange, type Answer } from '../support/client.ts';

const PATH = '/v1/oauth-apps/oidc-federation/policies?teamId=team_acme';
const BODY = {
  clientId: 'cl_HYyOPBNtFMfHhaUn9L4QPfTZz6TP47bp',
  issuerUrl: 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc',
  claims: [{ name: 'aud', values: [{ value: 'https://vercel.com/api/login/oauth/token' }] }],
  permissions: ['*'],
};

async function create(changes: Readonly<Record<string, unknown>>): Promise<Answer> {
  return api(await createSandbox(), 'POST', PATH, { json: { ...BODY, ...changes } });
}

describe('a new OIDC policy', () => {
  it('is listed with the others, and lets tokens in', async () => {
    const sandbox = await createSandbox({ policies: [], now: () => 1_800_000_000_000 });
    expect((await exchange(sandbox)).status).toBe(400);
    const resources = { projectIds: ['prj_web'] };
    const { status, body } = await api(sandbox, 'POST', PATH, { json: { ...BODY, name: 'web', resources } });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        ...BODY,
        ...{ name: 'web', resources, teamId: 'team_acme', commands: null },
        claims: [{ name: 'aud', values: [{ value: 'https://vercel.com/api/login/oauth/token', wildcards: false }] }],
        policyId: expect.stringMatching(/^pol_[A-Za-z0-9]{24}$/),
        ...{ createdAt: 1_800_000_000_000, updatedAt: 1_800_000_000_000 },
      },
    });
    expect((await api(sandbox, 'GET', PATH)).body).toEqual({ policies: [body] });
    expect((await exchange(sandbox)).status).toBe(200);
    expect(sandbox.vercel.tokens.at(-1)).toMatchObject({ policyId: body.policyId as string, projectIds: ['prj_web'] });
  });

  it('may be for commands instead, without a boundary of projects', async () => {
    const { status, body } = await create({ permissions: undefined, commands: ['deploy'] });
    expect({ status, body }).toMatchObject({ status: 200, body: { permissions: null, commands: ['deploy'] } });
    expect(body).not.toHaveProperty('resources');
  });

  const many = (length: number): unknown[] => Array.from({ length }, () => BODY.claims[0]);
  const values = (...list: unknown[]): unknown => [{ name: 'aud', values: list }];
  it.each<{ change: Record<string, unknown>; text: string }>([
    { change: { policyId: 'pol_mine' }, text: 'body should NOT have additional property policyId' },
    { change: { clientId: 'cl_x' }, text: 'clientId must be a first-party CLI client' },
    { change: { clientId: undefined }, text: 'clientId must be a first-party CLI client' },
    { change: { issuerUrl: 'http://x.example' }, text: 'issuerUrl must use HTTPS' },
    { change: { issuerUrl: 'https://x.example/' }, text: 'issuerUrl must use HTTPS' },
    { change: { issuerUrl: 'https://x.example/a?b' }, text: 'issuerUrl must use HTTPS' },
    { change: { name: 'x'.repeat(257) }, text: 'name has at most 256 characters' },
    { change: { claims: [] }, text: 'claims must be a list of 1 to 20' },
    { change: { claims: many(21) }, text: 'claims must be a list of 1 to 20' },
    { change: { claims: values() }, text: 'claims[].values must be a list of 1 to 50' },
    {
      change: { claims: values(...Array.from({ length: 51 }, () => ({ value: 'x' }))) },
      text: 'claims[].values must be a list of 1 to 50',
    },
    { change: { claims: values('x') }, text: 'claims[].values[] must be an object' },
    { change: { claims: values({ value: '' }) }, text: 'value must be a text of 1 to 1024 characters' },
    { change: { claims: values({ value: 'x'.repeat(1025) }) }, text: 'value must be a text of 1 to 1024 characters' },
    { change: { claims: values({ value: 'x', wildcards: 1 }) }, text: 'wildcards must be a boolean' },
    { change: { claims: values({ value: 'x', glob: true }) }, text: 'should NOT have additional property glob' },
    { change: { claims: [{ name: '', values: [] }] }, text: 'claims[].name must be a text of 1 to 256 characters' },
    { change: { commands: ['deploy'] }, text: 'exactly one of permissions and commands must be given' },
    { change: { permissions: undefined }, text: 'exactly one of permissions and commands must be given' },
    { change: { permissions: [] }, text: 'permissions must be a list of 1 to 64' },
    {
      change: { clientId: 'cl_kyUx2zVvA4MGptBohkmtYHJly2XltXzD', permissions: undefined, commands: ['deploy'] },
      text: 'commands are for the Vercel CLI alone',
    },
    { change: { resources: {} }, text: 'resources.projectIds must be a list' },
    { change: { resources: { projectIds: [], teams: [] } }, text: 'should NOT have additional property teams' },
  ])('is refused: $text', async ({ change, text }) => {
    const { status, body } = await create(change);
    expect({ status, code: body.error.code as string }).toEqual({ status: 400, code: 'bad_request' });
    expect(body.error.message).toContain(text);
  });
});
