import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runStep } from '../support/step.ts';
import { move, productionOf, productionScene, recordOf, STAGE, type Scene } from './support/production.ts';

let scene: Scene;
beforeEach(async () => void (scene = await productionScene()));
afterEach(() => scene.step.remove());

const promoted = async (deployment: string): Promise<string> => {
  const { status, log, writes } = await move(scene, 'promote', deployment);
  expect(status).toBe(0);
  expect(writes).toEqual([`POST /v10/projects/prj_web/promote/${scene.staged.id}`]);
  expect(await productionOf(scene)).toBe(scene.staged.id);
  return log;
};

const refused = async (deployment: string, code: string, text: RegExp): Promise<void> => {
  const { status, log, writes } = await move(scene, 'promote', deployment);
  expect(log).toMatch(text);
  expect(log).toContain(`${code}: `);
  expect([status, writes]).toEqual([code === 'VARIABLES_INVALID' ? 2 : code === 'RECORD_INVALID' ? 1 : 4, []]);
};

describe('a deployment is found', () => {
  it('by its address', () => promoted(`https://${scene.staged.url}`));
  it('by its build, and by no other whose number begins so', async () => {
    const meta = { oidcDeployBuild: '20/1/' };
    scene.sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production', staged: true, meta });
    await promoted('build:2');
  });
  it('by its build, where another one of that build failed', async () => {
    const plan = { outcome: 'ERROR' } as const;
    scene.sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production', meta: scene.staged.meta, plan });
    await promoted('build:2');
  });

  it.each(['result', 'intent'] as const)('by the %s of its record, which is verified', async (phase) => {
    const log = await promoted(`deploy-records/${recordOf(scene, scene.staged, phase)}`);
    expect(log).toMatch(/^info Record [0-9a-f-]{36}, which DEPLOYMENT names, holds \(static-key\)\.$/m);
  });

  it('by the record of what was done to it', async () => {
    const { files } = await move(scene, 'promote', scene.staged.id);
    const record = files.find((name) => name.includes('.result.')) ?? '';
    await move(scene, 'rollback', scene.live.id);
    expect((await move(scene, 'promote', `deploy-records/${record}`)).status).toBe(0);
    expect(await productionOf(scene)).toBe(scene.staged.id);
  });
});

describe('a deployment is not found', () => {
  it('by an id that is none', () =>
    refused('dpl_none', 'VARIABLES_INVALID', /has no deployment dpl_none that this step/));

  it('by a name that points at it for now', () =>
    refused(
      'https://web.vercel.app',
      'VARIABLES_INVALID',
      new RegExp(
        `points at a deployment now, and may point at another[^]*The deployment behind it is ${scene.live.id}`,
      ),
    ));

  it('in another project', async () => {
    const other = scene.sandbox.vercel.plantDeployment({ projectId: 'prj_new', target: 'production' });
    await refused(other.id, 'VARIABLES_INVALID', /is not of this project\.[^]*got: {4}a deployment of prj_new/);
  });

  it('by a build that made none, or previews alone', async () => {
    await refused(
      'build:7',
      'VARIABLES_INVALID',
      /No deployment of build 7 is READY[^]*none of that build among all 3/,
    );
    scene.sandbox.vercel.plantDeployment({ projectId: 'prj_web', meta: { oidcDeployBuild: '7/1/' } });
    await refused('build:7', 'VARIABLES_INVALID', /none of that build among all 3 production deployments/);
  });

  it('by a build that made two: both are named', async () => {
    await runStep(scene.sandbox, scene.step, { environment: { FORCE: 'true', ...STAGE } });
    const { id } = scene.sandbox.vercel.deployments.at(-1) ?? {};
    await refused(
      'build:2',
      'VARIABLES_INVALID',
      new RegExp(`2: ${String(id)} READY STAGED.*; ${scene.staged.id} READY`),
    );
  });

  it('by a build whose number another begins with', () =>
    refused('build:20', 'VARIABLES_INVALID', /No deployment of build 20 is READY/));
});

describe('a record does not lead to a deployment', () => {
  const write = (name: string, text: string): string => {
    mkdirSync(`${scene.step.clone.directory}/given`, { recursive: true });
    writeFileSync(`${scene.step.clone.directory}/given/${name}`, text);
    return `given/${name}`;
  };

  it.each([
    { path: 'none.sigstore.json', text: /DEPLOYMENT names a record that cannot be read\./ },
    { path: '../../etc/none.sigstore.json', text: /wanted: a path inside the clone/ },
    { path: '/etc/none.sigstore.json', text: /wanted: a path inside the clone/ },
  ])('at $path', ({ path, text }) => refused(path, 'VARIABLES_INVALID', text));

  it('behind a link out of the clone', async () => {
    symlinkSync('/etc/hostname', `${scene.step.clone.directory}/link.sigstore.json`);
    await refused('link.sigstore.json', 'VARIABLES_INVALID', /DEPLOYMENT leads out of the clone through a link\./);
  });

  it.each(['', '{}', '[]', '{"dsseEnvelope":{"payload":"e30="}}'])('in what is no record: %j', async (text) => {
    await refused(write('a.result.sigstore.json', text), 'RECORD_INVALID', /is no record of a deployment\./);
  });

  it('where the deployment names another', async () => {
    const record = recordOf(scene, scene.staged);
    const bundle = JSON.parse(scene.step.read(record)) as { dsseEnvelope: { payload: string } };
    const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64')
      .toString()
      .replaceAll(scene.staged.id, scene.live.id);
    bundle.dsseEnvelope.payload = Buffer.from(payload).toString('base64');
    await refused(
      write('b.result.sigstore.json', JSON.stringify(bundle)),
      'RECORD_INVALID',
      /was not made by the record/,
    );
  });

  it('where it was changed: its signature tells', async () => {
    const record = recordOf(scene, scene.staged);
    const bundle = JSON.parse(scene.step.read(record)) as { dsseEnvelope: { payload: string } };
    const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64')
      .toString()
      .replace('"exitStatus":0', '"exitStatus":1');
    bundle.dsseEnvelope.payload = Buffer.from(payload).toString('base64');
    await refused(write('c.result.sigstore.json', JSON.stringify(bundle)), 'SIGNATURE_INVALID', /SIGNATURE_INVALID/);
  });
});
