import { describe, expect, it } from '@jest/globals';
import { createSandbox, type PlantedDeployment, type Sandbox } from '../../../src/sandbox/index.ts';
import { api, create, inlineFiles } from '../support/client.ts';

async function listed(sandbox: Sandbox, query = ''): Promise<Record<string, unknown>[]> {
  const { body } = await api(sandbox, 'GET', `/v7/deployments?teamId=team_acme&projectId=prj_new${query}`);
  return (body as { deployments: Record<string, unknown>[] }).deployments;
}

const FILE = { file: 'a', kind: 'file' as const, mode: 0o100644, sha: 'a'.repeat(40), size: 1 };

describe('a planted deployment', () => {
  it('is all that the test says', async () => {
    const sandbox = await createSandbox();
    const planted: PlantedDeployment = {
      projectId: 'prj_new',
      target: 'production',
      meta: { key: 'k' },
      files: [FILE],
      creator: { type: 'app', uid: 'app_other' },
      createdAt: 1_700_000_000_000,
      plan: { outcome: 'ERROR', errorCode: 'BUILD_FAILED' },
    };
    const { id } = sandbox.vercel.plantDeployment(planted);
    const item = {
      ...{ target: 'production', meta: { key: 'k' }, creator: { type: 'app', uid: 'app_other' } },
      ...{ readyState: 'ERROR', createdAt: 1_700_000_000_000, aliasAssigned: false },
    };
    expect(await listed(sandbox, '&meta-key=k')).toEqual([
      expect.objectContaining({ ...item, uid: id, created: item.createdAt, state: 'ERROR', aliasError: null }),
    ]);
    const { body } = await api(sandbox, 'GET', `/v13/deployments/${id}?teamId=team_acme`);
    expect(body).toMatchObject({ ...item, errorCode: 'BUILD_FAILED' });
    expect(sandbox.vercel.deployments.at(-1)?.files).toEqual([FILE]);
  });

  it('has a build log as if it had been watched', async () => {
    const sandbox = await createSandbox();
    const { id } = sandbox.vercel.plantDeployment({ projectId: 'prj_new' });
    const { body } = await api(sandbox, 'GET', `/v3/deployments/${id}/events?teamId=team_acme`);
    expect((body as { type: string }[]).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['command', 'deployment-state', 'alias-assigned']),
    );
  });

  it('may lag in the list, and be under way', async () => {
    const sandbox = await createSandbox();
    const plan = { listedAfter: 1, polls: 1 };
    const { id } = sandbox.vercel.plantDeployment({ projectId: 'prj_new', underWay: true, plan });
    expect(await listed(sandbox)).toEqual([]);
    expect(await listed(sandbox)).toMatchObject([{ uid: id, readyState: 'QUEUED', target: null }]);
    const { body } = await api(sandbox, 'GET', `/v13/deployments/${id}?teamId=team_acme`);
    expect(body).toMatchObject({ readyState: 'READY', aliasAssigned: true });
  });
});

describe("Vercel's own de-duplication", () => {
  it('answers the older deployment, with the meta that it was made with', async () => {
    const sandbox = await createSandbox({ deduplicate: true });
    const files = inlineFiles({ 'a.html': 'a' });
    const first = await create(sandbox, { files, meta: { intent: 'one' } });
    const second = await create(sandbox, { files, meta: { intent: 'two' } });
    expect(second.status).toBe(200);
    expect(second.body).toMatchObject({ id: first.body.id as string, meta: { intent: 'one' } });
  });
});
