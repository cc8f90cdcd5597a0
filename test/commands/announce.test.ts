import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { announceEnd } from '../../src/commands/announce.ts';
import type { Run } from '../../src/commands/run.ts';
import { startStory } from '../../src/commands/story.ts';
import { createSandbox, type MisbehaveRule, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, predicateOf, runStep, type RunOptions, type Step, type StepRun } from '../support/step.ts';

let sandbox: Sandbox;
let step: Step;

beforeEach(async () => {
  sandbox = await createSandbox();
  step = await makeStep(sandbox);
});
afterEach(() => step.remove());

const run = (options: RunOptions = {}): Promise<StepRun> => runStep(sandbox, step, { proxy: true, ...options });
const withToken = (more: Record<string, string> = {}): RunOptions => ({
  environment: { BITBUCKET_ACCESS_TOKEN: sandbox.bitbucket.accessToken, ...more },
});
const warnings = ({ log }: StepRun): string[] =>
  log.split('\n').filter((line) => /^warn Bitbucket shows no /.test(line));
const told = (): unknown => sandbox.bitbucket.reports.map(({ results }) => results);

describe('the report on the commit', () => {
  it('is pending while the run goes on, and then says what is where', async () => {
    const { status } = await run();
    expect(status).toBe(0);
    const { bitbucket, issuer, vercel } = sandbox;
    const [report] = bitbucket.reports;
    const [deployment] = vercel.deployments.filter(({ prebuilt }) => prebuilt);
    const url = `https://${String(deployment?.url)}`;
    expect(bitbucket.reports).toHaveLength(1);
    expect(report).toMatchObject({ commit: issuer.step.commit, results: ['PENDING', 'PASSED'] });
    expect(report?.id).toMatch(/^vercel-oidc-deploy-[0-9a-f]{20}$/);
    expect(report?.body).toMatchObject({
      ...{ title: 'Vercel: web, production', report_type: 'TEST', link: url },
      details: expect.stringMatching(/^Deployed and live after \d+\.\d s\.$/),
    });
    const { recordId } = predicateOf(step.readOne('.result.sigstore.json'));
    expect(recordId).toBeDefined();
    const fields = (report?.body['data'] as { title: string; type: string; value: unknown }[]).map(
      ({ title, type, value }) => [title, type, value],
    );
    const inspector = `https://vercel.com/acme/web/${String(deployment?.id.slice('dpl_'.length))}`;
    expect(fields).toEqual([
      ['URL', 'LINK', { text: String(deployment?.url), href: url }],
      ['Inspector', 'LINK', { text: inspector.replace('https://', ''), href: inspector }],
      ['Duration', 'DURATION', expect.any(Number)],
      ['Record', 'TEXT', expect.stringMatching(/^sha256 [0-9a-f]{64}$/)],
      ['Target', 'TEXT', 'production of web (prj_web)'],
      ['Deployment', 'TEXT', deployment?.id],
      ['Files', 'NUMBER', 9],
      ['Functions', 'TEXT', '2, 1 of them EDGE'],
      ['Grant', 'TEXT', 'web-production, by the exchange direct'],
      ['Signer', 'TEXT', expect.stringMatching(/^key, SHA256:/)],
    ]);
  });

  it('is one for each target and project, replaced by the next run', async () => {
    await run();
    await run({ environment: { FORCE: 'true' } });
    // It says what the output was built for.
    rmSync(`${step.clone.directory}/.vercel/output/builds.json`);
    expect((await run({ environment: { TARGET: 'preview' } })).status).toBe(5);
    expect(told()).toEqual([
      ['PENDING', 'PASSED', 'PENDING', 'PASSED'],
      ['PENDING', 'FAILED'],
    ]);
    expect(new Set(sandbox.bitbucket.reports.map(({ id }) => id)).size).toBe(2);
  });

  it('of a denial tells why', async () => {
    rmSync(`${step.clone.directory}/.vercel/output/builds.json`);
    expect((await run({ environment: { TARGET: 'qa' } })).status).toBe(5);
    const [report] = sandbox.bitbucket.reports;
    expect(report).toMatchObject({
      results: ['PENDING', 'FAILED'],
      body: { title: 'Vercel: prj_web, qa', details: expect.stringMatching(/^DENIED_BY_POLICY: No grant /) },
    });
    expect(report?.body).toMatchObject({ link: 'https://bitbucket.org/acme/web/pipelines/results/42' });
  });

  it('is not made before an identity is verified, by a command that deploys nothing, or where nobody wants it', async () => {
    await run({ environment: { BITBUCKET_STEP_OIDC_TOKEN: undefined } });
    await run({ environment: { COMMAND: 'cleanup', TARGET: 'preview' } });
    await run({ environment: { CODE_INSIGHTS: 'false' } });
    expect(told()).toEqual([]);
  });

  it('is on the commit that Bitbucket names, where that is known', async () => {
    const other = '0123456789012345678901234567890123456789';
    await run({ environment: { BITBUCKET_COMMIT: other } });
    await run(withToken({ BITBUCKET_COMMIT: other, FORCE: 'true' }));
    expect(sandbox.bitbucket.reports).toMatchObject([
      { commit: other, results: ['PENDING', 'PASSED'] },
      { commit: sandbox.issuer.step.commit, results: ['PENDING', 'PASSED'] },
    ]);
  });

  it.each(['6f1d2c3', 'HEAD', '../../x', ''])('has no place on the commit %j', async (commit) => {
    expect((await run({ environment: { BITBUCKET_COMMIT: commit } })).status).toBe(0);
    expect(sandbox.journal.filter(({ path }) => path.includes('/reports'))).toEqual([]);
  });
});

describe('what a smoke test found', () => {
  const smoke = { SMOKE_PATHS_COUNT: '2', SMOKE_PATHS_0: '/ 200 Hello', SMOKE_PATHS_1: '/old 308', FORCE: 'true' };
  const found = (): unknown =>
    [...(sandbox.bitbucket.reports[0]?.annotations.values() ?? [])].map(({ result, summary }) => [result, summary]);

  it('stands beside the report, path by path, until the step is run again and finds it good', async () => {
    sandbox.vercel.planSite('prj_web', { pages: { '/': { status: 200, body: 'Hello' }, '/old': { status: 404 } } });
    expect((await run({ environment: smoke })).status).toBe(1);
    expect(told()).toEqual([['PENDING', 'FAILED']]);
    expect(found()).toEqual([['FAILED', expect.stringMatching(/^Smoke test failed: \/old: got 404, wanted 308 /)]]);
    sandbox.vercel.planSite('prj_web', { pages: { '/': { status: 200, body: 'Hello' }, '/old': { status: 308 } } });
    expect((await run({ environment: { ...smoke, BITBUCKET_STEP_RUN_NUMBER: '2' } })).status).toBe(0);
    expect(found()).toEqual([
      ['PASSED', expect.stringMatching(/^Smoke test passed: \/old: got 308/)],
      ['PASSED', expect.stringMatching(/^Smoke test passed: \/: got 200/)],
    ]);
  });
});

describe('whatever Bitbucket does about it', () => {
  const html = { 'content-type': 'text/html' };
  const cases: readonly { name: string; action: MisbehaveRule['action']; warns: number }[] = [
    { name: '401', action: { kind: 'status', status: 401, body: { type: 'error' } }, warns: 1 },
    { name: '403', action: { kind: 'status', status: 403, body: { type: 'error' } }, warns: 1 },
    { name: '404', action: { kind: 'status', status: 404 }, warns: 1 },
    { name: '429', action: { kind: 'bitbucket-rate-limit' }, warns: 1 },
    { name: '500', action: { kind: 'status', status: 500, body: '<html>', headers: html }, warns: 1 },
    { name: 'a redirect', action: { kind: 'status', status: 302, headers: { location: 'http://x' } }, warns: 1 },
    { name: 'garbage', action: { kind: 'status', status: 200, body: '<html>', headers: html }, warns: 0 },
    { name: 'a body without end', action: { kind: 'status', status: 200, body: 'x'.repeat(1e6) }, warns: 0 },
    { name: 'a reset', action: { kind: 'reset' }, warns: 0 },
    { name: 'a broken answer', action: { kind: 'truncate' }, warns: 0 },
  ];
  it.each(cases)('the deployment is as it would be: $name', async ({ action, warns }) => {
    sandbox.misbehave({ match: { path: /\/reports\// }, times: Infinity, action });
    const done = await run();
    expect(done.status).toBe(0);
    expect(warnings(done)).toHaveLength(warns);
    expect(step.readOne('.result.sigstore.json')).not.toBe('');
  });

  it.each(cases)('with a token too: $name', async ({ action }) => {
    sandbox.bitbucket.plantPullRequest({ id: 7, state: 'OPEN' });
    sandbox.misbehave({ match: { path: /\/(?:statuses|comments)/ }, times: Infinity, action });
    const done = await run(withToken({ BITBUCKET_PR_ID: '7' }));
    expect(done.status).toBe(0);
    expect(warnings(done).length).toBeLessThanOrEqual(1);
    expect(told()).toEqual([['PENDING', 'PASSED']]);
  });

  it('a proxy that is not there is told once, to who debugs', async () => {
    const done = await run({ proxy: false });
    expect(done.status).toBe(0);
    expect(done.log).not.toMatch(/^(?!debug).*(?:report on|ECONNREFUSED)/m);
    expect(done.log.match(/^debug bitbucket: no report on commit 6f1d2c3b4a59\..*ECONNREFUSED.*/gm)).toHaveLength(1);
  });

  it('an error that nobody thought of is none of the deployment', async () => {
    const lines: string[] = [];
    const platform = {
      log: { debug: (line: string) => void lines.push(line) },
      clock: { timeout: () => new AbortController().signal },
    };
    const story = startStory();
    story.announcing = { started: Promise.resolve(), halt: new AbortController(), proxy: { absent: false } };
    // It has no configuration, so whatever is looked for in it throws.
    await announceEnd({ platform, stop: new AbortController().signal } as unknown as Run, story, undefined);
    expect(lines).toEqual(['bitbucket: TypeError while telling of the run']);
  });
});
