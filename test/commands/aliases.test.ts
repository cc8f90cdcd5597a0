import { afterEach, describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, predicateOf, runStep, type RunOptions, type Step, type StepRun } from '../support/step.ts';

const GOOD = 'www.good.example';
const BAD = 'www.bad.example';
let sandbox: Sandbox;
let step: Step;
afterEach(() => step.remove());

/** A deploy with an alias that the team may use, and one that it may not. */
async function deploy(options: RunOptions = {}): Promise<StepRun> {
  sandbox = await createSandbox({ domains: ['good.example'], deployment: { polls: 1 } });
  step = await makeStep(sandbox, { ALIASES_COUNT: '2', ALIASES_0: GOOD, ALIASES_1: BAD });
  return runStep(sandbox, step, { proxy: true, ...options });
}
const recorded = (): Record<string, unknown> => predicateOf(step.readOne('.result.sigstore.json'));

describe('an alias that Vercel refuses', () => {
  it('ends the run, and the record tells of those that were assigned, and that it is live', async () => {
    const { status, log } = await deploy();
    expect(status).toBe(1);
    expect(log).toMatch(/^error ALIAS_FAILED: 1 of 2 aliases could not be assigned\./m);
    expect(recorded()).toMatchObject({
      outcome: { status: 'failed', code: 'ALIAS_FAILED', exitStatus: 1 },
      deployedAt: expect.any(String),
      vercel: {
        deployment: { ending: 'live', aliases: ['web.vercel.app', 'web-acme.vercel.app', GOOD] },
        upload: { form: 'files' },
      },
    });
  });

  it('is no reason to keep the others from later steps, or from people', async () => {
    await deploy();
    const names = ['web.vercel.app', 'web-acme.vercel.app', GOOD].map((name) => `https://${name}`);
    expect(step.read('deploy-outputs.env')).toContain(`VERCEL_ALIASES='${names.join(',')}'\n`);
    expect(JSON.parse(step.read('deploy-outputs.json'))).toMatchObject({ status: 'failed', aliases: names });
    expect(sandbox.bitbucket.reports[0]?.body['details']).toMatch(
      /^ALIAS_FAILED: .* The deployment is LIVE all the same\.$/,
    );
  });
});

it('a stop in the middle of the aliases leaves what is assigned in the record', async () => {
  const stop = new AbortController();
  const { status } = await deploy({
    stop: stop.signal,
    network: (network) => ({
      ...network,
      async send(request) {
        const reply = await network.send(request);
        const assigns = request.method === 'POST' && request.url.includes('/aliases');
        // The other answer never comes.
        if (assigns && reply.status !== 200) return new Promise((_, reject) => end(reject));
        return reply;
        function end(reject: (reason: unknown) => void): void {
          request.signal?.addEventListener('abort', () => reject(request.signal?.reason));
          setTimeout(() => stop.abort(new PipeError({ code: 'TERMINATED', message: 'The run was stopped.' })), 50);
        }
      },
    }),
  });
  expect(status).toBe(143);
  expect(recorded()).toMatchObject({
    outcome: { status: 'interrupted' },
    vercel: { deployment: { ending: 'live', aliases: expect.arrayContaining([GOOD]) } },
  });
});
