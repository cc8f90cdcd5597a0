import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tooLong } from '../../src/commands/too-long.ts';
import type { Clock, SendRequest, SendResponse } from '../../src/platform/types.ts';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, runStep, type RunOptions, type Step, type StepRun } from '../support/step.ts';
import type { TestClock } from '../support/test-platform.ts';
import { smokePaths } from './support/smoke.ts';

let sandbox: Sandbox;
let step: Step;

beforeEach(async () => {
  sandbox = await createSandbox({ deployment: { outcome: 'STUCK' } });
  step = await makeStep(sandbox);
});
afterEach(() => step.remove());

interface Bad {
  readonly environment?: RunOptions['environment'];
  /** `METHOD host/path` of the requests that go wrong. */
  readonly at: RegExp;
  /** Undefined for the sandbox's own answer. */
  readonly answer: () => Promise<SendResponse> | undefined;
}

/** Runs a step whose time is over at the third request that is as `at` says. */
async function runOutOfTime({ environment = {}, at, answer }: Bad): Promise<StepRun> {
  let clock: TestClock | undefined;
  let seen = 0;
  return runStep(sandbox, step, {
    environment,
    clock: (plain: Clock) => {
      clock = plain as TestClock;
      return {};
    },
    network: (network) => ({
      ...network,
      send(request: SendRequest) {
        const { host, pathname } = new URL(request.url);
        if (!at.test(`${request.method} ${host}${pathname}`)) return network.send(request);
        seen += 1;
        if (seen === 3) clock?.expire();
        return answer() ?? network.send(request);
      },
    }),
  });
}

const answered = (status: number) => (): Promise<SendResponse> =>
  Promise.resolve({ status, headers: {}, body: Readable.from([]) });
const refused = (): Promise<never> =>
  Promise.reject(Object.assign(new Error('refused'), { name: 'NetworkFault', detail: 'ECONNREFUSED' }));

describe('a run that takes longer than TIMEOUT', () => {
  it('has no deployment to look at where creates were answered by 500, and says that they were', async () => {
    const { status, log } = await runOutOfTime({ at: /^POST [^/]*\/v13\/deployments$/, answer: answered(500) });
    expect(status).toBe(3);
    const [, error = ''] = /(TIMEOUT: [^]*)/.exec(log) ?? [];
    expect(error).toContain(
      'got:    more than 900 s; no deployment of this run is known; what failed last: POST api.vercel.com/v13/deployments: status 500\n',
    );
    expect(error).toContain('wanted: a deployment that is live by then\n');
    expect(error).toContain('fix:    Mend what failed, or wait until it is over. Run the step again; ');
    expect(error).not.toMatch(/page|build/);
  });

  it('names the page of the deployment that it follows, and nothing that failed once and then did not', async () => {
    let failed = false;
    const once = (): Promise<SendResponse> | undefined => {
      if (failed) return undefined;
      failed = true;
      return answered(503)();
    };
    const { log } = await runOutOfTime({ at: /^GET [^/]*\/v13\/deployments\/dpl_/, answer: once });
    expect(log).toContain('got:    more than 900 s\n');
    expect(log).toMatch(/fix: {4}See https:\/\/vercel\.com\/acme\/web\/\w+: it may still become live\. Raise TIMEOUT/);
  });

  it('speaks of no build where a site is tested that cannot be reached', async () => {
    const environment = {
      ...{ COMMAND: 'smoke', TARGET: 'preview', DEPLOYMENT: 'https://dead.vercel.app', SIGNING_KEY: undefined },
      ...smokePaths('/ 200'),
    };
    const { status, log } = await runOutOfTime({ environment, at: /dead\.vercel\.app/, answer: refused });
    expect(status).toBe(3);
    expect(log).toContain('got:    more than 900 s; what failed last: GET dead.vercel.app/: ECONNREFUSED\n');
    expect(log).toContain('wanted: every path answered as SMOKE_PATHS wants it by then\n');
    expect(log).not.toMatch(/wanted: a deployment|its build/);
  });
});

describe('a deploy whose deployment is not waited for any more', () => {
  it.each([
    {
      what: 'staged, and its test takes longer',
      environment: smokePaths('/ 200', '/?a 200', '/?b 200', '/?c 200'),
      at: /^GET web-\w+-acme\.vercel\.app\//,
      fix: 'it is staged, and nothing moves production to it by itself: COMMAND: promote does.',
    },
    {
      what: 'live, and its names take longer',
      environment: {
        ALIASES_COUNT: '3',
        ALIASES_0: 'a.example.com',
        ALIASES_1: 'b.example.com',
        ALIASES_2: 'c.example.com',
      },
      at: /^POST [^/]*\/v2\/deployments\/\w+\/aliases$/,
      fix: 'it is live. Raise TIMEOUT if its names or its tests need longer.',
    },
  ])('is $what', async ({ environment, at, fix }) => {
    step.remove();
    sandbox = await createSandbox({ deployment: { polls: 1 } });
    step = await makeStep(sandbox);
    const { status, log } = await runOutOfTime({ environment, at, answer: () => undefined });
    expect(status).toBe(3);
    expect(log).toContain('wanted: its names given, and its tests passed, by then\n');
    expect(log).toMatch(new RegExp(`fix: {4}See https://vercel\\.com/acme/web/\\w+: ${fix.replaceAll('.', '\\.')}`));
  });
});

describe('the advice', () => {
  it.each(['deploy', 'promote', 'rollback', 'smoke', 'cleanup', 'pull', 'audit', 'doctor'])(
    'of %s is its own',
    (command) => {
      const { wanted, fix, got } = tooLong({ command, timeoutMs: 20_000, made: undefined, trouble: [] });
      expect(wanted).not.toBe('an end by then');
      expect(fix).toContain('aise TIMEOUT');
      expect(got).toMatch(/^more than 20 s/);
    },
  );
});
