import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Network } from '../../src/platform/types.ts';
import { productionOf } from './support/production.ts';
import { courseOf, deployTested, smokePaths, smokeScene, type SmokeRun, type SmokeScene } from './support/smoke.ts';

const BAD = { '/': { status: 500, body: 'broken' } };
let scene: SmokeScene;

beforeEach(async () => {
  scene = await smokeScene();
});
afterEach(() => scene.step.remove());

const serving = (): Promise<string> => productionOf(scene);
const deploy = (network?: (network: Network) => Network): Promise<SmokeRun> =>
  deployTested(scene, { ...smokePaths('/ 200 Hello'), ROLLBACK_ON_FAILURE: 'true' }, network ? { network } : {});
/** Something that happens when production is visited for the first time. */
const onVisit =
  (work: () => void) =>
  (network: Network): Network => {
    let done = false;
    return {
      ...network,
      send(request) {
        if (!done && new URL(request.url).host === 'web.vercel.app') {
          done = true;
          work();
        }
        return network.send(request);
      },
    };
  };

describe('production that is tested after the promotion', () => {
  it('stays where it answers as wanted, when the name leads to it', async () => {
    const { status, made, result } = await deploy();
    expect(status).toBe(0);
    expect(courseOf(scene)).toEqual([`visit ${made.url}`, 'promote', 'visit web.vercel.app']);
    expect(result).toMatchObject({
      smoke: { checks: [{ subject: 'deployment' }, { subject: 'production', host: 'web.vercel.app', passed: true }] },
    });
    expect(result['smoke']).not.toHaveProperty('rollback');
  });

  it('is rolled back where it does not', async () => {
    scene.sandbox.vercel.planSite('prj_web', { productionPages: BAD });
    const { status, log, made, result } = await deploy();
    expect(status).toBe(1);
    expect(log).toContain('SMOKE_FAILED: The smoke test of https://web.vercel.app failed: 1 of 1 paths.');
    expect(log).toContain(`Production was rolled back to ${scene.before.id};`);
    expect(await serving()).toBe(scene.before.id);
    expect(courseOf(scene).slice(-1)).toEqual(['rollback']);
    expect(made.id).not.toBe(scene.before.id);
    expect(result).toMatchObject({
      outcome: { status: 'failed', code: 'SMOKE_FAILED', exitStatus: 1 },
      vercel: { deployment: { id: made.id, ending: 'staged' } },
      smoke: {
        checks: [{ passed: true }, { subject: 'production', passed: false }],
        rollback: { outcome: 'done', deploymentId: scene.before.id },
      },
    });
  });

  it('is left alone where someone has changed it meanwhile', async () => {
    scene.sandbox.vercel.planSite('prj_web', { productionPages: BAD });
    let theirs = '';
    const { status, log, result } = await deploy(
      onVisit(() => {
        theirs = scene.sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production' }).id;
      }),
    );
    expect(status).toBe(1);
    expect(log).toContain(`Production serves ${theirs} meanwhile, so nothing was rolled back.`);
    expect(courseOf(scene)).not.toContain('rollback');
    expect(await serving()).toBe(theirs);
    expect(result).toMatchObject({ smoke: { rollback: { outcome: 'superseded' } } });
  });

  it('is told to be live where the rollback is refused', async () => {
    scene.sandbox.vercel.planSite('prj_web', { productionPages: BAD });
    scene.sandbox.misbehave({ match: { method: 'POST', path: /rollback/ }, action: { kind: 'status', status: 403 } });
    const { status, log, made, result } = await deploy();
    expect(status).toBe(1);
    expect(log).toMatch(new RegExp(`SMOKE_FAILED: .*${made.id} may be LIVE: it could NOT be rolled back\\. .*403`));
    expect(await serving()).toBe(made.id);
    expect(result).toMatchObject({ smoke: { rollback: { outcome: 'failed', deploymentId: scene.before.id } } });
  });

  it('is not rolled back where it could not be tested', async () => {
    const cookie = { 'set-cookie': '_vercel_sso_nonce=x; Path=/' };
    scene.sandbox.vercel.planSite('prj_web', { productionPages: { '/': { status: 401, headers: cookie } } });
    const { status, log, made } = await deploy();
    expect(status).toBe(0);
    expect(log).toMatch(/warn Production could not be tested at https:\/\/web\.vercel\.app, and stays as it is\./);
    expect(await serving()).toBe(made.id);
    expect(scene.sandbox.vercel.visits.some(({ tokenShown }) => tokenShown)).toBe(false);
  });

  describe('where an alias was refused', () => {
    const refused = (): Promise<SmokeRun> => {
      const names = { ALIASES_COUNT: '2', ALIASES_0: 'www.bad.example', ALIASES_1: 'www.good.example' };
      return deployTested(scene, { ...smokePaths('/ 200 Hello'), ROLLBACK_ON_FAILURE: 'true', ...names });
    };
    beforeEach(async () => {
      scene.step.remove();
      scene = await smokeScene({ domains: ['good.example'] });
    });

    it('is rolled back all the same, and the refusal is told beside it', async () => {
      scene.sandbox.vercel.planSite('prj_web', { productionPages: BAD });
      const { status, log, result } = await refused();
      expect(status).toBe(1);
      expect(log).toMatch(/^error SMOKE_FAILED: /m);
      expect(log).toMatch(/^warn 1 of 2 aliases could not be assigned\. .* www\.bad\.example: status 403 /m);
      expect(log).not.toContain('ALIAS_FAILED');
      expect(await serving()).toBe(scene.before.id);
      expect(result).toMatchObject({
        outcome: { code: 'SMOKE_FAILED' },
        smoke: { checks: [{ passed: true }, { subject: 'production', passed: false }], rollback: { outcome: 'done' } },
      });
    });

    it('is tested all the same, and the refusal ends the run where that is all', async () => {
      const { status, log, made, result } = await refused();
      expect(status).toBe(1);
      expect(log).toMatch(/^error ALIAS_FAILED: 1 of 2 aliases could not be assigned\./m);
      expect(await serving()).toBe(made.id);
      expect(result).toMatchObject({
        outcome: { code: 'ALIAS_FAILED' },
        vercel: { deployment: { ending: 'live', aliases: expect.arrayContaining(['www.good.example']) } },
        smoke: { checks: [{ subject: 'deployment' }, { subject: 'production', passed: true }] },
      });
    });
  });

  it('is left as it is without ROLLBACK_ON_FAILURE: nobody asks for it', async () => {
    scene.sandbox.vercel.planSite('prj_web', { productionPages: BAD });
    const { status, made } = await deployTested(scene, smokePaths('/ 200 Hello'));
    expect([status, await serving()]).toEqual([0, made.id]);
    expect(courseOf(scene)).toEqual([`visit ${made.url}`, 'promote']);
  });
});
