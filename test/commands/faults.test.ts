import { describe, expect, it } from '@jest/globals';
import { createSandbox, type DeploymentPlan, type MisbehaveRule, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, predicateOf, runStep } from '../support/step.ts';

interface Fault {
  readonly name: string;
  readonly rules?: readonly MisbehaveRule[];
  readonly plan?: Partial<DeploymentPlan>;
  readonly options?: Parameters<typeof createSandbox>[0];
  readonly environment?: Readonly<Record<string, string>>;
}

interface FailingFault extends Fault {
  readonly status: number;
  readonly says: RegExp;
  /** Deployments that exist afterwards, made by this run. */
  readonly made: number;
}

const CREATE = { method: 'POST', path: /^\/v13\/deployments$/ };
const UPLOAD = { path: /^\/v2\/files$/ };
const POLL = { method: 'GET', path: /^\/v13\/deployments\// };

/** The first create only asks what is missing; the second makes the deployment. */
const onSecondCreate = (action: MisbehaveRule['action']): MisbehaveRule[] => [
  { match: CREATE, action: { kind: 'delay', ms: 0 } },
  { match: CREATE, action },
];

const OVERCOME: readonly Fault[] = [
  { name: 'a 429 on an upload', rules: [{ match: UPLOAD, action: { kind: 'rate-limit', retryAfterSeconds: 2 } }] },
  { name: '503 on three uploads', rules: [{ match: UPLOAD, times: 3, action: { kind: 'status', status: 503 } }] },
  { name: 'uploads whose connection breaks', rules: [{ match: UPLOAD, times: 3, action: { kind: 'reset' } }] },
  { name: 'an upload whose answer breaks off', rules: [{ match: UPLOAD, action: { kind: 'truncate', bytes: 3 } }] },
  { name: 'an upload whose answer is slow', rules: [{ match: UPLOAD, action: { kind: 'slow-body', ms: 1 } }] },
  { name: 'an upload whose answer is lost', rules: [{ match: UPLOAD, action: { kind: 'after-then-reset' } }] },
  {
    name: 'a create answered 500 after it was made',
    rules: onSecondCreate({ kind: 'after-then-status', status: 500 }),
  },
  { name: 'a create reset after it was made', rules: onSecondCreate({ kind: 'after-then-reset' }) },
  {
    name: 'a create lost after it was made, and a list that lags',
    rules: onSecondCreate({ kind: 'after-then-reset' }),
    plan: { listedAfter: 1 },
  },
  { name: 'a create whose answer breaks off', rules: onSecondCreate({ kind: 'truncate' }) },
  { name: 'a create reset before it was made', rules: onSecondCreate({ kind: 'reset' }) },
  { name: 'a create answered 503 before it was made', rules: onSecondCreate({ kind: 'status', status: 503 }) },
  { name: 'a create that must wait', rules: onSecondCreate({ kind: 'rate-limit', retryAfterSeconds: 90 }) },
  { name: 'the first create reset', rules: [{ match: CREATE, action: { kind: 'reset' } }] },
  { name: 'polls answered 500', rules: [{ match: POLL, times: 3, action: { kind: 'status', status: 500 } }] },
  { name: 'polls that break', rules: [{ match: POLL, times: 3, action: { kind: 'reset' } }] },
  { name: 'a poll that breaks off', rules: [{ match: POLL, action: { kind: 'truncate' } }] },
  {
    name: 'a build log that cannot be had',
    rules: [{ match: { path: /events/ }, times: 9, action: { kind: 'reset' } }],
  },
  { name: 'keys that come at the second try', rules: [{ match: { path: /keys/ }, action: { kind: 'reset' } }] },
  { name: 'a revocation that fails', rules: [{ match: { path: /revoke/ }, action: { kind: 'status', status: 503 } }] },
];

const FATAL: readonly FailingFault[] = [
  {
    name: 'the daily limit of uploads',
    options: { limits: { uploads: 2 } },
    environment: { UPLOAD: 'files' },
    ...{ status: 3, says: /RATE_LIMITED[^]*api-upload-free[^]*UPLOAD: archive/, made: 0 },
  },
  {
    name: 'the daily limit of deployments',
    options: { limits: { deployments: 0 } },
    ...{ status: 3, says: /RATE_LIMITED[^]*api-deployments-free-per-day/, made: 0 },
  },
  {
    name: "the plan's builds used up",
    rules: onSecondCreate({
      kind: 'status',
      status: 429,
      body: { error: { code: 'builds_rate_limited', message: 'Builds are used up' } },
    }),
    ...{ status: 3, says: /RATE_LIMITED[^]*Raise the plan's limit/, made: 0 },
  },
  {
    name: 'a server that fails for good',
    rules: [{ match: CREATE, times: 99, action: { kind: 'status', status: 500 } }],
    ...{ status: 3, says: /SERVICE_FAILED[^]*vercel-status\.com/, made: 0 },
  },
  {
    name: 'a failed build',
    plan: { outcome: 'ERROR' },
    status: 1,
    says: /DEPLOYMENT_FAILED[^]*build log above/,
    made: 1,
  },
  { name: 'a cancel', plan: { outcome: 'CANCELED' }, status: 1, says: /DEPLOYMENT_CANCELED[^]*activity log/, made: 1 },
  { name: 'a deletion', plan: { outcome: 'DELETED' }, status: 1, says: /DEPLOYMENT_CANCELED[^]*deleted/, made: 1 },
  { name: 'a block', plan: { outcome: 'BLOCKED' }, status: 1, says: /DEPLOYMENT_BLOCKED[^]*seat/, made: 1 },
  {
    name: 'domains that fail',
    plan: { outcome: 'ALIAS_ERROR' },
    status: 1,
    says: /DEPLOYMENT_FAILED[^]*cert_missing/,
    made: 1,
  },
  {
    name: 'checks that fail',
    plan: { outcome: 'CHECKS_FAILED' },
    status: 1,
    says: /DEPLOYMENT_FAILED[^]*check/,
    made: 1,
  },
];

async function run(
  fault: Fault,
): Promise<{ status: number; log: string; sandbox: Sandbox; made: number; outcome: unknown }> {
  const sandbox = await createSandbox(fault.options);
  if (fault.plan) sandbox.vercel.planDeployments(fault.plan);
  for (const rule of fault.rules ?? []) sandbox.misbehave(rule);
  const step = await makeStep(sandbox, fault.environment ?? {});
  const { status, log } = await runStep(sandbox, step);
  const outcome = predicateOf(step.readOne('.result.sigstore.json'))['outcome'];
  step.remove();
  const made = sandbox.vercel.deployments.filter(({ meta }) => meta['oidcDeployIntent'] !== undefined).length;
  return { status, log, sandbox, made, outcome };
}

function liveTokens({ vercel }: Sandbox): number {
  return vercel.tokens.filter(({ kind, revokedAt }) => kind === 'app' && revokedAt === undefined).length;
}

describe('a run overcomes', () => {
  it.each(OVERCOME)('$name: one deployment, live, and no token left', async (fault) => {
    const { status, log, sandbox, made, outcome } = await run(fault);
    expect({ status, made, left: liveTokens(sandbox), log: status === 0 ? '' : log }).toEqual({
      ...{ status: 0, made: 1, left: 0, log: '' },
    });
    expect(outcome).toMatchObject({ status: 'deployed', exitStatus: 0 });
    // The rule was met: the fault did happen.
    expect(sandbox.journal.some(({ misbehaved }) => misbehaved)).toBe(true);
  });
});

describe('a run ends', () => {
  it.each(FATAL)('at $name: the reason and what to do are told, and no token is left', async (fault) => {
    const { status, log, sandbox, made, outcome } = await run(fault);
    expect(log).toMatch(fault.says);
    expect({ status, made, left: liveTokens(sandbox) }).toEqual({ status: fault.status, made: fault.made, left: 0 });
    expect(outcome).toMatchObject({ status: 'failed', exitStatus: fault.status });
    expect(log).toMatch(/\n {2}└ fix: {4}\S/);
  });
});
