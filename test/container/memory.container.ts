import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serveSandbox, type ServedSandbox } from '../../src/sandbox/index.ts';
import { makeTree } from '../../tools/bench/trees.ts';
import { watchPeak } from '../../tools/image/peak.ts';
import { runContainer } from './support/container.ts';
import { makeBitbucketStep, type BitbucketStep } from './support/step.ts';

const FILES = 10_000;
const LIMIT_MIB = 256;
const LIMIT = [`--memory=${String(LIMIT_MIB)}m`, `--memory-swap=${String(LIMIT_MIB)}m`];

let served: ServedSandbox;
let step: BitbucketStep;
/** Empty where the machine cannot limit a container: then the kernel's count alone is held against the limit. */
let limit: readonly string[];

beforeAll(async () => {
  served = await serveSandbox();
  step = await makeBitbucketStep(served);
  limit = (await runContainer({ step, options: LIMIT, args: ['verify'] })).status === 2 ? LIMIT : [];
  rmSync(`${step.clone.directory}/.vercel/output`, { recursive: true });
  makeTree(step.clone.directory, { files: FILES, bytes: 2048 });
});
afterAll(async () => {
  step.remove();
  await served.close();
});

describe('ten thousand files', () => {
  it.each(['files', 'archive'])('go up as %s within a quarter of the memory that Bitbucket gives', async (form) => {
    const pidFile = `${step.sshDir}/../pid-${form}`;
    const endWatch = watchPeak(pidFile);
    const variables = { UPLOAD: form, FORCE: 'true' };
    const { status, output } = await runContainer({ step, options: [...limit, `--pidfile=${pidFile}`], variables });
    const peakMib = endWatch() / 1024;
    expect(output).toMatch(/Live: +https:\/\//);
    expect(status).toBe(0);
    const { files = [], unpacked } = served.sandbox.vercel.deployments.at(-1) ?? {};
    expect((unpacked ?? files).filter(({ kind }) => kind === 'file').length).toBe(FILES);
    process.stderr.write(`${form}: ${peakMib.toFixed(0)} MiB at most, ${limit.length > 0 ? '' : 'not '}limited\n`);
    expect(peakMib).toBeGreaterThan(40);
    expect(peakMib).toBeLessThan(LIMIT_MIB);
  });
});
