import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readTrust, verifyRecord } from '../../src/record/index.ts';
import { runStep } from '../support/step.ts';
import { productionOf } from './support/production.ts';
import { courseOf, deployTested, smokePaths, smokeScene, type SmokeScene } from './support/smoke.ts';

const PREVIEW = { TARGET: 'preview' };
const WELCOME = smokePaths('/ 200 Hello from web');
const BROKEN = smokePaths('/ 200 Goodbye', '/ 200');
let scene: SmokeScene;

beforeEach(async () => {
  scene = await smokeScene();
});
afterEach(() => scene.step.remove());

const serving = (): Promise<string> => productionOf(scene);
const alias = { ALIASES_COUNT: '1', ALIASES_0: 'next.acme.example' };

describe('a preview', () => {
  it('is good when it answers as wanted, and gets its aliases only then', async () => {
    const { status, log, made, result } = await deployTested(scene, { ...PREVIEW, ...WELCOME, ...alias });
    expect(status).toBe(0);
    expect(courseOf(scene)).toEqual([`visit ${made.url}`, 'aliases']);
    expect(log).toContain('info Test:    1 path of it must answer as wanted, before it is called good');
    expect(log).toMatch(new RegExp(`^done smoke 1 path of https://${made.url} as wanted$`, 'm'));
    expect(made.autoAssignCustomDomains).toBe(true);
    expect(result).toMatchObject({
      outcome: { status: 'deployed', exitStatus: 0 },
      vercel: { deployment: { ending: 'live', aliases: expect.arrayContaining(['next.acme.example']) } },
      smoke: {
        checks: [
          {
            ...{ subject: 'deployment', host: made.url, passed: true },
            paths: [{ path: '/', wantedStatus: 200, wantedText: 'Hello from web', ok: true, status: 200 }],
          },
        ],
      },
    });
    expect(scene.sandbox.vercel.visits).toMatchObject([{ tokenShown: false }]);
  });

  it('fails when it does not, with each path that did not, and the record holds', async () => {
    const { status, log, made, result } = await deployTested(scene, { ...PREVIEW, ...BROKEN, ...alias });
    expect(status).toBe(1);
    expect(log).toContain(
      `error SMOKE_FAILED: The smoke test of https://${made.url} failed: 1 of 2 paths. ${made.id} stays as it is, and counts as failed.`,
    );
    expect(log).toMatch(/- \/: got 200 without the text, wanted 200 with "Goodbye" \(0\.\d s\)/);
    expect(courseOf(scene)).toEqual([`visit ${made.url}`, `visit ${made.url}`]);
    expect(result).toMatchObject({
      outcome: { status: 'failed', exitStatus: 1, code: 'SMOKE_FAILED' },
      smoke: { checks: [{ passed: false, paths: [{ ok: false, textFound: false }, { ok: true }] }] },
    });
    const trust = readTrust({ publicKey: scene.step.clone.publicKeyPem });
    const text = scene.step.readOne('.result.sigstore.json');
    expect(() => verifyRecord(text, trust, { allowSandbox: false, now: 0 })).not.toThrow();
  });

  it('is given the time to warm up', async () => {
    scene.sandbox.vercel.planSite('prj_web', { warmUp: 2 });
    const { status, result } = await deployTested(scene, { TARGET: 'qa', ...WELCOME });
    expect(status).toBe(0);
    expect(result).toMatchObject({ smoke: { checks: [{ paths: [{ attempts: 3, ok: true }] }] } });
  });

  it('that is protected is not shown the token that opens the exchange', async () => {
    scene.sandbox.vercel.planSite('prj_web', { protection: {} });
    const { status, log, result } = await deployTested(scene, { ...PREVIEW, ...WELCOME });
    expect(status).toBe(1);
    expect(log).toMatch(/^error SMOKE_PROTECTED: The deployment is protected .*must not be shown to it/m);
    expect(log).toContain("oidc: { audiences: ['urn:vercel-oidc-deploy:smoke'] }");
    expect(scene.sandbox.vercel.visits).toMatchObject([{ tokenShown: false, stopped: true }]);
    expect(result).toMatchObject({
      outcome: { code: 'SMOKE_PROTECTED' },
      smoke: { checks: [{ passed: false, paths: [{ protected: true, status: 302 }] }] },
    });
  });
});

describe('production', () => {
  it('is staged, tested at its own address, and then promoted', async () => {
    const { status, log, made, result } = await deployTested(scene, { ...WELCOME, ...alias });
    expect(status).toBe(0);
    expect(made.body).toMatchObject({ target: 'production', autoAssignCustomDomains: false });
    expect(courseOf(scene)).toEqual([`visit ${made.url}`, 'promote', 'aliases']);
    expect(await serving()).toBe(made.id);
    expect(log).toMatch(new RegExp(`^done promote ${made.id} is in production$`, 'm'));
    expect(log).not.toContain('To put it into production');
    expect(log).toContain('info Test:    1 path of it must answer as wanted, before production moves to it');
    expect(log).toMatch(/Deployed and live/);
    expect(result).toMatchObject({
      vercel: {
        deployment: {
          ...{ ending: 'live', readySubstate: 'PROMOTED', aliasAssigned: true },
          aliases: ['web.vercel.app', 'web-acme.vercel.app', 'next.acme.example'],
        },
      },
    });
  });

  it('stays as it is where the test fails', async () => {
    const { status, log, made, result } = await deployTested(scene, BROKEN);
    expect(status).toBe(1);
    expect(log).toContain(`Production is unchanged: ${made.id} was not promoted.`);
    expect(log).toContain(`COMMAND: promote, DEPLOYMENT: ${made.id}.`);
    expect(courseOf(scene)).not.toContain('promote');
    expect(await serving()).toBe(scene.before.id);
    expect(result).toMatchObject({ vercel: { deployment: { ending: 'staged', aliasAssigned: false } } });
  });

  it('stays staged where that was asked for', async () => {
    const { status, log } = await deployTested(scene, { ...WELCOME, AUTO_ASSIGN_DOMAINS: 'false' });
    expect(status).toBe(0);
    expect(log).toContain('To put it into production');
    expect(courseOf(scene)).not.toContain('promote');
    expect(await serving()).toBe(scene.before.id);
    const failed = await deployTested(scene, { ...BROKEN, AUTO_ASSIGN_DOMAINS: 'false', FORCE: 'true' });
    expect(failed.log).toContain(`${failed.made.id} is staged, as asked: no domain points at it.`);
  });

  it('of a project that has none yet is live before its test, which is told', async () => {
    const first = { VERCEL_PROJECT_ID: 'prj_new' };
    const { status, log, made } = await deployTested(scene, { ...first, ...BROKEN });
    expect(status).toBe(1);
    expect(made.body).not.toHaveProperty('autoAssignCustomDomains');
    expect(log).toContain(`${made.id} is LIVE: the project had no production before it.`);
  });

  it('that was rolled back gets the new deployment all the same', async () => {
    scene.sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production' });
    scene.sandbox.vercel.rollBack('prj_web', scene.before.id);
    const { status, log, made } = await deployTested(scene, WELCOME);
    expect([status, await serving()]).toEqual([0, made.id]);
    expect(log).not.toContain('was rolled back, so Vercel will not move');
  });

  it('gets what Vercel has already, where that is tested and not what is served', async () => {
    scene.step.remove();
    scene = await smokeScene({ deduplicate: true });
    const { made } = await deployTested(scene, BROKEN);
    const second = await deployTested(scene, WELCOME);
    expect([second.status, second.made.id, await serving()]).toEqual([0, made.id, made.id]);
    expect(second.log).toContain('Vercel made nothing new');
  });

  it('that moves by stages is being rolled out after the test', async () => {
    scene.sandbox.vercel.startRollingRelease('prj_web');
    const { status, log, result } = await deployTested(scene, { ...WELCOME, ROLLBACK_ON_FAILURE: 'true' });
    expect(status).toBe(0);
    expect(log).toContain('Production is not tested: the rolling release shows it to a part of the visitors only.');
    expect(result).toMatchObject({ vercel: { deployment: { ending: 'rolling' } } });
  });
});

it('is a conflict with WAIT: false', async () => {
  const { status, log } = await runStep(scene.sandbox, scene.step, { environment: { ...WELCOME, WAIT: 'false' } });
  expect(status).toBe(2);
  expect(log).toContain('SMOKE_PATHS: given, but WAIT is "false", and a test needs a deployment that is ready.');
});
