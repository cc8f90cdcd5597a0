import { readOtherPipeline, readPullRequest } from '../bitbucket/index.ts';
import { isRemovable, readServing } from '../deploy/index.ts';
import type { Acting } from './act.ts';
import type { OwnDeployment, Plan, Planned } from './cleanup.ts';
import { askerOf } from './cleanup-ask.ts';
import { toItem } from './cleanup-item.ts';
import { META_PIPELINE, readPullRequest as pullRequestOf } from './meta.ts';

const WITHOUT_TOKEN =
  'Previews of merged and declined pull requests are not looked for: without BITBUCKET_ACCESS_TOKEN nobody says which those are. None is removed.';

/**
 * Previews that are older than CLEANUP_AGE, of pull requests that Bitbucket calls merged or declined. `meta` says which
 * pull request, and anyone who may deploy can write it: so the pipeline that it names must be of this repository, and not
 * of another pull request, or of none. Previews of branches have none, and are left.
 */
export async function findClosed(acting: Acting, own: readonly OwnDeployment[]): Promise<Plan> {
  const { run, api, credential } = acting;
  const before = run.platform.clock.now() - run.config.after.cleanupAgeMs;
  const candidates = own.flatMap((one) => {
    const pullRequest = pullRequestOf(one.report.meta);
    const { createdAt, readyState } = one.report.deployment;
    const isOld = createdAt !== undefined && createdAt < before;
    return pullRequest !== undefined && isOld && readyState !== 'DELETED' ? [{ one, pullRequest }] : [];
  });
  const asker = askerOf(acting);
  if (!asker) return { acts: [], notes: [WITHOUT_TOKEN], refusal: undefined };
  if (candidates.length === 0) return { acts: [], notes: [], refusal: undefined };
  const serving = await readServing(api, credential.project.id, run.signal);
  const acts: Planned[] = [];
  let kept = 0;
  for (const { one, pullRequest } of candidates) {
    const state = await asker.ask(`pull request ${String(pullRequest)}`, (name, deps, signal) =>
      readPullRequest(name, pullRequest, deps, signal),
    );
    if (state !== 'merged' && state !== 'declined') continue;
    const uuid = one.report.meta[META_PIPELINE] ?? '';
    const pipeline = await asker.ask(`pipeline ${uuid}`, (name, deps, signal) =>
      readOtherPipeline(name, uuid, deps, signal),
    );
    if (pipeline === undefined || (pipeline.pullRequest ?? pullRequest) !== pullRequest) continue;
    if (isRemovable(one.report, serving)) acts.push(toItem(one, 'remove', state, pullRequest));
    else kept += 1;
  }
  const notes = kept === 0 ? [] : [`${String(kept)} previews are kept: they bear a name of production, or served it.`];
  return { acts, notes, refusal: asker.refusal() };
}
