import { performance } from 'node:perf_hooks';
import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, predicateOf, runStep, type Step } from '../support/step.ts';

interface Stage {
  readonly name: string;
  /** The stop comes when the sandbox has this request. */
  readonly at: RegExp;
  /** Which of them. */
  readonly nth?: number;
  readonly record: boolean;
}

const STAGES: readonly Stage[] = [
  { name: 'keys are fetched', at: /^GET .*keys\.json/, record: false },
  { name: 'the token is exchanged', at: /^POST .*\/oauth\/token$/, record: true },
  { name: 'the credential is proved', at: /^GET \/v9\/projects/, record: true },
  { name: 'it is asked what is missing', at: /^POST \/v13\/deployments/, record: true },
  { name: 'files are sent', at: /^POST \/v2\/files/, nth: 3, record: true },
  { name: 'the deployment is created', at: /^POST \/v13\/deployments/, nth: 2, record: true },
  { name: 'the build is followed', at: /^GET \/v13\/deployments\//, nth: 2, record: true },
];
const MAX_MS = 5000;

/** Runs the step and stops it at the request; every answer takes a while, so that the stop meets it under way. */
async function stopAt(
  sandbox: Sandbox,
  step: Step,
  { at, nth = 1 }: Stage,
): Promise<{ status: number; log: string; tookMs: number }> {
  const stop = new AbortController();
  let stoppedAt = 0;
  let seen = 0;
  const { status, log } = await runStep(sandbox, step, {
    stop: stop.signal,
    network: (network) => ({
      ...network,
      send(request) {
        if (at.test(`${request.method} ${new URL(request.url).pathname}`)) seen += 1;
        if (seen === nth && stoppedAt === 0) {
          stoppedAt = performance.now();
          setTimeout(() => stop.abort(new PipeError({ code: 'TERMINATED', message: 'The run was stopped.' })), 10);
        }
        return network.send(request);
      },
    }),
  });
  return { status, log, tookMs: performance.now() - stoppedAt };
}

describe('a run that is stopped', () => {
  it.each(STAGES)('while $name ends with 143, soon, and leaves nothing behind', async (stage) => {
    const sandbox = await createSandbox({ latencyMs: 30, deployment: { outcome: 'STUCK' } });
    const step = await makeStep(sandbox);
    const { status, log, tookMs } = await stopAt(sandbox, step, stage);
    const results = step.files().filter((name) => name.endsWith('.result.sigstore.json'));
    const outcome = results.map((name) => predicateOf(step.read(name))['outcome']);
    step.remove();

    expect({ status, log: log.includes('TERMINATED') }).toEqual({ status: 143, log: true });
    expect(tookMs).toBeLessThan(MAX_MS);
    expect(outcome).toEqual(
      stage.record ? [expect.objectContaining({ status: 'interrupted', code: 'TERMINATED' })] : [],
    );
    const { vercel } = sandbox;
    const building = vercel.deployments.filter((one) => !['READY', 'CANCELED'].includes(vercel.readyStateOf(one)));
    expect(building).toEqual([]);
    const live = vercel.tokens.filter(({ kind, revokedAt }) => kind === 'app' && revokedAt === undefined);
    expect(live).toEqual([]);
  });

  it('leaves alone what Vercel answered with although an earlier run had made it', async () => {
    const sandbox = await createSandbox({ latencyMs: 5, deduplicate: true, deployment: { outcome: 'STUCK' } });
    const step = await makeStep(sandbox);
    await runStep(sandbox, step, { environment: { WAIT: 'false' } });
    const { status, log } = await stopAt(sandbox, step, { name: '', at: /^GET \/v13\/deployments\//, record: true });
    step.remove();
    expect(status).toBe(143);
    expect(log).not.toContain('Canceled');
    const { vercel } = sandbox;
    const own = vercel.deployments.filter(({ body }) => body !== undefined);
    expect(own.map((one) => vercel.readyStateOf(one))).toEqual(['BUILDING']);
  });

  it('cancels what a short answer to its create has named, and records it in full', async () => {
    const sandbox = await createSandbox({ deployment: { outcome: 'STUCK', shortForm: true, listedAfter: 1 } });
    const step = await makeStep(sandbox);
    const stop = new AbortController();
    let lists = 0;
    const { status, log } = await runStep(sandbox, step, {
      stop: stop.signal,
      network: (network) => ({
        ...network,
        async send(request) {
          const reply = await network.send(request);
          lists += Number(request.url.includes('/v7/deployments?'));
          // Two are for the record, the third is for what the answer left out.
          if (lists === 3) stop.abort(new PipeError({ code: 'TERMINATED', message: 'The run was stopped.' }));
          return reply;
        },
      }),
    });
    const predicate = predicateOf(step.readOne('.result.sigstore.json'));
    step.remove();
    expect(status).toBe(143);
    expect(log).toMatch(/Canceled dpl_\w+, which was still building\./);
    expect(predicate).toMatchObject({ vercel: { deployment: { createdAt: expect.any(String) } } });
  });

  it('cancels the deployment that it was following, and says so', async () => {
    const sandbox = await createSandbox({ latencyMs: 5, deployment: { outcome: 'STUCK' } });
    const step = await makeStep(sandbox);
    const { log } = await stopAt(sandbox, step, { name: '', at: /^GET \/v13\/deployments\//, record: true });
    const predicate = predicateOf(step.readOne('.result.sigstore.json'));
    step.remove();
    expect(log).toMatch(/Canceled dpl_\w+, which was still building\./);
    expect(sandbox.vercel.deployments.map((one) => sandbox.vercel.readyStateOf(one))).toContain('CANCELED');
    expect(predicate).toMatchObject({ vercel: { deployment: { id: expect.stringMatching(/^dpl_/) } } });
  });
});
