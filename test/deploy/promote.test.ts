import { describe, expect, it } from '@jest/globals';
import { readProduction } from '../../src/deploy/production.ts';
import { promoteDeployment, rollBackTo } from '../../src/deploy/promote.ts';
import type { PipeError } from '../../src/errors.ts';
import { moveScene, PROJECT, type MoveScene } from './support/move.ts';
import { failureOf } from './support/scripted-api.ts';

const NEVER = new AbortController().signal;
const promote = ({ deps }: MoveScene, deployment: { readonly id: string }): ReturnType<typeof promoteDeployment> =>
  promoteDeployment({ projectId: PROJECT, deployment }, deps, NEVER);
const rollBack = ({ deps }: MoveScene, { id }: { readonly id: string }): ReturnType<typeof rollBackTo> =>
  rollBackTo({ projectId: PROJECT, deploymentId: id }, deps, NEVER);
const current = async ({ deps }: MoveScene): Promise<string | undefined> =>
  (await readProduction(PROJECT, deps, NEVER)).deploymentId;

describe('promoting what is staged', () => {
  it('asks once, and follows it to the end', async () => {
    const scene = await moveScene();
    expect(await promote(scene, scene.staged)).toEqual({ ending: 'live', already: false });
    expect(await current(scene)).toBe(scene.staged.id);
    expect(scene.writes()).toEqual([`POST /v10/projects/prj_web/promote/${scene.staged.id} 201`]);
    // Before it, and while it goes on.
    expect(scene.platform.clock.slept).toEqual([1000]);
  });

  it('is content where production serves it already', async () => {
    const scene = await moveScene();
    expect(await promote(scene, scene.current)).toEqual({ ending: 'live', already: true });
    expect(scene.writes()).toEqual([`POST /v10/projects/prj_web/promote/${scene.current.id} 409`]);
    expect(scene.platform.log.text()).toContain(`info Production serves ${scene.current.id} already: nothing was`);
  });

  it('ends the hold that a rollback has on domains', async () => {
    const scene = await moveScene();
    await rollBack(scene, scene.older);
    await promote(scene, scene.staged);
    const next = scene.sandbox.vercel.plantDeployment({ projectId: PROJECT, target: 'production', createdAt: 9e12 });
    expect(await current(scene)).toBe(next.id);
  });

  it.each([
    { action: { kind: 'after-then-reset' } as const, name: 'reset' },
    { action: { kind: 'after-then-status', status: 502 } as const, name: '502' },
    { action: { kind: 'after-then-status', status: 408 } as const, name: '408' },
  ])('asks no second time where the answer was lost to a $name', async ({ action }) => {
    const scene = await moveScene();
    scene.sandbox.misbehave({ match: { method: 'POST', path: /promote/ }, action });
    expect(await promote(scene, scene.staged)).toEqual({ ending: 'live', already: false });
    expect(scene.writes()).toHaveLength(1);
    expect(scene.platform.log.text()).toContain('info The promote has begun, only the answer was lost: going on');
  });

  it('asks again where the project shows that nothing has begun, three times at most', async () => {
    const scene = await moveScene();
    scene.sandbox.misbehave({ match: { method: 'POST', path: /promote/ }, action: { kind: 'reset' }, times: 2 });
    expect(await promote(scene, scene.staged)).toMatchObject({ ending: 'live' });
    expect(scene.writes()).toHaveLength(3);

    const dead = await moveScene();
    dead.sandbox.misbehave({ match: { method: 'POST', path: /promote/ }, action: { kind: 'reset' }, times: 9 });
    const failure = (await failureOf(promote(dead, dead.staged))) as PipeError;
    expect(failure).toMatchObject({ code: 'NETWORK', message: expect.stringContaining(`promote ${dead.staged.id}`) });
    expect(failure.fix).toMatch(/^Production may have moved: look at the project/);
    expect(dead.writes()).toHaveLength(3);
  });

  it('does not ask again where the project cannot be looked at', async () => {
    const scene = await moveScene();
    scene.sandbox.misbehave({ match: { method: 'POST', path: /promote/ }, action: { kind: 'after-then-reset' } });
    const { api } = scene.deps;
    let looks = 0;
    const blind = {
      ...api,
      readProject: (id: string, signal: AbortSignal) => {
        looks += 1;
        if (looks > 1)
          scene.sandbox.misbehave({
            match: { path: /projects.prj_web$/ },
            action: { kind: 'status', status: 503 },
            times: 4,
          });
        return api.readProject(id, signal);
      },
    };
    const failure = await failureOf(promote({ ...scene, deps: { ...scene.deps, api: blind } }, scene.staged));
    expect(failure).toMatchObject({
      code: 'SERVICE_FAILED',
      message: expect.stringContaining("what serves the project's"),
    });
    expect(scene.writes()).toHaveLength(1);
  });

  it('says what Vercel refuses', async () => {
    const scene = await moveScene();
    const preview = scene.sandbox.vercel.plantDeployment({ projectId: PROJECT });
    expect(await failureOf(promote(scene, preview))).toMatchObject({
      code: 'REQUEST_REJECTED',
      got: expect.stringContaining('is none of production'),
    });
  });
});

describe('a job that ends otherwise', () => {
  it('names the domains that stayed', async () => {
    const scene = await moveScene();
    scene.sandbox.vercel.planAliasRequests(PROJECT, 'failed');
    for (const [move, deployment] of [
      [promote, scene.staged],
      [rollBack, scene.older],
    ] as const) {
      const failure = (await failureOf(move(scene, deployment))) as PipeError;
      expect(failure).toMatchObject({ code: 'DOMAINS_NOT_ASSIGNED', exitStatus: 1 });
      expect(failure.faults).toEqual([
        'https://web.vercel.app stays where it was',
        'https://web-acme.vercel.app stays where it was',
      ]);
    }
    expect(await current(scene)).toBe(scene.current.id);
  });

  it('fails without the names where Vercel does not tell them', async () => {
    const scene = await moveScene();
    scene.sandbox.vercel.planAliasRequests(PROJECT, 'failed');
    scene.sandbox.misbehave({ match: { path: /promote.aliases/ }, action: { kind: 'reset' }, times: 9 });
    expect(await failureOf(promote(scene, scene.staged))).toMatchObject({ code: 'DOMAINS_NOT_ASSIGNED', faults: [] });
  });

  it('was skipped', async () => {
    const scene = await moveScene();
    scene.sandbox.vercel.planAliasRequests(PROJECT, 'skipped');
    expect(await failureOf(rollBack(scene, scene.older))).toMatchObject({
      code: 'DOMAINS_NOT_ASSIGNED',
      got: 'rollback: skipped',
    });
  });

  it('is waited for until the run is over, and Vercel goes on', async () => {
    const scene = await moveScene();
    scene.sandbox.vercel.planAliasRequests(PROJECT, 'stuck');
    const stop = new AbortController();
    const clock = {
      ...scene.deps.clock,
      sleep: async (ms: number, signal?: AbortSignal) => {
        await scene.deps.clock.sleep(ms, signal);
        if (scene.platform.clock.slept.length > 60) stop.abort(new Error('stopped'));
      },
    };
    const work = promoteDeployment(
      { projectId: PROJECT, deployment: scene.staged },
      { ...scene.deps, clock },
      stop.signal,
    );
    await expect(work).rejects.toThrow('stopped');
    expect(scene.platform.log.text()).toContain('was asked for, and Vercel goes on with it by itself');
    expect(new Set(scene.platform.clock.slept)).toEqual(new Set([1000, 3000, 10_000]));
  });
});
