import type { DeploymentAsker } from './collect/index.ts';
import { isOfBirth, type Born, type Bucket } from './reconcile/index.ts';
import type { Scope, SeenDeployment, SeenEvent } from './types.ts';

const BIRTH = 'deployment';
/** As long as nobody has been asked, all that may be of a birth is. */
const ANY: Born = { readyAt: Infinity, target: 'production' };

/**
 * The history is read a little beyond the period, because a deployment and the event of its birth do not have one time. A
 * birth whose deployment the list does not show is of a deployment of another period, of one that the list came too early
 * for, or of one that is gone: Vercel is asked which. With a birth of another period go the names that came of it.
 */
export async function settleBirths(
  bucket: Bucket,
  scope: Scope,
  asker: Pick<DeploymentAsker, 'askDeployment'>,
): Promise<Bucket> {
  const listed = new Set(bucket.deployments.map(({ id }) => id));
  const found: SeenDeployment[] = [];
  const events: SeenEvent[] = [];
  const others: { readonly birth: SeenEvent; readonly born: Born }[] = [];
  for (const event of bucket.events) {
    const { type, deploymentId } = event;
    if (type !== BIRTH || deploymentId === undefined || listed.has(deploymentId)) {
      events.push(event);
      continue;
    }
    const isInPeriod = isIn(scope, event.at);
    if (!isInPeriod && !bucket.events.some((one) => isOfBirth(one, event, ANY))) continue;
    // Asked already, in vain.
    if (event.unsettled !== undefined) {
      if (isInPeriod) events.push(event);
      continue;
    }
    const answer = await asker.askDeployment(deploymentId);
    const deployment = 'found' in answer ? answer.found : undefined;
    if (!isInPeriod || (deployment && !isIn(scope, deployment.createdAt))) {
      others.push({ birth: event, born: deployment ?? event });
      continue;
    }
    events.push(event);
    if (!deployment) continue;
    listed.add(deploymentId);
    found.push(deployment);
  }
  const own = events.filter((event) => !others.some(({ birth, born }) => isOfBirth(event, birth, born)));
  return { ...bucket, events: own, deployments: [...bucket.deployments, ...found] };
}

function isIn({ since, until }: Scope, at: number): boolean {
  return at >= since && at < until;
}
