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
    { name: 'to CANCELED', plan: { outcome: 'CANCELED', polls: 1 }, states: ['QUEUED', 'CANCELED'] },
    { name: 'to DELETED', plan: { outcome: 'DELETED', polls: 1 }, states: ['QUEUED', 'DELETED'] },
    {
      name: 'to READY without alias',
      plan: { outcome: 'ALIAS_ERROR', polls: 1 },
      states: ['QUEUED', 'READY', 'READY'],
    },
    { name: 'nowhere', plan: { outcome: 'STUCK' }, states: ['QUEUED', 'QUEUED', 'QUEUED', 'BUILDING', 'BUILDING'] },
  ])('goes $name', async ({ plan, states }) => {
    expect(await statesOf(plan, states.length - 1)).toEqual(states);
  });

  it.each<{ outcome: Outcome; wanted: object }>([
    { outcome: 'READY', wanted: { readySubstate: 'PROMOTED', aliasError: null, alias: [expect.any(String)] } },
    {
      outcome: 'ERROR',
      wanted: { errorCode: 'BUILD_FAILED', errorMessage: 'Command "build" exited with 1', alias: [] },
    },
    { outcome: 'ALIAS_ERROR', wanted: { aliasError: { code: 'cert_missing' }, alias: [] } },
    { outcome: 'CHECKS_FAILED', wanted: { checks: { 'deployment-alias': { state: 'failed' } }, aliasAssigned: false } },
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
