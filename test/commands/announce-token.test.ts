import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import type { Clock, Network } from '../../src/platform/types.ts';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, runStep, type RunOptions, type Step, type StepRun } from '../support/step.ts';

const PULL_REQUEST = {
  target: {
    type: 'pipeline_pullrequest_target',
    source: 'feature/pay',
    commit: { hash: '6f1d2c3b4a5968778695a4b3c2d1e0f9a8b7c6d5' },
  },
};
let sandbox: Sandbox;
let step: Step;

async function open(options: Parameters<typeof createSandbox>[0] = {}): Promise<void> {
  sandbox = await createSandbox(options);
  sandbox.bitbucket.plantPullRequest({ id: 7, state: 'OPEN' });
  step = await makeStep(sandbox, { BITBUCKET_ACCESS_TOKEN: sandbox.bitbucket.accessToken, BITBUCKET_PR_ID: '7' });
}
beforeEach(() => open({ pipeline: PULL_REQUEST }));
afterEach(() => step.remove());

const run = (options: RunOptions = {}): Promise<StepRun> => runStep(sandbox, step, { proxy: true, ...options });

describe('with an access token', () => {
  it('the commit has one status, and the pull request one comment, however often it is deployed', async () => {
    for (const FORCE of ['false', 'true']) expect((await run({ environment: { FORCE } })).status).toBe(0);
    const { statuses, comments, reports } = sandbox.bitbucket;
    const url = `https://${String(sandbox.vercel.deployments.at(-1)?.url)}`;
    expect(statuses).toMatchObject([
      { states: ['INPROGRESS', 'SUCCESSFUL', 'INPROGRESS', 'SUCCESSFUL'], body: { url, refname: 'feature/pay' } },
    ]);
    expect(comments).toMatchObject([{ edits: 1, account: 'access', raw: expect.stringContaining(`(${url})`) }]);
    expect(statuses[0]?.key).toBe(reports[0]?.id);
  });

  it('a failure is told too', async () => {
    sandbox.vercel.planDeployments({ outcome: 'ERROR' });
    expect((await run()).status).toBe(1);
    const { statuses, comments, reports } = sandbox.bitbucket;
    const description = expect.stringMatching(/^DEPLOYMENT_FAILED: /);
    expect(statuses).toMatchObject([
      { states: ['INPROGRESS', 'FAILED'], body: { description, url: expect.stringContaining('https://vercel.com/') } },
    ]);
    expect(comments[0]?.raw).toMatch(/\*\*FAILED\*\*\n\n- Result: `DEPLOYMENT_FAILED: .*`\n- Inspector: /);
    expect(reports[0]?.results).toEqual(['PENDING', 'FAILED']);
  });

  it('no comment is made on a pull request that the pipeline is not for', async () => {
    step.remove();
    await open();
    expect((await run()).status).toBe(0);
    expect(sandbox.bitbucket.comments).toEqual([]);
    expect(sandbox.bitbucket.statuses).toHaveLength(1);
  });

  it.each(['0', '-7', '7/../8', '7 ', '00000000007'])('no comment is made on number %j', async (id) => {
    await run({ environment: { BITBUCKET_PR_ID: id } });
    expect(sandbox.journal.filter(({ path }) => path.includes('pullrequests'))).toEqual([]);
  });

  it('that has few rights, all that is refused is one warning', async () => {
    const { status, log } = await run({
      environment: { BITBUCKET_ACCESS_TOKEN: sandbox.bitbucket.foreignAccessToken },
    });
    expect(status).toBe(0);
    const warnings = log.split('\n').filter((line) => line.startsWith('warn Bitbucket shows'));
    expect(warnings).toEqual([
      expect.stringMatching(/no build status\. .*404.* Nor a comment on pull request 7\. .*404/),
    ]);
  });

  it('the token goes to Bitbucket alone, and never through the proxy', async () => {
    const seen: { url: string; bears: boolean; proxy: boolean }[] = [];
    const token = sandbox.bitbucket.accessToken;
    const network = (inner: Network): Network => ({
      ...inner,
      send(request) {
        const bears = JSON.stringify(request.headers).includes(token);
        seen.push({ url: request.url, bears, proxy: request.proxy !== undefined });
        return inner.send(request);
      },
    });
    await run({ network });
    expect(seen.filter(({ proxy }) => proxy)).toHaveLength(2);
    expect(seen.filter(({ bears, proxy }) => bears && proxy)).toEqual([]);
    for (const { url, bears } of seen) expect(bears && !url.startsWith('https://api.bitbucket.org/')).toBe(false);
  });
});

describe('a Bitbucket that does not answer', () => {
  /** Waits only for what people are told. */
  const hanging = (inner: Network): Network => ({
    ...inner,
    send(request) {
      if (!/reports|statuses|comments/.test(request.url)) return inner.send(request);
      return new Promise((_resolve, reject) => {
        request.signal?.addEventListener('abort', () => reject(request.signal?.reason as Error));
      });
    },
  });
  /**
   * What bounds the end comes soon, and nothing else ever: a machine that is busy at the beginning would else find Bitbucket
   * absent by then. A run that waited for anything else would not end.
   */
  const quick = (clock: Clock): Partial<Clock> => ({
    timeout: (ms) => ([5000, 2500, 1200, 600].includes(ms) ? AbortSignal.timeout(ms / 20) : clock.timeout(ms)),
  });

  it('does not keep the deployment, and is a warning', async () => {
    const { status, log } = await run({ network: hanging, clock: quick });
    expect(status).toBe(0);
    expect(log).toMatch(/warn Bitbucket shows no report on commit 6f1d2c3b4a59\. No answer came in time\. Nor a build/);
    expect(log).toContain('done deploy');
    expect(step.files()).toContain('deploy-outputs.json');
  });

  it('keeps a stopped run for little', async () => {
    const stop = new AbortController();
    const stopping = (inner: Network): Network => ({
      ...hanging(inner),
      send(request) {
        if (request.url.includes('/v2/files')) {
          stop.abort(new PipeError({ code: 'TERMINATED', message: 'The run was stopped.' }));
        }
        return hanging(inner).send(request);
      },
    });
    const asked: number[] = [];
    const clock = (real: Clock): Partial<Clock> => ({
      timeout(ms) {
        asked.push(ms);
        return quick(real).timeout?.(ms) ?? real.timeout(ms);
      },
    });
    expect((await run({ network: stopping, stop: stop.signal, clock })).status).toBe(143);
    expect(asked).toEqual(expect.arrayContaining([1200, 600]));
  });
});
