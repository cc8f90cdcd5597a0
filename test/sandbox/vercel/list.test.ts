import { describe, expect, it } from '@jest/globals';
import { createSandbox, type ListOptions, type Sandbox } from '../../../src/sandbox/index.ts';
import { api, TEAM } from '../support/client.ts';

const T0 = 1_700_000_000_000;

interface Listed {
  readonly ids: string[];
  readonly next: number | null;
}

async function list(sandbox: Sandbox, query: string): Promise<Listed> {
  const { body } = await api(sandbox, 'GET', `/v7/deployments?teamId=${TEAM}&projectId=prj_new${query}`);
  const { deployments, pagination } = body as { deployments: { uid: string }[]; pagination: { next: number | null } };
  return { ids: deployments.map(({ uid }) => uid), next: pagination.next };
}

/** All pages, as they are asked for by what each says of the next; no more than `most`. */
async function readAll(sandbox: Sandbox, limit: number, most = 10): Promise<string[][]> {
  const pages: string[][] = [];
  for (let until = ''; pages.length < most;) {
    const { ids, next } = await list(sandbox, `&limit=${String(limit)}${until}`);
    pages.push(ids);
    if (next === null) break;
    until = `&until=${String(next)}`;
  }
  return pages;
}

/** Two, then five of one time, then one. */
async function withTies(lists: ListOptions): Promise<Sandbox> {
  const sandbox = await createSandbox({ lists });
  for (const [index, second] of [0, 1, 2, 2, 2, 2, 2, 3].entries()) {
    sandbox.vercel.plantDeployment({ projectId: 'prj_new', id: `dpl_${String(index)}`, createdAt: T0 + second });
  }
  return sandbox;
}

describe('several deployments of one time', () => {
  it.each([
    {
      ties: 'whole' as const,
      wanted: [
        ['7', '6', '5', '4', '3', '2'],
        ['1', '0'],
      ],
    },
    {
      ties: 'lost' as const,
      wanted: [
        ['7', '6', '5'],
        ['1', '0'],
      ],
    },
    {
      ties: 'again' as const,
      wanted: [
        ['7', '6', '5'],
        ['6', '5', '4'],
        ['6', '5', '4'],
      ],
    },
  ])('at the end of a page: $ties', async ({ ties, wanted }) => {
    const pages = await readAll(await withTies({ ties }), 3, 3);
    expect(pages).toEqual(wanted.map((page) => page.map((id) => `dpl_${id}`)));
  });

  it('are never lost by default, however many', async () => {
    const sandbox = await createSandbox();
    for (let index = 0; index < 250; index += 1) {
      sandbox.vercel.plantDeployment({ projectId: 'prj_new', createdAt: T0 + (index < 230 ? 0 : 1) });
    }
    const pages = await readAll(sandbox, 100);
    expect(new Set(pages.flat()).size).toBe(250);
    expect(pages.map(({ length }) => length)).toEqual([250]);
  });
});

describe('the list', () => {
  it('is in the order of creation, whatever the order of planting', async () => {
    const sandbox = await createSandbox();
    for (const second of [3, 1, 2]) {
      sandbox.vercel.plantDeployment({ projectId: 'prj_new', id: `dpl_${String(second)}`, createdAt: T0 + second });
    }
    expect(await readAll(sandbox, 2)).toEqual([['dpl_3', 'dpl_2'], ['dpl_1']]);
  });

  it.each([
    { query: '&from=1700000000002', wanted: ['7', '6', '5', '4', '3', '2'] },
    { query: '&since=1700000000001&to=1700000000002', wanted: ['1'] },
    { query: '&users=usr_a,usr_b', wanted: ['8'] },
    { query: '&target=qa', wanted: ['8'] },
    { query: '&rollbackCandidate=true', wanted: [] },
  ])('is filtered by "$query"', async ({ query, wanted }) => {
    const sandbox = await withTies({});
    sandbox.vercel.plantDeployment({
      ...{ projectId: 'prj_new', id: 'dpl_8', createdAt: T0 - 1, creator: { type: 'user', uid: 'usr_b' } },
      customEnvironment: { id: 'env_qa', slug: 'qa' },
    });
    expect((await list(sandbox, query)).ids).toEqual(wanted.map((id) => `dpl_${id}`));
  });

  it('takes a project by its name, and no list of projects beside it', async () => {
    const sandbox = await withTies({});
    const { body } = await api(sandbox, 'GET', `/v7/deployments?teamId=${TEAM}&projectId=new-site`);
    expect(body.deployments).toHaveLength(8);
    const refused = await api(sandbox, 'GET', `/v7/deployments?teamId=${TEAM}&projectId=a&projectIds=b`);
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toContain('projectIds cannot be used when projectId is specified');
  });

  it('refuses a second deployment of one id', async () => {
    const sandbox = await withTies({});
    const again = { projectId: 'prj_new', id: 'dpl_1' };
    expect(() => sandbox.vercel.plantDeployment(again)).toThrow('The sandbox has a deployment dpl_1 already');
  });
});

describe('an item of the list', () => {
  it('says where it came from, who made it and that it was deleted', async () => {
    const sandbox = await createSandbox();
    const creator = {
      type: 'user' as const,
      uid: 'usr_a',
      username: 'ada',
      email: 'ada@acme.example',
      githubLogin: 'a',
    };
    sandbox.vercel.plantDeployment({
      ...{ projectId: 'prj_new', id: 'dpl_a', url: 'a.vercel.app', target: 'production', source: 'git', creator },
      ...{ createdAt: T0, readyAt: T0 + 500, readySubstate: 'PROMOTED' },
      deletion: { at: T0 + 900, byRetention: true },
    });
    const { body } = await api(sandbox, 'GET', `/v7/deployments?teamId=${TEAM}&projectId=prj_new`);
    expect(body.deployments).toEqual([
      expect.objectContaining({
        ...{ uid: 'dpl_a', url: 'a.vercel.app', source: 'git', creator, created: T0, ready: T0 + 500 },
        ...{ readyState: 'DELETED', readySubstate: 'PROMOTED', deleted: T0 + 900, softDeletedByRetention: true },
      }),
    ]);
  });

  it('tells of a deletion over the API, and of what was brought back', async () => {
    const sandbox = await createSandbox({ now: () => T0 });
    const { id } = sandbox.vercel.plantDeployment({ projectId: 'prj_new', createdAt: T0 - 1 });
    sandbox.vercel.plantDeployment({ projectId: 'prj_new', createdAt: T0 - 2, undeletedAt: T0 });
    await api(sandbox, 'DELETE', `/v13/deployments/${id}?teamId=${TEAM}`);
    const { body } = await api(sandbox, 'GET', `/v7/deployments?teamId=${TEAM}&projectId=prj_new`);
    expect(body.deployments).toMatchObject([{ uid: id, deleted: T0, state: 'DELETED' }, { undeleted: T0 }]);
    expect(body.deployments[0]).not.toHaveProperty('softDeletedByRetention');
  });
});

describe('the projects of the team', () => {
  it('come page by page, and as far as the token reaches', async () => {
    const projects = ['a', 'b', 'c'].map((name, index) => {
      return { id: `prj_${name}`, name, hasProduction: false, createdAt: T0 + index };
    });
    const sandbox = await createSandbox({ projects });
    const first = await api(sandbox, 'GET', `/v9/projects?teamId=${TEAM}&limit=2`);
    expect(first.body.projects).toMatchObject([{ id: 'prj_c', name: 'c', accountId: TEAM }, { id: 'prj_b' }]);
    const until = String(first.body.pagination.next);
    const second = await api(sandbox, 'GET', `/v9/projects?teamId=${TEAM}&limit=2&until=${until}`);
    expect(second.body).toMatchObject({ projects: [{ id: 'prj_a' }], pagination: { count: 1, next: null } });
    const { token } = sandbox.vercel.issueUserToken(60, ['prj_b']);
    const narrow = await api(sandbox, 'GET', `/v9/projects?teamId=${TEAM}`, { token });
    expect(narrow.body.projects).toMatchObject([{ id: 'prj_b' }]);
    const found = await api(sandbox, 'GET', `/v9/projects?teamId=${TEAM}&search=a`);
    expect(found.body.projects).toMatchObject([{ id: 'prj_a' }]);
  });
});
