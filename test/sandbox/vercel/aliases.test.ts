import { describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../../src/sandbox/index.ts';
import { api, create, type Answer } from '../support/client.ts';

async function ready(options: SandboxOptions = {}): Promise<{ sandbox: Sandbox; ids: string[] }> {
  const sandbox = await createSandbox({ deployment: { polls: 1 }, ...options });
  const ids = [await create(sandbox), await create(sandbox)].map(({ body }) => body.id as string);
  for (const id of ids) await read(sandbox, id);
  return { sandbox, ids };
}

function read(sandbox: Sandbox, id = ''): Promise<Answer> {
  return api(sandbox, 'GET', `/v13/deployments/${id}?teamId=team_acme`);
}

function assign(sandbox: Sandbox, id: string | undefined, json: unknown): Promise<Answer> {
  return api(sandbox, 'POST', `/v2/deployments/${String(id)}/aliases?teamId=team_acme`, { json });
}

describe('an alias', () => {
  it('points at one deployment, then at another', async () => {
    const { sandbox, ids } = await ready();
    const [first = '', second = ''] = ids;
    const alias = 'feature-1.web.acme.example';
    const made = await assign(sandbox, first, { alias });
    expect(made).toMatchObject({ status: 200, body: { uid: expect.any(String), alias } });
    expect(Object.keys(made.body as object)).toEqual(['uid', 'alias', 'created']);
    expect(new Date(made.body.created as string).toISOString()).toBe(made.body.created);
    expect((await read(sandbox, first)).body).toMatchObject({
      alias: ['web-preview-acme.vercel.app', alias],
      userAliases: [alias],
    });
    expect((await assign(sandbox, second, { alias })).body).toMatchObject({ alias, oldDeploymentId: first });
    expect((await read(sandbox, first)).body.userAliases).toEqual([]);
    expect((await read(sandbox, second)).body.userAliases).toEqual([alias]);
  });

  it('shows in the list of its deployment', async () => {
    const { sandbox, ids } = await ready();
    await assign(sandbox, ids[0], { alias: 'a.vercel.app', redirect: 'b.vercel.app' });
    const { body } = await api(sandbox, 'GET', `/v2/deployments/${String(ids[0])}/aliases?teamId=team_acme`);
    expect(body.aliases).toMatchObject([
      { alias: 'web-preview-acme.vercel.app', redirect: null },
      { alias: 'a.vercel.app', redirect: 'b.vercel.app' },
    ]);
  });

  it('is refused where it is there already', async () => {
    const { sandbox, ids } = await ready();
    const { uid } = (await assign(sandbox, ids[0], { alias: 'a.vercel.app' })).body as { uid: string };
    const again = await assign(sandbox, ids[0], { alias: 'a.vercel.app' });
    expect(again.status).toBe(409);
    expect(again.body.error).toMatchObject({ code: 'not_modified', alias: 'a.vercel.app', uid });
  });

  it('is refused before the deployment is READY', async () => {
    const sandbox = await createSandbox();
    const { id } = (await create(sandbox)).body as { id: string };
    const { status, body } = await assign(sandbox, id, { alias: 'a.vercel.app' });
    expect(status).toBe(400);
    expect(body.error).toEqual({
      code: 'deployment_not_ready',
      message: 'The deployment is not READY and can not be aliased',
    });
  });

  it.each<{ name: string; json: unknown; code?: string; text: string }>([
    ...[
      'a',
      'A.vercel.app',
      'a_b.vercel.app',
      '-a.vercel.app',
      'a..vercel.app',
      `${'a'.repeat(64)}.vercel.app`,
      '',
    ].map((alias) => ({ name: `"${alias}"`, json: { alias }, code: 'invalid_alias', text: `"${alias}" is invalid` })),
    { name: 'none', json: {}, text: 'missing required property `alias`' },
    { name: 'something else', json: { alias: 'a.b', name: 'x' }, text: 'additional property `name`' },
    { name: 'a strange redirect', json: { alias: 'a.b', redirect: 'https://x' }, text: '`redirect` should be a host' },
  ])('is refused with 400: $name', async ({ json, code = 'bad_request', text }) => {
    const { sandbox, ids } = await ready();
    const { status, body } = await assign(sandbox, ids[0], json);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code, message: expect.stringContaining(text) });
  });

  it("is refused outside the team's domains, where those are told", async () => {
    const { sandbox, ids } = await ready({ domains: ['acme.example'] });
    expect((await assign(sandbox, ids[0], { alias: 'x.acme.example' })).status).toBe(200);
    const { status, body } = await assign(sandbox, ids[0], { alias: 'x.evilacme.example' });
    expect(status).toBe(403);
    expect(body.error.message).toBe('You don\'t have access to the domain of "x.evilacme.example"');
  });
});
