import { describe, expect, it } from '@jest/globals';
import { readProduction } from '../../src/deploy/production.ts';
import { promoteDeployment, rollBackTo } from '../../src/deploy/promote.ts';
import { moveScene, PROJECT, type MoveScene } from './support/move.ts';

const NEVER = new AbortController().signal;
const promote = ({ deps }: MoveScene, deployment: { readonly id: string }): ReturnType<typeof promoteDeployment> =>
  promoteDeployment({ projectId: PROJECT, deployment }, deps, NEVER);
const rollBack = ({ deps }: MoveScene, { id }: { readonly id: string }): ReturnType<typeof rollBackTo> =>
  rollBackTo({ projectId: PROJECT, deploymentId: id }, deps, NEVER);
const current = async ({ deps }: MoveScene): Promise<string | undefined> =>
  (await readProduction(PROJECT, deps, NEVER)).deploymentId;

describe('a rolling release', () => {
  it('begins with what is promoted', async () => {
    const scene = await moveScene();
    scene.sandbox.vercel.startRollingRelease(PROJECT);
    expect(await promote(scene, scene.staged)).toEqual({ ending: 'rolling', already: false });
    expect(scene.platform.log.text()).toContain(`traffic moves to ${scene.staged.id} by stages`);
    expect(await readProduction(PROJECT, scene.deps, NEVER)).toMatchObject({
      deploymentId: scene.current.id,
      rolling: 'active',
      canaryId: scene.staged.id,
    });
  });

  it('lets it wait behind another', async () => {
    const scene = await moveScene();
    scene.sandbox.vercel.startRollingRelease(PROJECT);
    scene.sandbox.vercel.plantDeployment({ projectId: PROJECT, target: 'production' });
    expect(await promote(scene, scene.staged)).toEqual({ ending: 'rolling', already: false });
    expect(scene.platform.log.text()).toContain(`another one is active, and ${scene.staged.id} begins when`);
    expect(scene.writes()[0]).toMatch(/ 202$/);
  });

  it('is believed to let it wait where nothing else is told of it', async () => {
    const scene = await moveScene();
    scene.sandbox.vercel.startRollingRelease(PROJECT);
    scene.sandbox.vercel.plantDeployment({ projectId: PROJECT, target: 'production' });
    const silent = { match: { path: /rolling-release/ }, action: { kind: 'status', status: 403 }, times: 99 } as const;
    scene.sandbox.misbehave(silent);
    expect(await promote(scene, scene.staged)).toEqual({ ending: 'rolling', already: false });
  });

  it('gives way to a rollback', async () => {
    const scene = await moveScene();
    scene.sandbox.vercel.startRollingRelease(PROJECT);
    await promote(scene, scene.staged);
    expect(await rollBack(scene, scene.older)).toEqual({ ending: 'live', already: false });
    expect(await readProduction(PROJECT, scene.deps, NEVER)).toMatchObject({
      deploymentId: scene.older.id,
      rolling: 'configured',
    });
  });
});

describe('rolling back', () => {
  it('points production at what it was, and holds back what comes after', async () => {
    const scene = await moveScene();
    expect(await rollBack(scene, scene.older)).toEqual({ ending: 'live', already: false });
    expect(await current(scene)).toBe(scene.older.id);
    scene.sandbox.vercel.plantDeployment({ projectId: PROJECT, target: 'production', createdAt: 9e12 });
    expect(await current(scene)).toBe(scene.older.id);
    expect(scene.writes()).toEqual([`POST /v1/projects/prj_web/rollback/${scene.older.id} 201`]);
  });
});
