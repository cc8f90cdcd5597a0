import { describe, expect, it } from '@jest/globals';
import { createSandbox, type DeploymentPlan, type Outcome, type Sandbox } from '../../../src/sandbox/index.ts';
import { api, create, type Answer } from '../support/client.ts';

function poll(sandbox: Sandbox, id: unknown): Promise<Answer> {
  return api(sandbox, 'GET', `/v13/deployments/${String(id)}?teamId=team_acme`);
}

async function statesOf(plan: Partial<DeploymentPlan>, polls: number): Promise<string[]> {
  const sandbox = await createSandbox({ deployment: plan });
  const { body } = await create(sandbox);
  const states = [body.readyState as string];
  for (let count = 0; count < polls; count += 1) {
    const { readyState, aliasAssigned } = (await poll(sandbox, body.id)).body as Record<string, unknown>;
    states.push(`${String(readyState)}${aliasAssigned === true ? '+alias' : ''}`);
  }
  return states;
}

describe('polling', () => {
  it.each<{ name: string; plan: Partial<DeploymentPlan>; states: string[] }>([
    { name: 'READY before the alias', plan: {}, states: ['QUEUED', 'BUILDING', 'READY', 'READY+alias', 'READY+alias'] },
    { name: 'all at once', plan: { polls: 1 }, states: ['QUEUED', 'READY+alias'] },
    {
      name: 'slowly',
      plan: { polls: 6 },
      states: ['QUEUED', 'QUEUED', 'BUILDING', 'BUILDING', 'READY', 'READY', 'READY+alias'],
    },
    { name: 'to ERROR', plan: { outcome: 'ERROR', polls: 2 }, states: ['QUEUED', 'BUILDING', 'ERROR'] },
    { name: 'to BLOCKED', plan: { outcome: 'BLOCKED', polls: 1 }, states: ['QUEUED', 'BLOCKED', 'BLOCKED'] },
    { name: 'to BLOCKED unbuilt', plan: { outcome: 'BLOCKED', polls: 2 }, states: ['QUEUED', 'QUEUED', 'BLOCKED'] },
    { name: 'to CANCELED', plan: { outcome: 'CANCELED', polls: 1 }, states: ['QUEUED', 'CANCELED'] },
    { name: 'to DELETED', plan: { outcome: 'DELETED', polls: 1 }, states: ['QUEUED', 'DELETED'] },
    {
      name: 'to READY without alias',
      plan: { outcome: 'ALIAS_ERROR', polls: 1 },
      states: ['QUEUED', 'READY', 'READY'],
    },
    {
      name: 'by older ways',
      plan: { via: ['QUEUED', 'ANALYZING', 'BUILDING', 'DEPLOYING'], polls: 5 },
      states: ['QUEUED', 'ANALYZING', 'BUILDING', 'DEPLOYING', 'READY', 'READY+alias'],
    },
    {
      name: 'by every step of today',
      plan: { via: ['QUEUED', 'INITIALIZING', 'BUILDING'], outcome: 'ERROR', polls: 3 },
      states: ['QUEUED', 'INITIALIZING', 'BUILDING', 'ERROR'],
    },
    { name: 'nowhere in the queue', plan: { outcome: 'STUCK', via: ['QUEUED'] }, states: ['QUEUED', 'QUEUED'] },
    { name: 'nowhere', plan: { outcome: 'STUCK' }, states: ['QUEUED', 'QUEUED', 'QUEUED', 'BUILDING', 'BUILDING'] },
  ])('goes $name', async ({ plan, states }) => {
    expect(await statesOf(plan, states.length - 1)).toEqual(states);
  });

  it.each<{ outcome: Outcome; wanted: object }>([
    { outcome: 'READY', wanted: { readySubstate: 'STAGED', aliasError: null, alias: [expect.any(String)] } },
    {
      outcome: 'ERROR',
      wanted: { errorCode: 'BUILD_FAILED', errorMessage: 'Command "build" exited with 1', alias: [] },
    },
    { outcome: 'ALIAS_ERROR', wanted: { aliasError: { code: 'cert_missing' }, alias: [] } },
    { outcome: 'CHECKS_FAILED', wanted: { checks: { 'deployment-alias': { state: 'failed' } }, aliasAssigned: false } },
    { outcome: 'CHECKS_V1_FAILED', wanted: { checksState: 'completed', checksConclusion: 'failed', alias: [] } },
    { outcome: 'BLOCKED', wanted: { seatBlock: { blockCode: 'TEAM_ACCESS_REQUIRED' } } },
  ])('tells why: $outcome', async ({ outcome, wanted }) => {
    const sandbox = await createSandbox({ deployment: { outcome, polls: 1 } });
    const { body } = await create(sandbox);
    expect((await poll(sandbox, body.id)).body).toMatchObject(wanted);
  });

  it('goes by time alone where it is told to', async () => {
    let time = 1_800_000_000_000;
    const sandbox = await createSandbox({ now: () => time, deployment: { durationMs: 3000 } });
    const { body } = await create(sandbox);
    const seen: string[] = [];
    for (const wait of [0, 1000, 1000, 1000]) {
      time += wait;
      const reply = await poll(sandbox, body.url);
      seen.push(`${String(reply.body.readyState)} ${String(reply.body.aliasAssigned)}`);
    }
    expect(seen).toEqual(['QUEUED false', 'BUILDING false', 'READY false', 'READY true']);
  });

  it('blocks an author who is no member of the team', async () => {
    const sandbox = await createSandbox({ deployment: { polls: 1 } });
    const { body } = await create(sandbox, { gitMetadata: { commitAuthorEmail: 'who@else.example' } });
    expect((await poll(sandbox, body.id)).body).toMatchObject({
      readyState: 'BLOCKED',
      seatBlock: { blockCode: 'TEAM_ACCESS_REQUIRED' },
      readyStateReason: expect.stringContaining('Git author who@else.example must have access to the team Acme'),
    });
  });

  it.each([
    { errorCode: 'COMMIT_AUTHOR_REQUIRED', seatBlock: { blockCode: 'COMMIT_AUTHOR_REQUIRED', isVerified: true } },
    { errorCode: 'TEAM_ACCESS_REQUIRED', seatBlock: { blockCode: 'TEAM_ACCESS_REQUIRED', isVerified: true } },
    { errorCode: 'APPROVAL_REQUIRED', seatBlock: undefined },
  ])('blocks with $errorCode, until someone approves', async ({ errorCode, seatBlock }) => {
    const plan = { outcome: 'BLOCKED' as const, polls: 1, errorCode, errorMessage: 'Not yet' };
    const sandbox = await createSandbox({ deployment: plan });
    const { body } = await create(sandbox);
    const blocked = (await poll(sandbox, body.id)).body as Record<string, unknown>;
    expect(blocked).toMatchObject({ readyState: 'BLOCKED', readyStateReason: 'Not yet' });
    expect(blocked['seatBlock']).toEqual(seatBlock);
    const list = await api(sandbox, 'GET', '/v7/deployments?teamId=team_acme&state=BLOCKED');
    expect(list.body.deployments[0].seatBlock).toEqual(seatBlock);
    const [deployment] = sandbox.vercel.deployments.slice(-1);
    if (!deployment) throw new Error('nothing was made');
    sandbox.vercel.approve(deployment);
    expect(sandbox.vercel.readyStateOf(deployment)).toBe('QUEUED');
    expect(() => sandbox.vercel.approve(deployment)).toThrow('is QUEUED');
    expect((await poll(sandbox, body.id)).body).toMatchObject({ readyState: 'READY', aliasAssigned: true });
  });

  it.each([
    { deletedAs: 404, code: 'not_found' },
    { deletedAs: 410, code: 'deployment_deleted' },
  ] as const)('refuses to read what was deleted: $deletedAs', async ({ deletedAs, code }) => {
    const sandbox = await createSandbox({ deployment: { outcome: 'DELETED', polls: 2, deletedAs } });
    const { body } = await create(sandbox);
    expect((await poll(sandbox, body.id)).body.readyState).toBe('BUILDING');
    for (let count = 0; count < 2; count += 1) {
      const reply = await poll(sandbox, body.id);
      expect(reply.status).toBe(deletedAs);
      expect(reply.body.error).toEqual({ code, message: `Deployment ${String(body.id)} was deleted` });
    }
    const log = await api(sandbox, 'GET', `/v3/deployments/${String(body.id)}/events?teamId=team_acme`);
    expect(log.status).toBe(deletedAs);
    const list = await api(sandbox, 'GET', '/v7/deployments?teamId=team_acme&state=DELETED');
    expect(list.body.deployments).toMatchObject([{ uid: body.id as string }]);
  });

  it('answers in the short form', async () => {
    const sandbox = await createSandbox({ deployment: { shortForm: true, outcome: 'ERROR', polls: 1 } });
    const { body } = await create(sandbox);
    const id = sandbox.vercel.deployments.at(-1)?.id;
    const start = { id, readyState: 'QUEUED', alias: [], aliasAssigned: false, aliasError: null, target: null };
    expect(body).toEqual(start);
    const failed = { readyState: 'ERROR', errorCode: 'BUILD_FAILED', errorMessage: 'Command "build" exited with 1' };
    expect((await poll(sandbox, id)).body).toEqual({ ...start, ...failed });
  });

  it('says that it waits for other builds', async () => {
    const sandbox = await createSandbox({ deployment: { queued: true } });
    const { body } = await create(sandbox);
    expect(body).toMatchObject({ readyState: 'QUEUED', isInConcurrentBuildsQueue: true });
    expect((await poll(sandbox, body.id)).body).toMatchObject({
      readyState: 'BUILDING',
      isInConcurrentBuildsQueue: false,
    });
  });

  it('keeps production staged without domains', async () => {
    const sandbox = await createSandbox({ deployment: { polls: 1 } });
    const { body } = await create(sandbox, { target: 'production', autoAssignCustomDomains: false });
    expect((await poll(sandbox, body.id)).body).toMatchObject({
      readyState: 'READY',
      readySubstate: 'STAGED',
      aliasAssigned: false,
      alias: [],
    });
  });

  it('plans the next deployments anew', async () => {
    const sandbox = await createSandbox({ deployment: { polls: 1 } });
    const first = await create(sandbox);
    sandbox.vercel.planDeployments({ outcome: 'ERROR' });
    const second = await create(sandbox);
    expect((await poll(sandbox, first.body.id)).body.readyState).toBe('READY');
    expect((await poll(sandbox, second.body.id)).body.readyState).toBe('ERROR');
  });
});
