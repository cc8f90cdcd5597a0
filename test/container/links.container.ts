import { lstatSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serveSandbox, type ServedSandbox } from '../../src/sandbox/index.ts';
import { runContainer, type Ended } from './support/container.ts';
import { makeBitbucketStep, type BitbucketStep } from './support/step.ts';

const SSH = '/opt/atlassian/pipelines/agent/ssh';
const STATIC = '.vercel/output/static';
const SECRET = 'the key of somebody else';

let served: ServedSandbox;
let step: BitbucketStep;
let before: string;

beforeEach(async () => {
  served = await serveSandbox();
  step = await makeBitbucketStep(served);
  // Bitbucket mounts it read-only. Here nothing else may stand between the container's root and the keys.
  step = { ...step, mounts: step.mounts.map((mount) => mount.replace(/(?<=\/ssh):ro$/, '')) };
  before = lookAtKeys();
});
afterEach(async () => {
  step.remove();
  await served.close();
});

/** Names, contents and times of the folder of keys. */
function lookAtKeys(): string {
  const names = readdirSync(step.sshDir).sort();
  return JSON.stringify(
    names.map((name) => {
      const { mtimeMs, mode } = statSync(`${step.sshDir}/${name}`);
      return { name, mtimeMs, mode, text: readFileSync(`${step.sshDir}/${name}`, 'utf8') };
    }),
  );
}

/** Nothing of the keys was sent, shown or changed, and nothing was written beside them. */
function expectUntouched({ output }: Ended): void {
  expect(lookAtKeys()).toBe(before);
  expect(output).not.toContain(SECRET);
  for (const { bytes } of served.sandbox.vercel.files.values()) {
    expect(Buffer.from(bytes ?? []).toString('latin1')).not.toContain(SECRET);
  }
  for (const path of step.list('.').map((name) => `${step.clone.directory}/${name}`)) {
    if (lstatSync(path).isFile()) expect(readFileSync(path, 'latin1')).not.toContain(SECRET);
  }
}

const plant = (target: string, path: string): void => symlinkSync(target, `${step.clone.directory}/${path}`);

describe('a link in the clone that leads to the keys of Bitbucket’s agent', () => {
  it.each([
    { name: 'a file of the output', target: `${SSH}/id_rsa`, path: `${STATIC}/key.txt` },
    { name: 'a folder of the output', target: SSH, path: `${STATIC}/keys` },
    { name: 'a relative way out', target: '../../../../ssh/id_rsa', path: `${STATIC}/key.txt` },
    { name: 'a link to a link', target: 'hop', path: `${STATIC}/key.txt` },
  ])('is not followed as $name', async ({ target, path }) => {
    if (target === 'hop') plant(`${SSH}/id_rsa`, `${STATIC}/hop`);
    plant(target, path);
    const ended = await runContainer({ step });
    expectUntouched(ended);
    expect(ended.status).toBe(2);
    expect(served.sandbox.vercel.deployments.filter(({ prebuilt }) => prebuilt)).toEqual([]);
  });

  it('is not followed as the folder of the output itself', async () => {
    rmSync(`${step.clone.directory}/${STATIC}`, { recursive: true });
    plant(SSH, STATIC);
    const ended = await runContainer({ step });
    expectUntouched(ended);
    expect(ended.status).toBe(2);
  });

  it.each([
    { name: 'RECORD_DIR', value: 'deploy-records', says: 'deploy-records is a symlink', status: 3 },
    { name: 'RECORD_DIR', value: 'deploy-records/below', says: 'deploy-records is a symlink', status: 3 },
    { name: 'POLICY', value: 'deploy-records/id_rsa', says: 'POLICY leads out of the clone', status: 2 },
    { name: 'DIRECTORY', value: 'deploy-records', says: 'DIRECTORY leads out of the clone', status: 2 },
  ])('is refused as $name ($value), and nothing is written', async ({ name, value, says, status }) => {
    plant(SSH, 'deploy-records');
    const variables = { [name]: value, ...(name === 'RECORD_DIR' ? {} : { RECORD_DIR: 'elsewhere' }) };
    const ended = await runContainer({ step, variables });
    expectUntouched(ended);
    expect(ended.output).toContain(says);
    expect(ended.status).toBe(status);
    expect(served.sandbox.vercel.deployments.filter(({ prebuilt }) => prebuilt)).toEqual([]);
  });

  it('is refused where the policy is a link by its usual name', async () => {
    rmSync(`${step.clone.directory}/deploy-policy.yml`);
    plant(`${SSH}/id_rsa`, 'deploy-policy.yml');
    const ended = await runContainer({ step });
    expectUntouched(ended);
    expect(ended.status).toBe(2);
  });

  it('is not followed for the archive’s temporary file', async () => {
    const storage = '.bitbucket/pipelines/generated/pipeline/pipes/docker/pipe';
    rmSync(`${step.clone.directory}/${storage}`, { recursive: true });
    plant(SSH, storage);
    writeFileSync(`${step.clone.directory}/${STATIC}/big.txt`, 'x'.repeat(100_000));
    const options = ['--read-only', '--read-only-tmpfs=false'];
    const ended = await runContainer({ step, options, variables: { UPLOAD: 'archive' } });
    expectUntouched(ended);
  });
});
