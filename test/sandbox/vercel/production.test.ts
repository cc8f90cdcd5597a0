import { describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { api, create, type Answer } from '../support/client.ts';

const TEAM = 'teamId=team_acme';

/** A sandbox whose project had the production deployments `first` and then `second`. */
async function withHistory(): Promise<{ sandbox: Sandbox; first: string; second: string }> {
  let time = 1_800_000_000_000;
  const sandbox = await createSandbox({ deployment: { polls: 1 }, now: () => (time += 1000) });
  const first = sandbox.vercel.deployments[0]?.id ?? '';
  return { sandbox, first, second: await deploy(sandbox) };
}

async function deploy(sandbox: Sandbox, more: object = {}): Promise<string> {
  const { id } = (await create(sandbox, { target: 'production', ...more })).body as { id: string };
  await read(sandbox, id);
  return id;
}

async function read(sandbox: Sandbox, id: string): Promise<Record<string, unknown>> {
  return (await api(sandbox, 'GET', `/v13/deployments/${id}?${TEAM}`)).body as Record<string, unknown>;
}

function project(sandbox: Sandbox): Promise<Answer> {
  return api(sandbox, 'GET', `/v9/projects/prj_web?${TEAM}`);
}

function promote(sandbox: Sandbox, id: string, json: unknown = {}): Promise<Answer> {
  return api(sandbox, 'POST', `/v10/projects/prj_web/promote/${id}?${TEAM}`, { json });
}

async function release(sandbox: Sandbox, query = ''): Promise<Record<string, unknown> | null> {
  const { body } = await api(sandbox, 'GET', `/v1/projects/prj_web/rolling-release?${TEAM}${query}`);
  return (body as { rollingRelease: Record<string, unknown> | null }).rollingRelease;
}

const LIVE = { readyState: 'READY', readySubstate: 'PROMOTED', aliasAssigned: true };
const STAGED = { readyState: 'READY', readySubstate: 'STAGED', aliasAssigned: false, alias: [] };

describe('production', () => {
  it('is the newest deployment that is live', async () => {
    const { sandbox, second } = await withHistory();
    expect((await project(sandbox)).body.targets.production).toMatchObject({ id: second, readySubstate: 'PROMOTED' });
    await deploy(sandbox, { autoAssignCustomDomains: false });
    sandbox.vercel.planDeployments({ outcome: 'ALIAS_ERROR' });
    await deploy(sandbox);
    sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production', createdAt: 1 });
    const { body } = await project(sandbox);
    expect(body.targets.production.id).toBe(second);
    expect(body).toMatchObject({ rollingRelease: null });
    expect(body.lastAliasRequest).toBeUndefined();
  });

  it('never is a preview, which has its name all the same', async () => {
    const { sandbox, second } = await withHistory();
    const id = await deploy(sandbox, { target: undefined });
    expect(await read(sandbox, id)).toMatchObject({ readySubstate: 'STAGED', aliasAssigned: true });
    expect((await project(sandbox)).body.targets.production.id).toBe(second);
  });
});

describe('a rollback', () => {
  it('holds back the domains of what comes after, until one is promoted', async () => {
    const { sandbox, first, second } = await withHistory();
    sandbox.vercel.rollBack('prj_web', first);
    expect((await project(sandbox)).body).toMatchObject({
      targets: { production: { id: first } },
      lastAliasRequest: {
        jobStatus: 'succeeded',
        type: 'rollback',
        fromDeploymentId: second,
        toDeploymentId: first,
        requestedAt: expect.any(Number),
      },
    });
    const third = await deploy(sandbox);
    expect(await read(sandbox, third)).toMatchObject(STAGED);
    const types = sandbox.vercel.deployments.at(-1)?.events.map(({ type }) => type);
    expect(types).not.toContain('alias-assigned');
    const asked = await promote(sandbox, third);
    expect(asked.status).toBe(201);
    const seen = [];
    for (let count = 0; count < 3; count += 1) {
      const { body } = await project(sandbox);
      seen.push([body.lastAliasRequest.type, body.lastAliasRequest.jobStatus, body.targets.production.id]);
    }
    expect(seen).toEqual([
      ['promote', 'in-progress', first],
      ['promote', 'succeeded', third],
      ['promote', 'succeeded', third],
    ]);
    expect(await read(sandbox, third)).toMatchObject(LIVE);
    const fourth = await deploy(sandbox);
    expect(await read(sandbox, fourth)).toMatchObject(LIVE);
    expect((await project(sandbox)).body.targets.production.id).toBe(fourth);
  });

  it('goes only to what was production once', async () => {
    const { sandbox } = await withHistory();
    const staged = await deploy(sandbox, { autoAssignCustomDomains: false });
    expect(() => sandbox.vercel.rollBack('prj_web', staged)).toThrow(`${staged}: it never was its production`);
    expect(() => sandbox.vercel.rollBack('prj_x', staged)).toThrow('no project prj_x');
  });
});

describe('promote', () => {
  it.each<{ name: string; of: (sandbox: Sandbox, second: string) => Promise<string>; status: number; text: string }>([
    { name: 'what is unknown', of: () => Promise.resolve('dpl_x'), status: 404, text: 'has no deployment dpl_x' },
    {
      name: 'a preview',
      of: (sandbox) => deploy(sandbox, { target: undefined }),
      status: 400,
      text: 'is none of production',
    },
    {
      name: 'what is not built',
      of: async (sandbox) => (await create(sandbox, { target: 'production' })).body.id as string,
      status: 400,
      text: 'is not READY',
    },
    {
      name: 'what is production',
      of: (_sandbox, second) => Promise.resolve(second),
      status: 409,
      text: "is the project's production already",
    },
  ])('refuses $name', async ({ of, status, text }) => {
    const { sandbox, second } = await withHistory();
    const reply = await promote(sandbox, await of(sandbox, second));
    expect(reply.status).toBe(status);
    expect(reply.body.error.message).toContain(text);
  });

  it('takes an empty body, and no other', async () => {
    const { sandbox, first } = await withHistory();
    const refused = await promote(sandbox, first, { a: 1 });
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toContain('additional property `a`');
    expect((await promote(sandbox, first, undefined)).status).toBe(201);
  });
});

describe('a rolling release', () => {
  it('takes the first deployment, and lets the next one wait', async () => {
    const { sandbox, second } = await withHistory();
    expect(await release(sandbox)).toBeNull();
    sandbox.vercel.startRollingRelease('prj_web');
    expect(await release(sandbox)).toBeNull();
    const canary = await deploy(sandbox);
    const waiting = await deploy(sandbox);
    expect(await read(sandbox, canary)).toMatchObject({ readySubstate: 'ROLLING', aliasAssigned: false });
    expect(await read(sandbox, waiting)).toMatchObject(STAGED);
    expect((await project(sandbox)).body.targets.production.id).toBe(second);
    expect(await release(sandbox)).toMatchObject({
      state: 'ACTIVE',
      currentDeployment: { id: second },
      canaryDeployment: { id: canary },
      queuedDeploymentId: waiting,
      activeStage: { index: 0, targetPercentage: 10 },
    });
    expect(await release(sandbox, '&state=COMPLETE')).toBeNull();
    expect((await promote(sandbox, waiting)).status).toBe(202);
    sandbox.vercel.completeRollingRelease('prj_web');
    expect(await read(sandbox, canary)).toMatchObject(LIVE);
    expect(await read(sandbox, waiting)).toMatchObject({ readySubstate: 'ROLLING' });
    expect(await release(sandbox)).toMatchObject({ canaryDeployment: { id: waiting }, queuedDeploymentId: null });
    sandbox.vercel.completeRollingRelease('prj_web');
    expect(await release(sandbox)).toMatchObject({ state: 'COMPLETE', activeStage: null });
    expect((await project(sandbox)).body.targets.production.id).toBe(waiting);
    expect(() => sandbox.vercel.completeRollingRelease('prj_web')).toThrow('no rolling release of prj_web');
  });

  it.each([
    { shown: false, wanted: undefined },
    { shown: true, wanted: 'ACTIVE' },
  ])("shows in the project's reply as told: $shown", async ({ shown, wanted }) => {
    const { sandbox } = await withHistory();
    sandbox.vercel.startRollingRelease('prj_web', { shown });
    await deploy(sandbox);
    const { rollingRelease } = (await project(sandbox)).body as { rollingRelease: Record<string, unknown> };
    expect(rollingRelease).toMatchObject({ target: 'production', stages: [{ targetPercentage: 10 }, {}] });
    expect(rollingRelease['state']).toBe(wanted);
  });

  it('is refused for a state that is none', async () => {
    const { sandbox } = await withHistory();
    const reply = await api(sandbox, 'GET', `/v1/projects/prj_web/rolling-release?${TEAM}&state=OPEN`);
    expect(reply.status).toBe(400);
    expect(reply.body.error.message).toContain('state should be ACTIVE, COMPLETE, ABORTED, got "OPEN"');
  });
});
