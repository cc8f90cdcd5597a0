import { readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Network } from '../../src/platform/types.ts';
import { SMOKE_AUDIENCE } from '../../src/smoke/index.ts';
import { runStep } from '../support/step.ts';
import { smokePaths } from './support/smoke.ts';
import { protect, runSmokeStep, sharedScene, type SharedScene } from './support/smoke-step.ts';

const EXCHANGE = 'https://vercel.com/api/login/oauth/token';
const NO_TOKEN = { audiences: 'none' } as const;
let scene: SharedScene;

beforeEach(async () => {
  scene = await sharedScene();
});
afterEach(() => scene.step.remove());

describe('a step that tests what another step deployed', () => {
  it.each([
    { name: 'its record', named: ({ record }: SharedScene) => record },
    { name: 'its id', named: ({ made }: SharedScene) => made.id },
    { name: 'its address', named: ({ made }: SharedScene) => `https://${made.url}` },
    { name: 'its build', named: () => 'build:42' },
  ])('finds it by $name, and asks nobody but the deployment', async ({ named }) => {
    const { made } = scene;
    const { status, log, asked, visits, results } = await runSmokeStep(scene, named(scene), NO_TOKEN);
    expect([status, visits]).toEqual([0, [made.url]]);
    // Bitbucket's keys, for the record.
    expect(asked.filter((one) => !one.endsWith('/keys.json'))).toEqual([]);
    expect(log).toMatch(new RegExp(`^done smoke 1 path of https://${made.url} as wanted$`, 'm'));
    expect(log).toMatch(/\.result\.sigstore\.json holds, signed by SHA256:/);
    expect(results).toMatchObject({
      note: 'Unsigned results of a smoke test. This is not a record.',
      deploymentId: made.id,
      url: `https://${made.url}`,
      checks: [{ passed: true, paths: [{ path: '/', status: 200 }] }],
    });
  });

  it('takes the newest of what a build made', async () => {
    const environment = { TARGET: 'preview', SIGNING_KEY: undefined, FORCE: 'true' };
    // The names of records go by the second.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await runStep(scene.sandbox, scene.step, { environment });
    const newest = scene.sandbox.vercel.deployments.at(-1)?.url;
    const { visits } = await runSmokeStep(scene, 'build:42', NO_TOKEN);
    expect(visits).toEqual([newest]);
    expect(newest).not.toBe(scene.made.url);
  });

  it('shows its token to a protected one, and to nothing else, and keeps it out of every text', async () => {
    protect(scene);
    const { made } = scene;
    const { status, log, visits, token, results } = await runSmokeStep(scene, 'build:42');
    expect([status, visits]).toEqual([0, [made.url, `${made.url} + token`]]);
    expect(results).toMatchObject({ checks: [{ paths: [{ ok: true, tokenShown: true }] }] });
    const signature = token.split('.')[2] ?? '';
    for (const text of [log, JSON.stringify(results)]) expect(text).not.toContain(signature);
  });

  it('fails with what was got and wanted, and changes nothing', async () => {
    const environment = smokePaths('/ 204', '/none 200');
    const { status, log, asked, results } = await runSmokeStep(scene, scene.made.id, { ...NO_TOKEN, environment });
    expect(status).toBe(1);
    expect(log).toContain(`SMOKE_FAILED: The smoke test of https://${scene.made.url} failed: 2 of 2 paths.`);
    expect(log).toMatch(/- \/: got 200, wanted 204 .*\n.*- \/none: got 404, wanted 200 \(10 attempts/);
    expect(asked.filter((one) => !one.startsWith('GET '))).toEqual([]);
    expect(results).toMatchObject({ checks: [{ passed: false }] });
  });
});

describe('the token is kept', () => {
  it.each([
    { name: "from a step with the exchange's audience", audiences: [EXCHANGE], code: 'TOKEN_INVALID', status: 4 },
    { name: 'from one with both', audiences: [SMOKE_AUDIENCE, EXCHANGE], code: 'SMOKE_PROTECTED', status: 1 },
    { name: 'where there is none', audiences: 'none' as const, code: 'TOKEN_MISSING', status: 4 },
  ])('$name', async ({ audiences, code, status }) => {
    protect(scene);
    const run = await runSmokeStep(scene, 'build:42', { audiences });
    expect([run.status, run.visits]).toEqual([status, [scene.made.url]]);
    expect(run.log).toMatch(new RegExp(`^error ${code}: `, 'm'));
    expect(run.log).toContain(SMOKE_AUDIENCE);
  });

  it('from a deployment of another repository', async () => {
    protect(scene);
    const repositoryUuid = '{00000000-0000-4000-8000-000000000001}';
    const { log, visits } = await runSmokeStep(scene, 'build:42', { claims: { repositoryUuid } });
    expect(visits).toEqual([scene.made.url]);
    expect(log).toMatch(/SMOKE_PROTECTED: .*no verified record names.*a record of another repository/s);
  });

  it("from a domain of the team's own, which a foreign proxy may serve", async () => {
    const own = (text: string): string => text.replaceAll(/(web-\w{9})-acme\.vercel\.app/g, '$1.acme.example');
    const shown: (string | undefined)[] = [];
    const network = (inner: Network): Network => ({
      ...inner,
      async send(request) {
        if (!request.url.includes('.acme.example')) {
          const reply = await inner.send(request);
          const body = Buffer.concat(await Array.fromAsync(reply.body)).toString();
          return { ...reply, body: Readable.from([Buffer.from(own(body))]) };
        }
        shown.push(request.headers['x-vercel-trusted-oidc-idp-token']);
        const headers = { location: 'https://vercel.com/sso-api?url=x' };
        return { status: 302, headers, body: Readable.from([Buffer.from('')]) };
      },
    });
    scene.step.remove();
    scene = await sharedScene(true, network);
    const { status, log } = await runSmokeStep(scene, 'build:42', { network });
    expect([status, shown]).toEqual([1, [undefined]]);
    expect(log).toMatch(/SMOKE_PROTECTED: web-\w+\.acme\.example .*a domain of the team's own/s);
  });

  it('from an address that no record names', async () => {
    protect(scene);
    const other = scene.sandbox.vercel.plantDeployment({ projectId: 'prj_web' });
    const { status, log, visits } = await runSmokeStep(scene, `https://${other.url}`);
    expect([status, visits]).toEqual([1, [other.url]]);
    expect(log).toMatch(/SMOKE_PROTECTED: .*not shown to an address that no verified record names/);
  });
});

describe('a record that is not as it was', () => {
  const forge = (change: (payload: string) => string): void => {
    const path = `${scene.step.clone.directory}/${scene.record}`;
    const bundle = JSON.parse(readFileSync(path, 'utf8')) as { dsseEnvelope: { payload: string } };
    const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString();
    bundle.dsseEnvelope.payload = Buffer.from(change(payload)).toString('base64');
    writeFileSync(path, JSON.stringify(bundle));
  };

  it('ends the run before anything is asked', async () => {
    protect(scene);
    const evil = scene.sandbox.vercel.plantDeployment({ projectId: 'prj_web' });
    forge((payload) => payload.replaceAll(scene.made.url, evil.url));
    const { status, log, visits } = await runSmokeStep(scene, 'build:42');
    expect([status, visits]).toEqual([4, []]);
    expect(log).toMatch(/^error SIGNATURE_INVALID/m);
  });

  it.each([
    { name: 'another target', environment: { TARGET: 'qa' } },
    { name: 'another project', environment: { VERCEL_PROJECT_ID: 'prj_new' } },
  ])('is refused for $name', async ({ environment }) => {
    const named = await runSmokeStep(scene, scene.record, { environment });
    expect([named.status, named.visits]).toEqual([2, []]);
    expect(named.log).toMatch(/VARIABLES_INVALID: DEPLOYMENT names a record that tells of no deployment to test/);
    const byBuild = await runSmokeStep(scene, 'build:42', { environment });
    expect([byBuild.status, byBuild.visits]).toEqual([2, []]);
    expect(byBuild.log).toContain('artifacts with type: shared');
  });

  it.each(['build:43', 'dpl_none', 'https://www.acme.example', 'deploy-records/none.result.sigstore.json'])(
    'leaves no address for %s',
    async (named) => {
      const { status, log, visits } = await runSmokeStep(scene, named);
      expect([status, visits]).toEqual([2, []]);
      expect(log).toMatch(/^error VARIABLES_INVALID/m);
    },
  );
});
