import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serveSandbox, type ServedSandbox } from '../../src/sandbox/index.ts';
import { RUN_OPTIONS } from '../../tools/image/runtime.ts';
import { ROOT } from '../../tools/root.ts';
import { builtImage, runContainer } from './support/container.ts';
import { giveTo, makeBitbucketStep, type BitbucketStep } from './support/step.ts';

const page = readFileSync(`${ROOT}docs/record.md`, 'utf8');
const [VERIFY = '', AUDIT = ''] = [...page.matchAll(/^```sh\n(docker run [^]*?)```$/gm)].map(([, text = '']) => text);
const USER = 1234;

let served: ServedSandbox;
let step: BitbucketStep;

beforeEach(async () => {
  served = await serveSandbox();
  step = await makeBitbucketStep(served);
});
afterEach(async () => {
  step.remove();
  await served.close();
});

/** A block of the page in the clone, with this machine's way to run the image that was built here. */
function runBlock(block: string, uid: number): { readonly status: number | null; readonly output: string } {
  const options = [...RUN_OPTIONS.slice(0, 2), 'run', ...RUN_OPTIONS.slice(3), '--network=none'].join(' ');
  const image = block.replace(/\S+\/vercel-oidc-deploy:[\d.]+/, builtImage());
  const script = `docker() { shift; podman ${options} "$@"; }\nid() { echo ${String(uid)}; }\n${image}`;
  const ended = spawnSync('/bin/bash', ['-c', script], { cwd: step.clone.directory, encoding: 'utf8' });
  return { status: ended.status, output: ended.stdout + ended.stderr };
}

describe('the image, run as the page on records has it,', () => {
  it('verifies what lies in the folder', async () => {
    expect((await runContainer({ step, variables: { COMMAND: 'doctor' } })).status).toBe(0);
    expect((await runContainer({ step })).status).toBe(0);
    const { status, output } = runBlock(VERIFY.replace('deploy-records', '--allow-sandbox deploy-records'), 0);
    expect(output).toMatch(/\d records: \d OK\./);
    expect(status).toBe(0);
  });

  it("leaves its user's files", () => {
    giveTo(step.clone.directory, USER);
    const words = 'policy render deploy-policy.yml --out rendered.json\n';
    const { status, output } = runBlock(AUDIT.replace(/audit --since[^]*$/, words), USER);
    expect(output).toContain('rendered.json');
    expect(status).toBe(0);
    expect(statSync(`${step.clone.directory}/rendered.json`).uid).toBe(USER);
  });
});
