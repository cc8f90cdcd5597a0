import { eachDeployment, type Report } from '../deploy/index.ts';
import { PipeError, type ExitStatus } from '../errors.ts';
import type { CleanupItem } from '../record/types.ts';
import { nameTarget } from '../variables/index.ts';
import { runAction, type Acting } from './act.ts';
import { performAll } from './cleanup-act.ts';
import { findClosed } from './cleanup-previews.ts';
import { findInterrupted } from './cleanup-runs.ts';
import { tellPlan } from './cleanup-tell.ts';
import { META_INTENT, META_RECORD, readRecordId } from './meta.ts';
import type { Run } from './run.ts';

/** Five thousand deployments. What is older shows when the newer ones are gone. */
const MAX_PAGES = 50;
/** Of one run: what is left waits for the next. */
const MAX_ACTS = 100;
const SHA256 = /^[0-9a-f]{64}$/;

/** A deployment that names a record of this pipe. Anyone who may deploy can write the same. */
export interface OwnDeployment {
  readonly report: Report;
  readonly recordId: string;
  /** SHA-256 of the intent's payload, hex. */
  readonly intentDigest: string;
}

/** One thing to do, and the deployment as it was found. */
export interface Planned {
  readonly item: CleanupItem;
  readonly report: Report;
}

export interface Plan {
  readonly acts: readonly Planned[];
  /** What is not done, or not known, and why. */
  readonly notes: readonly string[];
  /** Why Bitbucket did not tell what this step may ask it. */
  readonly refusal: string | undefined;
}

/**
 * `COMMAND: cleanup`: settles the runs of this target that were interrupted, and removes previews of pull requests that
 * are merged or declined. A rehearsal unless DRY_RUN is false.
 */
export function runCleanup(run: Run): Promise<ExitStatus> {
  const { dryRun } = run.config.after;
  return runAction<Plan>(run, 'cleanup', {
    find,
    leavesRecord: ({ acts }) => !dryRun && acts.length > 0,
    async act(acting, plan) {
      tellPlan(run, plan);
      if (!dryRun) await performAll(acting, plan.acts);
      if (plan.refusal !== undefined) throw unanswered(plan.refusal);
    },
  });
}

async function find(acting: Acting): Promise<Plan> {
  const { story, run } = acting;
  const { own, notes } = await listOwn(acting);
  const runs = await findInterrupted(acting, own);
  const settled = new Set(runs.acts.map(({ report }) => report));
  const others = own.filter(({ report }) => !settled.has(report));
  const previews = run.config.target.kind === 'preview' ? await findClosed(acting, others) : undefined;
  const all = [...runs.acts, ...(previews?.acts ?? [])];
  const acts = all.slice(0, MAX_ACTS);
  const left = all.length - acts.length;
  story.cleanup = acts.map(({ item }) => item);
  return {
    acts,
    notes: [
      ...notes,
      ...runs.notes,
      ...(previews?.notes ?? []),
      ...(left > 0 ? [`${String(left)} more wait for the next run: one does at most ${String(MAX_ACTS)}.`] : []),
    ],
    refusal: runs.refusal ?? previews?.refusal,
  };
}

/** Of this target alone: the grant that let this step in is for no other. */
async function listOwn({
  run,
  api,
  credential,
}: Acting): Promise<{ readonly own: readonly OwnDeployment[]; readonly notes: readonly string[] }> {
  const { config, platform, signal } = run;
  const wanted = {
    projectId: credential.project.id,
    target: config.target.kind === 'production' ? ('production' as const) : undefined,
    before: platform.clock.now() - Math.min(config.timeoutMs, config.after.cleanupAgeMs),
    maxPages: MAX_PAGES,
  };
  const each = eachDeployment(api, wanted, signal);
  const own: OwnDeployment[] = [];
  for (;;) {
    const { value, done } = await each.next();
    if (done) return { own, notes: value ? [] : ['There are older deployments than were looked at.'] };
    const { deployment, meta } = value;
    const recordId = readRecordId(meta[META_RECORD]);
    const intentDigest = meta[META_INTENT] ?? '';
    if (recordId === undefined || !SHA256.test(intentDigest)) continue;
    if (deployment.target === nameTarget(config.target)) own.push({ report: value, recordId, intentDigest });
  }
}

function unanswered(refusal: string): PipeError {
  return new PipeError({
    code: 'SERVICE_FAILED',
    message: 'The cleanup is not complete: Bitbucket did not say all that it was asked for.',
    got: refusal,
    wanted: 'the pipelines and pull requests of this repository',
    fix: 'Check BITBUCKET_ACCESS_TOKEN and its scopes, or run the step again later.',
  });
}
