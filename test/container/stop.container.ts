import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serveSandbox, type ServedSandbox } from '../../src/sandbox/index.ts';
import { predicateOf } from '../support/step.ts';
import { runContainer, type Ended } from './support/container.ts';
import { makeBitbucketStep, type BitbucketStep } from './support/step.ts';

const MAX_MS = 5_000;

let served: ServedSandbox;
let step: BitbucketStep;

beforeEach(async () => {
  served = await serveSandbox({ deployment: { outcome: 'STUCK' } });
  step = await makeBitbucketStep(served);
});
afterEach(async () => {
  step.remove();
  await served.close();
});

describe('a container that is stopped', () => {
  it.each([
    { signal: 'TERM', status: 143, code: 'TERMINATED' },
    { signal: 'INT', status: 130, code: 'INTERRUPTED' },
  ])('by SIG$signal as process 1 cancels, signs and revokes in time', async ({ signal, status, code }) => {
    const name = `container-test-${randomUUID()}`;
    const ended: Ended[] = [];
    const running = runContainer({ step, options: [`--name=${name}`] }).then((end) => void ended.push(end));
    const { sandbox } = served;
    const isPolled = (): boolean =>
      sandbox.journal.some(({ method, path }) => method === 'GET' && path.startsWith('/v13/deployments/'));
    while (ended.length === 0 && !isPolled()) await new Promise((resolve) => setTimeout(resolve, 20));
    if (ended[0]) throw new Error(`It ended before it was stopped:\n${ended[0].output}`);
    const stoppedAt = performance.now();
    execFileSync('podman', ['kill', `--signal=${signal}`, name]);
    await running;
    expect(performance.now() - stoppedAt).toBeLessThan(MAX_MS);
    expect(ended.map((end) => end.status)).toEqual([status]);

    const outcome = { status: 'interrupted', exitStatus: status, code };
    expect(predicateOf(step.readRecord('.result.sigstore.json'))).toMatchObject({ outcome });
    const [deployment] = sandbox.vercel.deployments.filter(({ prebuilt }) => prebuilt);
    expect(deployment?.canceledAt).toBeGreaterThan(0);
    const live = sandbox.vercel.tokens.filter(({ kind, revokedAt }) => kind === 'app' && revokedAt === undefined);
    expect(live).toEqual([]);
  });
});
