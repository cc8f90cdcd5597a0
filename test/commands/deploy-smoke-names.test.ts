import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { productionOf } from './support/production.ts';
import { courseOf, deployTested, smokePaths, smokeScene, type SmokeRun, type SmokeScene } from './support/smoke.ts';

const [APEX, WWW] = ['example.com', 'www.example.com'];
const PAGES = { '/': { status: 200, body: 'Hello' }, '/old': { status: 308, headers: { location: '/new' } } };
let scene: SmokeScene;

beforeEach(() => begin([APEX, WWW]));
afterEach(() => scene.step.remove());

/** A project whose production has these domains; the first leads to the second. */
async function begin(domains: readonly string[]): Promise<void> {
  scene = await smokeScene({ projects: [{ id: 'prj_web', name: 'web', domains }] });
  scene.sandbox.vercel.planSite('prj_web', { pages: PAGES, redirects: { [APEX]: WWW } });
}
const deploy = (...paths: readonly string[]): Promise<SmokeRun> =>
  deployTested(scene, { ...smokePaths(...paths), ROLLBACK_ON_FAILURE: 'true' });

describe('production whose domain only leads to another', () => {
  it('is tested where that leads to, and stays', async () => {
    const { status, log, made, result } = await deploy('/ 200 Hello');
    expect(status).toBe(0);
    expect(await productionOf(scene)).toBe(made.id);
    expect(courseOf(scene)).toEqual([`visit ${made.url}`, 'promote', `visit ${APEX}`, `visit ${WWW}`]);
    expect(log).toContain(`info https://${APEX} leads to https://${WWW}, which is tested in its place.`);
    expect(log).toMatch(new RegExp(`^done smoke 1 path of https://${WWW} as wanted$`, 'm'));
    expect(result).toMatchObject({
      smoke: { checks: [{ subject: 'deployment' }, { subject: 'production', host: WWW, passed: true }] },
    });
  });

  it('may be wanted to answer with a redirect', async () => {
    const { status, result } = await deploy('/ 200 Hello', '/old 308');
    expect(status).toBe(0);
    expect(result).toMatchObject({
      smoke: {
        checks: [
          { subject: 'deployment' },
          { subject: 'production', host: WWW, paths: [{ path: '/' }] },
          { subject: 'production', host: APEX, paths: [{ path: '/old', status: 308 }] },
        ],
      },
    });
  });

  it('is rolled back where the other one fails', async () => {
    scene.sandbox.vercel.planSite('prj_web', { productionPages: { '/': { status: 500 } } });
    const { status, log, result } = await deploy('/ 200 Hello');
    expect(status).toBe(1);
    expect(log).toMatch(/SMOKE_FAILED: The smoke test of https:\/\/example\.com failed: 1 of 1 paths\./);
    expect(log).toMatch(/- \/ at https:\/\/www\.example\.com: got 500 without the text, wanted 200 with "Hello"/);
    expect(await productionOf(scene)).toBe(scene.before.id);
    expect(result).toMatchObject({
      smoke: { checks: [{ passed: true }, { host: WWW, passed: false }], rollback: { outcome: 'done' } },
    });
  });

  it.each([
    ['a host that is not its own', { [APEX]: 'www.example.org' }],
    ['each other', { [APEX]: WWW, [WWW]: APEX }],
  ])('is rolled back where it leads to %s', async (_, redirects) => {
    scene.sandbox.vercel.planSite('prj_web', { redirects });
    const { status, log } = await deploy('/ 200 Hello');
    expect(status).toBe(1);
    expect(log).toMatch(/^error SMOKE_FAILED: [^]*: got 308 without the text, wanted 200/m);
    expect(await productionOf(scene)).toBe(scene.before.id);
  });

  it('is rolled back where its own page leads to another page', async () => {
    const lost = { '/': { status: 308, headers: { location: `https://${WWW}/login` } } };
    scene.sandbox.vercel.planSite('prj_web', { productionPages: lost });
    expect((await deploy('/ 200 Hello')).status).toBe(1);
    expect(await productionOf(scene)).toBe(scene.before.id);
  });
});

it('a wildcard is no name to be tested', async () => {
  scene.step.remove();
  await begin(['*.example.com', WWW]);
  const { status, made, result } = await deploy('/ 200 Hello');
  expect([status, await productionOf(scene)]).toEqual([0, made.id]);
  expect(result).toMatchObject({ smoke: { checks: [{}, { subject: 'production', host: WWW }] } });
});
