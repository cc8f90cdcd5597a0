import type { DeploymentAsker } from './collect/index.ts';
import type { Bucket } from './reconcile/index.ts';
import type { Scope, SeenDeployment, SeenEvent } from './types.ts';

const BIRTH = 'deployment';

/**
 * The history is read a little beyond the period, because a deployment and the event of its birth do not have one time. A
 * birth whose deployment the list does not show is of a deployment of another period, of one that the list came too early
 * for, or of one that is gone: Vercel is asked which.
 */
export async function settleBirths(
  bucket: Bucket,
  scope: Scope,
  asker: Pick<DeploymentAsker, 'askDeployment'>,
): Promise<Bucket> {
  const listed = new Set(bucket.deployments.map(({ id }) => id));
  const found: SeenDeployment[] = [];
  const events: SeenEvent[] = [];
  for (const event of bucket.events) {
    const { type, deploymentId } = event;
    if (type !== BIRTH || deploymentId === undefined || listed.has(deploymentId)) {
      events.push(event);
      continue;
    }
    if (!isIn(scope, event.at)) continue;
    const answer = await asker.askDeployment(deploymentId);
    if ('found' in answer && !isIn(scope, answer.found.createdAt)) continue;
    events.push(event);
    if (!('found' in answer)) continue;
    listed.add(deploymentId);
    found.push(answer.found);
  }
  return { ...bucket, events, deployments: [...bucket.deployments, ...found] };
}

function isIn({ since, until }: Scope, at: number): boolean {
  return at >= since && at < until;
}
