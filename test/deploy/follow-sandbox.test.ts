import { describe, expect, it } from '@jest/globals';
import { assignAliases } from '../../src/deploy/aliases.ts';
import { cancelDeployment } from '../../src/deploy/follow-cancel.ts';
import { followDeployment, type FollowDeps } from '../../src/deploy/follow.ts';
import { readReport, type Report } from '../../src/deploy/report.ts';
import type { Deployment } from '../../src/deploy/types.ts';
import { createVercelApi } from '../../src/deploy/vercel-api.ts';
import type { PipeError } from '../../src/errors.ts';
import { createHttpClient } from '../../src/http/index.ts';
import { createSandbox, type DeploymentPlan, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import { Secret } from '../../src/secret.ts';
import { create } from '../sandbox/support/client.ts';
import { sandboxNetwork } from '../support/sandbox-network.ts';
import { testPlatform } from '../support/test-platform.ts';
import { failureOf } from './support/scripted-api.ts';

const NEVER = new AbortController().signal;
const OPTIONS = { production: true, autoAssign: true, wait: true, projectId: 'prj_web' };

interface Scene {
  readonly sandbox: Sandbox;
  readonly deps: FollowDeps;
  readonly log: () => string;
  /** Creates a deployment as it is planned, and gives the answer to the create. */
  readonly make: (more?: Readonly<Record<string, unknown>>) => Promise<Report>;
  readonly follow: (created: Report, options?: Partial<typeof OPTIONS>) => Promise<string>;
}

async function scene(plan: Partial<DeploymentPlan> = {}, options: SandboxOptions = {}): Promise<Scene> {
  const sandbox = await createSandbox({ deployment: { eventMs: 1, ...plan }, ...options });
  const platform = testPlatform(sandboxNetwork(sandbox));
  const http = createHttpClient({ ...platform, userAgent: 'test' });
  const token = new Secret(sandbox.vercel.classicToken);
  const api = createVercelApi(http, { url: sandbox.vercelUrl, authorization: 'bearer' }, sandbox.vercel.team.id, () =>
    Promise.resolve(token),
  );
  const deps = { api, clock: platform.clock, log: platform.log };
  return {
    ...{ sandbox, deps, log: () => platform.log.text() },
    async make(more = { target: 'production' }) {
      const report = readReport((await create(sandbox, more)).body);
      if (!report) throw new Error('nothing was created');
      return report;
    },
    follow: (created, changed) => followDeployment(deps, created, { ...OPTIONS, ...changed }, () => undefined, NEVER),
  };
}

describe('a deployment of the sandbox', () => {
  it.each<{ name: string; plan: Partial<DeploymentPlan> }>([
    { name: 'QUEUED, BUILDING', plan: {} },
    {
      name: 'every state there is',
      plan: { via: ['QUEUED', 'INITIALIZING', 'ANALYZING', 'BUILDING', 'DEPLOYING'], polls: 9 },
    },
    { name: 'the short form', plan: { shortForm: true } },
  ])('is live by way of $name', async ({ plan }) => {
    const { make, follow } = await scene(plan);
    expect(await follow(await make())).toBe('live');
  });

  it.each<{ plan: Partial<DeploymentPlan>; code: string; text: RegExp }>([
    { plan: { outcome: 'ERROR', errorMessage: 'no entry' }, code: 'DEPLOYMENT_FAILED', text: /no entry/ },
    { plan: { outcome: 'CANCELED' }, code: 'DEPLOYMENT_CANCELED', text: /was canceled/ },
    { plan: { outcome: 'DELETED' }, code: 'DEPLOYMENT_CANCELED', text: /was deleted/ },
    { plan: { outcome: 'DELETED', deletedAs: 404 }, code: 'DEPLOYMENT_CANCELED', text: /was deleted/ },
    { plan: { outcome: 'DELETED', deletedAs: 410 }, code: 'DEPLOYMENT_CANCELED', text: /was deleted/ },
    { plan: { outcome: 'BLOCKED' }, code: 'DEPLOYMENT_BLOCKED', text: /TEAM_ACCESS_REQUIRED[\s\S]*GIT_AUTHOR: true/ },
    {
      plan: { outcome: 'BLOCKED', errorCode: 'SPEND_LIMIT' },
      code: 'DEPLOYMENT_BLOCKED',
      text: /Its page on Vercel says/,
    },
    { plan: { outcome: 'ALIAS_ERROR' }, code: 'DEPLOYMENT_FAILED', text: /cert_missing[\s\S]*no certificate yet/ },
    { plan: { outcome: 'CHECKS_FAILED' }, code: 'DEPLOYMENT_FAILED', text: /A check of the deployment failed/ },
    { plan: { outcome: 'CHECKS_V1_FAILED' }, code: 'DEPLOYMENT_FAILED', text: /A check of the deployment failed/ },
  ])('fails as planned: $plan', async ({ plan, code, text }) => {
    const { make, follow } = await scene(plan);
    const failure = (await failureOf(follow(await make()))) as PipeError;
    expect(failure).toMatchObject({ code, exitStatus: 1 });
    expect(failure.describe()).toMatch(text);
  });

  it('is staged on purpose', async () => {
    const { make, follow } = await scene();
    const created = await make({ target: 'production', autoAssignCustomDomains: false });
    expect(await follow(created, { autoAssign: false })).toBe('staged');
  });

  it('stays without domains after a rollback', async () => {
    const { sandbox, make, follow } = await scene();
    const older = await make();
    expect(await follow(older)).toBe('live');
    expect(await follow(await make())).toBe('live');
    sandbox.vercel.rollBack('prj_web', older.deployment.id);
    const failure = (await failureOf(follow(await make()))) as PipeError;
    expect(failure).toMatchObject({ code: 'DOMAINS_NOT_ASSIGNED', message: expect.stringContaining('rolled back') });
  });

  it.each([{ shown: true }, { shown: false }])(
    'rolls, and the next one waits, whether or not the project tells of it: $shown',
    async ({ shown }) => {
      const { sandbox, make, follow, log } = await scene();
      sandbox.vercel.startRollingRelease('prj_web', { shown });
      expect(await follow(await make())).toBe('rolling');
      expect(log()).toContain("a share of production's traffic");
      expect(await follow(await make())).toBe('rolling');
      expect(log()).toMatch(/built and queued\. Another release is active/);
    },
  );

  it.each([
    { name: 'with `since` counted in', sinceIsExclusive: false, halfLine: false },
    { name: 'with `since` left out', sinceIsExclusive: true, halfLine: false },
    { name: 'in the middle of a line', sinceIsExclusive: false, halfLine: true },
  ])('shows each line of a log that is cut twice once, $name', async ({ sinceIsExclusive, halfLine }) => {
    // Time alone moves it on, so that the log has time to be read.
    const { sandbox, make, follow, log } = await scene({ polls: 40 }, { sinceIsExclusive });
    const path = /\/events$/;
    sandbox.misbehave({ match: { path }, times: 2, action: { kind: 'cut-stream', lines: 2, halfLine } });
    expect(await follow(await make())).toBe('live');
    const lines = log()
      .split('\n')
      .filter((line) => line.includes('│'));
    const all = sandbox.vercel.deployments.at(-1)?.events.filter(({ text }) => text !== '').length;
    expect(lines).toHaveLength(all ?? -1);
    expect(new Set(lines).size).toBe(lines.length);
    expect(sandbox.journal.filter((entry) => path.test(entry.path)).length).toBeGreaterThanOrEqual(3);
  });

  it("gets aliases, again too, and one that is not the team's is told", async () => {
    const { deps, make, follow } = await scene({}, { domains: ['example.com'] });
    const { deployment } = await make();
    const assign = async (to: Deployment, given: readonly string[]): Promise<readonly string[]> => {
      let latest = to;
      await assignAliases(deps, to, given, NEVER, (named) => (latest = named));
      return latest.aliases.filter((name) => given.includes(name));
    };
    expect((await failureOf(assign(deployment, ['a.example.com']))) as PipeError).toMatchObject({
      faults: [expect.stringContaining('deployment_not_ready')],
    });
    await follow(await make());
    const ready = await make();
    await follow(ready);
    const names = ['a.example.com', 'web-main.vercel.app'];
    expect(await assign(ready.deployment, names)).toEqual(names);
    expect(await assign(ready.deployment, names)).toEqual(names);
    const failure = (await failureOf(assign(ready.deployment, ['a.example.org']))) as PipeError;
    expect(failure.faults).toEqual([expect.stringMatching(/^a\.example\.org: status 403 forbidden .*add the domain/)]);
  });

  it('is canceled while it is being built, and not afterwards', async () => {
    const { deps, make, follow } = await scene();
    expect(await cancelDeployment(deps, (await make()).deployment, NEVER)).toBe(true);
    const live = await make();
    await follow(live);
    expect(await cancelDeployment(deps, live.deployment, NEVER)).toBe(false);
  });
});
