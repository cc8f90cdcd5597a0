import { describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { api, create, exchange, inlineFiles, type Answer } from '../support/client.ts';

function list(sandbox: Sandbox, query: string, token?: string): Promise<Answer> {
  return api(sandbox, 'GET', `/v7/deployments?teamId=team_acme${query}`, token === undefined ? {} : { token });
}

function ids(reply: Answer): unknown[] {
  return (reply.body.deployments as { uid: string }[]).map(({ uid }) => uid);
}

describe('a deployment', () => {
  it('is found by id and by address', async () => {
    const sandbox = await createSandbox();
    const { id, url } = (await create(sandbox)).body as { id: string; url: string };
    for (const name of [id, url]) {
      const { body } = await api(sandbox, 'GET', `/v13/deployments/${name}?teamId=team_acme`);
      expect(body).toMatchObject({ id, url, ownerId: 'team_acme', projectId: 'prj_web', team: { slug: 'acme' } });
    }
  });

  it('is found by a name that points at it: one of production, or one that was assigned', async () => {
    const sandbox = await createSandbox();
    const [production] = sandbox.vercel.deployments;
    const { id } = sandbox.vercel.plantDeployment({ projectId: 'prj_web' });
    const named = async (name: string): Promise<unknown> =>
      (await api(sandbox, 'GET', `/v13/deployments/${name}?teamId=team_acme`)).body.id;
    expect(await named('web.vercel.app')).toBe(production?.id);
    await api(sandbox, 'POST', `/v2/deployments/${id}/aliases?teamId=team_acme`, { json: { alias: 'web.vercel.app' } });
    expect(await named('web.vercel.app')).toBe(id);
  });

  it('is hidden from a token of other projects', async () => {
    const sandbox = await createSandbox({ policies: [{ policyId: 'pol_a', projectIds: ['prj_new'] }] });
    const { id } = (await create(sandbox)).body as { id: string };
    const token = (await exchange(sandbox)).body.access_token as string;
    const reply = await api(sandbox, 'GET', `/v13/deployments/${id}`, { token });
    expect(reply.status).toBe(403);
    expect(reply.body.error.message).toContain('does not cover project prj_web');
    expect(ids(await list(sandbox, '', token))).toEqual([]);
  });

  it('is unknown by another name', async () => {
    const reply = await api(await createSandbox(), 'GET', '/v13/deployments/dpl_x?teamId=team_acme');
    expect(reply.status).toBe(404);
    expect(reply.body.error).toEqual({ code: 'not_found', message: 'Deployment dpl_x not found' });
  });
});

describe('cancel', () => {
  it('stops what is under way, and nothing else', async () => {
    const sandbox = await createSandbox();
    const { id } = (await create(sandbox)).body as { id: string };
    const path = `/v12/deployments/${id}/cancel?teamId=team_acme`;
    expect((await api(sandbox, 'PATCH', path)).body.readyState).toBe('CANCELED');
    const again = await api(sandbox, 'PATCH', path);
    expect(again.status).toBe(400);
    expect(again.body.error.message).toBe('A deployment that is CANCELED cannot be canceled');
    expect((await api(sandbox, 'GET', `/v13/deployments/${id}?teamId=team_acme`)).body).toMatchObject({
      readyState: 'CANCELED',
      canceledAt: expect.any(Number),
    });
  });
});

describe('the list', () => {
  async function filled(): Promise<{ sandbox: Sandbox; mine: string; other: string }> {
    const sandbox = await createSandbox({ deployment: { polls: 1 } });
    const mine = (await create(sandbox, { meta: { key: 'k1' } })).body.id as string;
    const other = (await create(sandbox, { meta: { key: 'k2' }, target: 'production' })).body.id as string;
    return { sandbox, mine, other };
  }

  it.each([
    { name: 'meta', query: '&meta-key=k1', wanted: ['mine'] },
    { name: 'two meta values that do not meet', query: '&meta-key=k1&meta-x=y', wanted: [] },
    { name: 'target', query: '&projectId=prj_web&target=production&state=QUEUED', wanted: ['other'] },
    { name: 'preview', query: '&target=preview', wanted: ['mine'] },
    { name: 'project', query: '&projectId=prj_new', wanted: [] },
    { name: 'state', query: '&state=QUEUED,BUILDING', wanted: ['other', 'mine'] },
    { name: 'number', query: '&state=QUEUED&limit=1', wanted: ['other'] },
  ])('is filtered by $name, newest first', async ({ query, wanted }) => {
    const { sandbox, ...made } = await filled();
    const names = made as Record<string, string>;
    expect(ids(await list(sandbox, query))).toEqual(wanted.map((name) => names[name]));
  });

  it('goes on where a page ends', async () => {
    let time = 1_800_000_000_000;
    const sandbox = await createSandbox({ now: () => (time += 1000) });
    const made = [await create(sandbox), await create(sandbox)].map(({ body }) => body.id as string);
    const first = await list(sandbox, '&state=QUEUED&limit=1');
    expect(ids(first)).toEqual([made[1]]);
    const second = await list(sandbox, `&state=QUEUED&limit=1&until=${String(first.body.pagination.next)}`);
    expect(ids(second)).toEqual([made[0]]);
    expect(second.body.pagination.next).toBeNull();
  });

  it('lags behind as planned', async () => {
    const sandbox = await createSandbox({ deployment: { listedAfter: 2 } });
    const { id } = (await create(sandbox, { meta: { key: 'k' } })).body as { id: string };
    const seen = [];
    for (let count = 0; count < 3; count += 1) seen.push(ids(await list(sandbox, '&meta-key=k')));
    expect(seen).toEqual([[], [], [id]]);
  });

  it('shows look-alikes that others made', async () => {
    const sandbox = await createSandbox();
    const planted = sandbox.vercel.plantDeployment({ projectId: 'prj_web', meta: { key: 'k' } });
    const { body } = await list(sandbox, '&meta-key=k');
    expect(body.deployments).toMatchObject([
      { uid: planted.id, state: 'READY', aliasAssigned: true, creator: { type: 'user', uid: 'usr_someone' } },
    ]);
  });

  it.each([
    { query: '&limit=0', text: 'limit should be 1 to 100, got "0"' },
    { query: '&until=tomorrow', text: 'until should be milliseconds, got "tomorrow"' },
  ])('refuses $query', async ({ query, text }) => {
    const reply = await list(await createSandbox(), query);
    expect(reply.status).toBe(400);
    expect(reply.body.error.message).toContain(text);
  });
});

describe('the file tree', () => {
  it('nests folders', async () => {
    const sandbox = await createSandbox();
    const files = [...inlineFiles({ 'a/b.txt': 'b' }), { file: 'a/c', mode: 0o040755 }];
    const { id } = (await create(sandbox, { files })).body as { id: string };
    const { body } = await api(sandbox, 'GET', `/v6/deployments/${id}/files?teamId=team_acme`);
    expect(body).toMatchObject([
      { name: '.vercel', type: 'directory', children: [{ name: 'output' }] },
      {
        name: 'a',
        type: 'directory',
        children: [
          { name: 'b.txt', type: 'file', mode: 0o100644 },
          { name: 'c', type: 'directory', children: [] },
        ],
      },
    ]);
  });
});
