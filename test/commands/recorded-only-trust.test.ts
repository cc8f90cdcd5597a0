import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { SandboxDeployment } from '../../src/sandbox/index.ts';
import { editPolicy } from './support/examine.ts';
import {
  move,
  productionScene,
  recordOf,
  setGrant,
  type MoveRun,
  type Scene,
  type Setup,
} from './support/production.ts';

let scene: Scene;
afterEach(() => scene.step.remove());

async function begin(setup: Setup = {}): Promise<Scene> {
  scene = await productionScene(setup);
  setGrant(scene.step, { require: 'recordedOnly: true' });
  return scene;
}

const promote = ({ id }: SandboxDeployment, environment = {}): Promise<MoveRun> =>
  move(scene, 'promote', id, { environment });

/** These keys of the issuer, pinned by the policy. */
function pin(keys: readonly object[]): void {
  const text = JSON.stringify({ [scene.sandbox.issuer.url]: { keys } });
  writeFileSync(`${scene.step.clone.directory}/issuer-keys.json`, text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const line = `keys: { file: issuer-keys.json, sha256: '${sha256}' }\n`;
  editPolicy(scene.step, (policy) => policy.replace('exchanges:', `${line}exchanges:`));
}

/** From now on another key signs tokens, this step's among them. */
async function rotate(options?: { readonly keepOld: boolean }): Promise<void> {
  await scene.sandbox.issuer.rotateKeys(options);
  scene.step.environment['BITBUCKET_STEP_OIDC_TOKEN'] = await scene.sandbox.issuer.mintToken();
}

describe('a keyless record', () => {
  it('holds by the keys that the issuer publishes', async () => {
    const { staged } = await begin({ keyless: true });
    const { status, log } = await promote(staged);
    expect(log).toMatch(/^done recorded .* holds \(held-token\)$/m);
    expect(status).toBe(0);
  });

  it('holds in a step that signs with a key of its own', async () => {
    const { staged, step } = await begin({ keyless: true });
    expect((await promote(staged, { SIGNING_KEY: step.clone.signingKey })).status).toBe(0);
  });

  it('can not be checked when its key is published no more, unless that is pinned', async () => {
    const { staged, sandbox } = await begin({ keyless: true });
    const old = sandbox.issuer.keys().keys;
    await rotate();
    const { status, log, writes } = await promote(staged);
    expect([status, writes]).toEqual([3, []]);
    expect(log).toMatch(/RECORD_NOT_CHECKED: .*could not be checked\. The issuer's key that signed the record's token/);
    pin([...old, ...sandbox.issuer.keys().keys]);
    expect((await promote(staged)).status).toBe(0);
  });

  it('is checked by what the issuer publishes where the pinned keys lack its own', async () => {
    const { staged, sandbox } = await begin({ keyless: true });
    const before = sandbox.issuer.keys().keys;
    await rotate({ keepOld: true });
    pin(sandbox.issuer.keys().keys.filter(({ kid }) => !before.some((key) => key.kid === kid)));
    expect((await promote(staged)).status).toBe(0);
  });

  it('can not be checked where the issuer does not answer', async () => {
    const { staged, sandbox } = await begin({ keyless: true });
    await rotate();
    pin(sandbox.issuer.keys().keys);
    sandbox.misbehave({ match: { path: /keys\.json/ }, action: { kind: 'status', status: 503 }, times: 99 });
    const { status, log } = await promote(staged);
    expect(status).toBe(3);
    expect(log).toMatch(/RECORD_NOT_CHECKED: .*could not be checked\. /);
  });
});

describe('the step that made the record', () => {
  const grantOf = (policy: string, id: string, actions: string, branch: string): string =>
    policy
      .slice(policy.indexOf('  - id:'))
      .replace('web-production', id)
      .replace(/actions: \[.*?\]/, `actions: [${actions}]`)
      .replace(/branchName: .*/, `branchName: ${branch}`);

  it.each([
    { branch: 'main', status: 0 },
    { branch: 'release', status: 5 },
  ])('must be one that a grant lets deploy: of $branch', async ({ branch, status }) => {
    const { staged } = await begin({ keyless: true });
    editPolicy(scene.step, (policy) => {
      const head = policy.slice(0, policy.indexOf('  - id:'));
      const deploys = grantOf(policy, 'deploys', 'deploy', branch).replace(/\n {4}require: .*/, '');
      return `${head}${deploys}${grantOf(policy, 'moves', 'promote, rollback', 'main')}`;
    });
    const { log, writes, ...run } = await promote(staged);
    expect(run.status).toBe(status);
    if (status === 0) return;
    expect(writes).toEqual([]);
    expect(log).toMatch(
      /DENIED_BY_POLICY: .*would not have let the step of that record deploy\. No grant of the policy/,
    );
    expect(log).toMatch(/branchName +wanted "release", got "main"/);
  });

  it('must have signed as the grant asks', async () => {
    const { staged, step } = await begin({ keyless: true });
    setGrant(step, { require: 'recordedOnly: true, signers: [key]' });
    const { status, log } = await promote(staged, { SIGNING_KEY: step.clone.signingKey });
    expect(status).toBe(5);
    expect(log).toMatch(/not what it requires: signer: wanted "key", got "keyless"/);
  });
});

describe('the store', () => {
  it('that does not answer leaves nothing to say', async () => {
    const { staged, sandbox } = await begin({ stored: true });
    sandbox.misbehave({
      match: { method: 'GET', path: /records.*result/ },
      action: { kind: 'status', status: 503 },
      times: 99,
    });
    const { status, log, writes } = await promote(staged);
    expect([status, writes]).toEqual([3, []]);
    expect(log).toMatch(/RECORD_NOT_CHECKED: .*the store does not say\./);
  });

  it('counts before the artifacts', async () => {
    const { staged, step } = await begin({ stored: true });
    const path = `${step.clone.directory}/deploy-records/${recordOf(scene, staged)}`;
    writeFileSync(path, readFileSync(path, 'utf8').replace('payload', 'paylaod'));
    expect((await promote(staged)).status).toBe(0);
    rmSync(path);
    expect((await promote(staged)).status).toBe(0);
  });
});
