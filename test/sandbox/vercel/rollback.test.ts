import { describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { api, type Answer } from '../support/client.ts';

const TEAM = 'teamId=team_acme';

interface Project {
  readonly lastAliasRequest: { readonly type: string; readonly jobStatus: string };
  readonly targets: { readonly production: { readonly id: string } };
}

async function withHistory(): Promise<{ sandbox: Sandbox; first: string; second: string; staged: string }> {
  const sandbox = await createSandbox();
  const first = sandbox.vercel.deployments[0]?.id ?? '';
  const plant = (more: object): string =>
    sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production', createdAt: 9e12, ...more }).id;
  return { sandbox, first, second: plant({}), staged: plant({ staged: true }) };
}

function rollBack(sandbox: Sandbox, id: string, json: unknown = {}, version = 'v1'): Promise<Answer> {
  return api(sandbox, 'POST', `/${version}/projects/prj_web/rollback/${id}?${TEAM}`, { json });
}

async function project(sandbox: Sandbox): Promise<object> {
  return (await api(sandbox, 'GET', `/v9/projects/prj_web?${TEAM}`)).body as object;
}

function moved(sandbox: Sandbox, path: string, query = '&failedOnly=true&limit=20'): Promise<Answer> {
  return api(sandbox, 'GET', `/${path}/aliases?${TEAM}${query}`);
}

describe('a rollback that is asked for', () => {
  it.each(['v1', 'v9'])('goes on at each look, and points production back (%s)', async (version) => {
    const { sandbox, first, second } = await withHistory();
    expect((await rollBack(sandbox, first, {}, version)).status).toBe(201);
    const seen = [];
    for (let count = 0; count < 3; count += 1) {
      const { lastAliasRequest, targets } = (await project(sandbox)) as Project;
      seen.push([lastAliasRequest.type, lastAliasRequest.jobStatus, targets.production.id]);
      expect(lastAliasRequest).not.toHaveProperty('outcome');
    }
    expect(seen).toEqual([
      ['rollback', 'in-progress', second],
      ['rollback', 'succeeded', first],
      ['rollback', 'succeeded', first],
    ]);
    expect(sandbox.vercel.events.map(({ type }) => type)).toContain('instant-rollback-created');
    sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production', createdAt: 9.1e12 });
    expect(await project(sandbox)).toMatchObject({ targets: { production: { id: first } } });
  });

  it('is refused for what it can not be', async () => {
    const { sandbox, first, second, staged } = await withHistory();
    const preview = sandbox.vercel.plantDeployment({ projectId: 'prj_web' }).id;
    const replies = await Promise.all([
      rollBack(sandbox, 'dpl_x'),
      rollBack(sandbox, preview),
      rollBack(sandbox, staged),
      rollBack(sandbox, second),
      rollBack(sandbox, first, { to: 1 }),
    ]);
    expect(replies.map(({ status, body }) => [status, String(body.error.message)])).toEqual([
      [404, 'Project web has no deployment dpl_x'],
      [400, `Deployment ${preview} is no rollback candidate: it never was production`],
      [400, `Deployment ${staged} is no rollback candidate: it never was production`],
      [409, `Deployment ${second} is the project's production already`],
      [400, 'should NOT have additional property `to`'],
    ]);
    expect(await project(sandbox)).not.toHaveProperty('lastAliasRequest');
  });

  it.each(['failed', 'skipped', 'stuck'] as const)('can be %s, and then moves nothing', async (outcome) => {
    const { sandbox, first, second } = await withHistory();
    sandbox.vercel.planAliasRequests('prj_web', outcome);
    await rollBack(sandbox, first);
    await project(sandbox);
    expect(await project(sandbox)).toMatchObject({
      targets: { production: { id: second } },
      lastAliasRequest: { jobStatus: outcome === 'stuck' ? 'in-progress' : outcome },
    });
  });

  it('ends a rolling release', async () => {
    const { sandbox, first, staged } = await withHistory();
    sandbox.vercel.startRollingRelease('prj_web');
    await api(sandbox, 'POST', `/v10/projects/prj_web/promote/${staged}?${TEAM}`, { json: {} });
    await rollBack(sandbox, first);
    await project(sandbox);
    await project(sandbox);
    const { body } = await api(sandbox, 'GET', `/v1/projects/prj_web/rolling-release?${TEAM}`);
    expect(body.rollingRelease).toMatchObject({ state: 'ABORTED', activeStage: null });
  });
});

describe('the names of a change', () => {
  it('are those that failed, of a change of that kind', async () => {
    const { sandbox, first, second } = await withHistory();
    sandbox.vercel.planAliasRequests('prj_web', 'failed');
    await rollBack(sandbox, first);
    await project(sandbox);
    const all = await moved(sandbox, 'v9/projects/prj_web/rollback', '');
    expect(all.body.aliases).toMatchObject([{ status: 'in-progress' }, { status: 'in-progress' }]);
    expect((await moved(sandbox, 'v9/projects/prj_web/rollback')).body.aliases).toEqual([]);
    await project(sandbox);
    expect((await moved(sandbox, 'v9/projects/prj_web/rollback')).body).toEqual({
      aliases: [
        { id: 'job_web.vercel.app', status: 'failed', alias: { alias: 'web.vercel.app', deploymentId: second } },
        {
          id: 'job_web-acme.vercel.app',
          status: 'failed',
          alias: { alias: 'web-acme.vercel.app', deploymentId: second },
        },
      ],
      pagination: { count: 2, next: null, prev: null },
    });
    expect((await moved(sandbox, 'v1/projects/prj_web/promote')).body.aliases).toEqual([]);
  });

  it.each(['&limit=0', '&limit=101', '&failedOnly=1'])('are refused for %s', async (query) => {
    const { sandbox } = await withHistory();
    expect((await moved(sandbox, 'v1/projects/prj_web/promote', query)).status).toBe(400);
  });
});

describe('a promotion under rolling releases', () => {
  it('begins one, and what waits is told by 202', async () => {
    const { sandbox, second, staged } = await withHistory();
    sandbox.vercel.startRollingRelease('prj_web');
    const promote = (id: string): Promise<Answer> =>
      api(sandbox, 'POST', `/v10/projects/prj_web/promote/${id}?${TEAM}`, { json: {} });
    expect((await promote(staged)).status).toBe(201);
    expect(await project(sandbox)).toMatchObject({ targets: { production: { id: second } } });
    const other = sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production', staged: true }).id;
    expect((await promote(other)).status).toBe(202);
    sandbox.vercel.completeRollingRelease('prj_web');
    expect(await project(sandbox)).toMatchObject({ targets: { production: { id: staged } } });
    // Older than what it takes the place of.
    sandbox.vercel.completeRollingRelease('prj_web');
    expect(await project(sandbox)).toMatchObject({ targets: { production: { id: other } } });
  });
});
