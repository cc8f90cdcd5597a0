import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serveSandbox, type ServedSandbox } from '../../src/sandbox/index.ts';
import { predicateOf } from '../support/step.ts';
import { runContainer } from './support/container.ts';
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
    const running = runContainer({ step, options: [`--name=${name}`] });
    const { sandbox } = served;
    const isPolled = (): boolean =>
      sandbox.journal.some(({ method, path }) => method === 'GET' && path.startsWith('/v13/deployments/'));
    while (!isPolled()) await new Promise((resolve) => setTimeout(resolve, 20));
    const stoppedAt = performance.now();
    execFileSync('podman', ['kill', `--signal=${signal}`, name]);
    const ended = await running;
    expect(performance.now() - stoppedAt).toBeLessThan(MAX_MS);
    expect(ended.status).toBe(status);

    const outcome = { status: 'interrupted', exitStatus: status, code };
    expect(predicateOf(step.readRecord('.result.sigstore.json'))).toMatchObject({ outcome });
    const [deployment] = sandbox.vercel.deployments.filter(({ prebuilt }) => prebuilt);
    expect(deployment?.canceledAt).toBeGreaterThan(0);
    const live = sandbox.vercel.tokens.filter(({ kind, revokedAt }) => kind === 'app' && revokedAt === undefined);
    expect(live).toEqual([]);
  });
});
