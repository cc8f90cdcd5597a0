import { describe, expect, it } from '@jest/globals';
import { createSandbox, type SandboxOptions } from '../../../src/sandbox/index.ts';
import { api, ask, create, exchange } from '../support/client.ts';

describe('the bearer', () => {
  it.each<{ name: string; headers: Record<string, string>; status: number; text: string }>([
    { name: 'none', headers: {}, status: 401, text: 'missing an authentication token' },
    { name: 'Basic', headers: { authorization: 'Basic x' }, status: 403, text: 'the token is unknown' },
    { name: 'an unknown one', headers: { authorization: 'Bearer vca_x' }, status: 403, text: 'the token is unknown' },
  ])('is refused: $name', async ({ headers, status, text }) => {
    const reply = await ask(await createSandbox(), '/v9/projects/prj_web', { headers });
    expect(reply.status).toBe(status);
    expect(reply.body.error.code).toBe('forbidden');
    expect(reply.body.error.message).toContain(text);
    expect(reply.headers.get('x-vercel-id')).toMatch(/^fra1::/);
  });

  it('is refused when its time is over', async () => {
    let time = 1_800_000_000_000;
    const sandbox = await createSandbox({ now: () => time });
    const token = (await exchange(sandbox)).body.access_token as string;
    expect((await api(sandbox, 'GET', '/v9/projects/prj_web', { token })).status).toBe(200);
    time += 3_600_000;
    const reply = await api(sandbox, 'GET', '/v9/projects/prj_web', { token });
    expect(reply.status).toBe(403);
    expect(reply.body.error.message).toBe('Not authorized: the token has expired');
  });
});

describe('what an app token may do', () => {
  const limited: SandboxOptions = { policies: [{ policyId: 'pol_a', projectIds: ['prj_web'] }] };
  const readOnly: SandboxOptions = { policies: [{ policyId: 'pol_a', permissions: ['project:read'] }] };
  it.each<{ name: string; options?: SandboxOptions; path: string; status: number; text?: string }>([
    { name: 'read a project of its policy', options: limited, path: '/v9/projects/prj_web', status: 200 },
    { name: 'read it by name', options: limited, path: '/v9/projects/web?teamId=team_acme', status: 200 },
    {
      name: 'read a project outside its policy',
      options: limited,
      path: '/v9/projects/prj_new',
      status: 403,
      text: "The token's policy pol_a does not cover project prj_new",
    },
    { name: 'read a project that is not', path: '/v9/projects/prj_x', status: 404, text: 'Project prj_x not found' },
    {
      name: 'name another team',
      path: '/v9/projects/prj_web?teamId=team_x',
      status: 403,
      text: 'under scope "team_x"',
    },
    { name: 'ask for a user', path: '/v2/user', status: 403, text: 'An app token has no user' },
    { name: 'ask for the team', path: '/v2/teams/team_acme', status: 403, text: 'An app token has no user' },
  ])('$name: $status', async ({ options = {}, path, status, text }) => {
    const sandbox = await createSandbox(options);
    const token = (await exchange(sandbox)).body.access_token as string;
    const reply = await api(sandbox, 'GET', path, { token });
    expect(reply.status).toBe(status);
    if (text !== undefined) expect(reply.body.error.message).toContain(text);
  });

  it('is not more than its permissions', async () => {
    const sandbox = await createSandbox(readOnly);
    const token = (await exchange(sandbox)).body.access_token as string;
    expect((await api(sandbox, 'GET', '/v9/projects/prj_web', { token })).status).toBe(200);
    const reply = await create(sandbox, {}, token);
    expect(reply.status).toBe(403);
    expect(reply.body.error.message).toBe("The token's policy permits only project:read");
  });
});

describe("a user's token", () => {
  it('sees user and team, and projects only with a team', async () => {
    const sandbox = await createSandbox();
    expect((await api(sandbox, 'GET', '/v2/user')).body.user.email).toBe('dev@acme.example');
    expect((await api(sandbox, 'GET', '/teams/acme')).body.id).toBe('team_acme');
    expect((await api(sandbox, 'GET', '/v2/teams/team_x')).status).toBe(404);
    const reply = await api(sandbox, 'GET', '/v9/projects/prj_web');
    expect(reply.status).toBe(404);
    expect(reply.body.error.message).toContain('teamId is missing');
  });
});

describe('a project', () => {
  it.each([
    { name: 'with production', id: 'prj_web', wanted: { production: { readyState: 'READY' } } },
    { name: 'without production', id: 'prj_new', wanted: {} },
  ])('tells its targets $name', async ({ id, wanted }) => {
    const { body } = await api(await createSandbox(), 'GET', `/v9/projects/${id}?teamId=team_acme`);
    expect(body).toMatchObject({ id, accountId: 'team_acme' });
    expect(body.targets).toMatchObject(wanted);
    expect(Object.keys(body.targets as object)).toEqual(Object.keys(wanted));
  });

  it('may leave targets out', async () => {
    const sandbox = await createSandbox({ projects: [{ id: 'prj_a', name: 'a', omitTargets: true }] });
    const { body } = await api(sandbox, 'GET', '/v9/projects/a?slug=acme');
    expect(body.id).toBe('prj_a');
    expect(body).not.toHaveProperty('targets');
  });
});
