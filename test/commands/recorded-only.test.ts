import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { SandboxDeployment } from '../../src/sandbox/index.ts';
import { Secret } from '../../src/secret.ts';
import { createKeySigner } from '../../src/signing/index.ts';
import { signText } from '../record/support/keyless.ts';
import { makeKeyPair } from '../signing/support/keys.ts';
import { runStep } from '../support/step.ts';
import {
  move,
  productionOf,
  productionScene,
  recordOf,
  setGrant,
  type MoveRun,
  type Scene,
  type Setup,
} from './support/production.ts';

const ONLY = 'recordedOnly: true';

interface Editable {
  action: string;
  readonly vercel: { teamId: string; projectId: string };
  readonly intent: { readonly digest: { sha256: string } };
  readonly oidc: { issuer: string };
}

let scene: Scene;
afterEach(() => scene.step.remove());

/** Two deploys, and from then on a grant that takes only what was recorded. */
async function begin(setup: Setup = {}): Promise<Scene> {
  scene = await productionScene(setup);
  setGrant(scene.step, { require: ONLY });
  return scene;
}

const pathOf = (name: string): string => `${scene.step.clone.directory}/deploy-records/${name}`;
const promote = (deployment: SandboxDeployment, environment = {}): Promise<MoveRun> =>
  move(scene, 'promote', deployment.id, { environment });

async function refused(run: Promise<MoveRun>, text: RegExp, status = 5): Promise<void> {
  const before = await productionOf(scene);
  const { log, writes, result, ...rest } = await run;
  expect(log).toMatch(text);
  expect(log).toContain(status === 5 ? 'DENIED_BY_POLICY: ' : 'RECORD_NOT_CHECKED: ');
  expect([rest.status, writes]).toEqual([status, []]);
  const outcome = { status: status === 5 ? 'denied' : 'failed' };
  expect(result).toMatchObject({ phase: 'result', outcome, vercel: { actsOn: {} } });
  expect(result).not.toHaveProperty('intent');
  expect(await productionOf(scene)).toBe(before);
}

function rewrite(name: string, from: string, to: string): void {
  const bundle = JSON.parse(readFileSync(pathOf(name), 'utf8')) as { dsseEnvelope: { payload: string } };
  const before = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString();
  const payload = before.replaceAll(from, to);
  expect(payload).not.toBe(before);
  bundle.dsseEnvelope.payload = Buffer.from(payload).toString('base64');
  writeFileSync(pathOf(name), JSON.stringify(bundle));
}

describe('recordedOnly takes', () => {
  it('what has a record that holds, among the artifacts of the step', async () => {
    const { staged } = await begin();
    const { status, log } = await promote(staged);
    expect(status).toBe(0);
    expect(log).toMatch(new RegExp(`^done recorded record [0-9a-f-]{36} of ${staged.id} holds \\(static-key\\)$`, 'm'));
    expect(await productionOf(scene)).toBe(staged.id);
  });

  it('the same for a rollback', async () => {
    const { staged, live } = await begin();
    await promote(staged);
    expect((await move(scene, 'rollback', live.id)).status).toBe(0);
  });

  it('a record that is in the store alone', async () => {
    const { staged, step } = await begin({ stored: true });
    rmSync(`${step.clone.directory}/deploy-records`, { recursive: true });
    const { status, log } = await promote(staged);
    expect(status).toBe(0);
    expect(log).toMatch(/^done recorded /m);
  });

  it.each(['result', 'intent'] as const)('the record whose %s DEPLOYMENT names', async (phase) => {
    const { staged } = await begin();
    const { status, log } = await move(scene, 'promote', `deploy-records/${recordOf(scene, staged, phase)}`);
    expect(status).toBe(0);
    expect(log).toMatch(/^done recorded /m);
  });
});

describe('recordedOnly refuses', () => {
  it('what has no record', async () => {
    const { foreign } = await begin();
    await refused(move(scene, 'rollback', foreign.id), /no record of dpl_\w+ was found\.[^]*names no record \(meta\)/);
  });

  it('what has one that is not to be had', async () => {
    const { staged } = await begin();
    rmSync(pathOf(recordOf(scene, staged)));
    await refused(
      promote(staged),
      /no record of dpl_\w+ was found\.[^]*no .*\.result\.sigstore\.json in .*deploy-records/,
    );
  });

  it('what has an intent alone, as its run was interrupted', async () => {
    const { staged } = await begin();
    const intent = recordOf(scene, staged, 'intent');
    rmSync(pathOf(recordOf(scene, staged)));
    await refused(move(scene, 'promote', `deploy-records/${intent}`), /no record of dpl_\w+ was found/);
  });

  it('a record that was changed', async () => {
    const { staged } = await begin();
    rewrite(recordOf(scene, staged), '"exitStatus":0', '"exitStatus":1');
    await refused(promote(staged), /the record of dpl_\w+ does not hold\./);
  });

  it('a record whose intent was changed', async () => {
    const { staged } = await begin();
    rewrite(recordOf(scene, staged, 'intent'), '"recordVersion":"1"', '"recordVersion":"2"');
    await refused(promote(staged), /the record of dpl_\w+ does not hold\./);
  });

  it('a record by a key that is not trusted', async () => {
    const { staged } = await begin();
    const other = Buffer.from(makeKeyPair().pkcs8).toString('base64');
    await refused(promote(staged, { SIGNING_KEY: other }), /does not hold\. The record was signed by another key/);
  });

  it('what only says that it is the one: its meta was copied', async () => {
    const { sandbox, staged } = await begin();
    const { meta } = staged;
    const copy = sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production', staged: true, meta });
    await refused(
      promote(copy),
      new RegExp(`about something else, by its deployment\\.[^]*deployment "${staged.id}"[^]*deployment "${copy.id}"`),
    );
  });

  it('the record of another deployment, in the place of its own', async () => {
    const { staged, live } = await begin();
    writeFileSync(pathOf(recordOf(scene, staged)), readFileSync(pathOf(recordOf(scene, live))));
    rmSync(pathOf(recordOf(scene, staged, 'intent')));
    await refused(promote(staged), /about something else, by its deployment\./);
  });

  it.each<{ name: string; edit: (predicate: Editable) => void }>([
    { name: 'action', edit: (predicate) => (predicate.action = 'promote') },
    { name: 'team', edit: ({ vercel }) => (vercel.teamId = 'team_other') },
    { name: 'project', edit: ({ vercel }) => (vercel.projectId = 'prj_other') },
    { name: 'intent', edit: ({ intent }) => (intent.digest.sha256 = 'ab'.repeat(32)) },
    { name: 'issuer', edit: ({ oidc }) => (oidc.issuer = 'https://issuer.example.com') },
  ])('a record of another $name, though it is signed', async ({ name, edit }) => {
    const { staged, step } = await begin();
    const file = recordOf(scene, staged);
    const bundle = JSON.parse(step.read(file)) as { dsseEnvelope: { payload: string } };
    const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString()) as {
      predicate: Editable;
    };
    edit(statement.predicate);
    const signer = createKeySigner(new Secret(step.clone.signingKey));
    writeFileSync(pathOf(file), await signText(JSON.stringify(statement), signer));
    rmSync(pathOf(recordOf(scene, staged, 'intent')));
    await refused(promote(staged), new RegExp(`about something else, by its ${name}\\.`));
  });

  it('a deploy that failed', async () => {
    await begin();
    setGrant(scene.step, {});
    scene.sandbox.vercel.planDeployments({ outcome: 'CHECKS_FAILED' });
    await runStep(scene.sandbox, scene.step, { environment: { FORCE: 'true', BITBUCKET_BUILD_NUMBER: '3' } });
    setGrant(scene.step, { require: ONLY });
    const failed = scene.sandbox.vercel.deployments.at(-1);
    if (!failed) throw new Error('nothing was made');
    await refused(promote(failed), /about something else, by its outcome\.[^]*outcome "failed"/);
  });
});
