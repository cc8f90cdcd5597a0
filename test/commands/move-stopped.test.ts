import { afterEach, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import type { Network } from '../../src/platform/types.ts';
import type { RunOptions } from '../support/step.ts';
import { move, productionOf, productionScene } from './support/production.ts';
import { deployTested, smokePaths, smokeScene } from './support/smoke.ts';

const STOPPED = new PipeError({ code: 'TERMINATED', message: 'The run was stopped.' });
let remove = (): void => undefined;
afterEach(() => remove());

interface Stopping extends Pick<RunOptions, 'stop' | 'network'> {
  /** Vercel has done what it was asked for. */
  readonly done: () => Promise<void>;
}

/** Vercel takes the request, and the run is stopped before the answer comes. */
function stopAt(path: RegExp): Stopping {
  const stop = new AbortController();
  let late: Promise<unknown> = Promise.resolve();
  const network = (plain: Network): Network => ({
    ...plain,
    send(request) {
      if (request.method !== 'POST' || !path.test(request.url)) return plain.send(request);
      const { signal, ...unstopped } = request;
      late = plain.send(unstopped);
      setTimeout(() => stop.abort(STOPPED), 10);
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(STOPPED));
      });
    },
  });
  const done = async (): Promise<void> => {
    await late;
  };
  return { stop: stop.signal, network, done };
}

/** Looks until it has moved, a few times at most: each look lets the sandbox go on. */
async function settle(scene: Parameters<typeof productionOf>[0], wanted: string): Promise<string> {
  for (let look = 0; look < 9; look += 1) if ((await productionOf(scene)) === wanted) return wanted;
  return productionOf(scene);
}

it('a promotion that is stopped before its answer is told to go on, perhaps', async () => {
  const scene = await productionScene();
  remove = () => scene.step.remove();
  const { done, ...stopping } = stopAt(/\/promote\//);
  const { status, log, result } = await move(scene, 'promote', scene.staged.id, stopping);
  await done();
  expect(status).toBe(143);
  expect(log).toContain(`warn The promote to ${scene.staged.id} was asked for without an answer: Vercel may go on`);
  expect(result).toMatchObject({ outcome: { status: 'interrupted' } });
  expect(await settle(scene, scene.staged.id)).toBe(scene.staged.id);
});

it('what a deploy was promoting when it was stopped is not recorded as staged', async () => {
  const scene = await smokeScene();
  remove = () => scene.step.remove();
  const { done, ...stopping } = stopAt(/\/promote\//);
  const { status, log, made, result } = await deployTested(scene, smokePaths('/ 200 Hello'), stopping);
  await done();
  expect(status).toBe(143);
  expect(log).toContain(`warn The promote to ${made.id} was asked for without an answer`);
  const { vercel } = result as { vercel: { deployment: object; upload: object } };
  expect(vercel).toMatchObject({ deployment: { id: made.id }, upload: { form: 'files' } });
  expect(vercel.deployment).not.toHaveProperty('ending');
  expect(await settle(scene, made.id)).toBe(made.id);
});

it('what a deploy was taking back when it was stopped is not recorded as live', async () => {
  const scene = await smokeScene();
  remove = () => scene.step.remove();
  scene.sandbox.vercel.planSite('prj_web', { productionPages: { '/': { status: 500 } } });
  const { done, ...stopping } = stopAt(/\/rollback\//);
  const asked = { ...smokePaths('/ 200 Hello'), ROLLBACK_ON_FAILURE: 'true' };
  const { status, log, made, result } = await deployTested(scene, asked, stopping);
  await done();
  expect(status).toBe(143);
  expect(log).toContain(`warn The rollback to ${scene.before.id} was asked for without an answer`);
  expect(result).toMatchObject({
    vercel: { deployment: { id: made.id } },
    smoke: { rollback: { outcome: 'failed', deploymentId: scene.before.id } },
  });
  expect((result as { vercel: { deployment: object } }).vercel.deployment).not.toHaveProperty('ending');
  expect(await settle(scene, scene.before.id)).toBe(scene.before.id);
});

it('a promotion that Vercel refuses leaves the deployment staged, and recorded so', async () => {
  const scene = await smokeScene();
  remove = () => scene.step.remove();
  scene.sandbox.misbehave({ match: { method: 'POST', path: /promote/ }, action: { kind: 'status', status: 403 } });
  const { status, result } = await deployTested(scene, smokePaths('/ 200 Hello'));
  expect(status).toBe(5);
  expect(result).toMatchObject({ vercel: { deployment: { ending: 'staged' } } });
});
