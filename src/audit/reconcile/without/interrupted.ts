import type { SeenDeployment, SeenRecord } from '../../types.ts';
import type { Case } from '../case.ts';
import { fittingIntent, namedResults } from '../links.ts';
import { bad, GRACE_MS, none, short, utc, word, type Said } from '../say.ts';
import type { Claim, World } from '../types.ts';

/** A signed intent explains it, and no result names it: the first deployment that names the intent is its own. */
export function interrupted(of: Case, world: World): Said {
  const { deployment } = of;
  const { intent, objection } = fittingIntent(of, world);
  if (!deployment || !intent) return none('record', objection ?? 'No signed intent explains it.');
  const results = namedResults(of, world);
  if (results.some(({ deploymentId }) => deploymentId !== undefined)) return none('record', 'Its intent has a result.');
  const { recordId, startedAt } = intent.facts;
  const name = `intent ${short(intent.payloadDigest)} of record ${word(recordId)}`;
  if (deployment.createdAt < startedAt - GRACE_MS) {
    const created = `it was created at ${utc(deployment.createdAt)}, and that run began at ${utc(startedAt)}`;
    return bad('record', 'DUPLICATE_CLAIM', [`It names ${name}, but ${created}.`]);
  }
  const first = firstClaim(deployment, intent, world);
  if (first) return bad('record', 'DUPLICATE_CLAIM', [`It names ${name}, which ${word(first)} named before it.`]);
  const [result] = results;
  if (result?.outcome === 'denied') {
    return bad('record', 'MISMATCH', [`It names record ${word(recordId)}, which says that the deploy was denied.`]);
  }
  const end = result ? `its result says ${word(result.outcome)} and names no deployment` : 'no result was signed';
  return bad('record', 'INTERRUPTED', [`It was made by ${name}, and ${end}.`]);
}

/** The earlier deployment that has the better claim. What was created before the run began has none. */
function firstClaim(
  deployment: SeenDeployment,
  { payloadDigest, facts }: SeenRecord,
  world: World,
): string | undefined {
  const { id, createdAt } = deployment;
  const earlier = (claim: Claim): boolean =>
    claim.createdAt < createdAt || (claim.createdAt === createdAt && claim.deploymentId < id);
  return world
    .claims(payloadDigest)
    .filter((claim) => claim.deploymentId !== id && claim.createdAt >= facts.startedAt - GRACE_MS)
    .filter(({ projectId, target }) => projectId === facts.projectId && target === facts.target)
    .find(earlier)?.deploymentId;
}
