import type { RecordLine } from '../../types.ts';
import { bad, fine, none, short, utc, type Said } from '../say.ts';
import type { World } from '../types.ts';

/**
 * Whether the policy that decided was one of those that were allowed then, for that repository. Which one decided is the
 * record's own word, that is of the step that has signed it.
 */
export function allowedPolicy({ policyDigest, target, repositoryUuid }: RecordLine, at: number, world: World): Said {
  const { policies } = world;
  const said = policyDigest === undefined ? 'No policy file decided' : `Policy ${short(policyDigest)} decided`;
  if (!policies) return none('policy', `${said}; no list of allowed policies was given.`);
  if (policyDigest === undefined) {
    if (target !== 'production') return none('policy', `${said}, and only production wants one.`);
    return bad('policy', 'POLICY_STALE', ['The record names no policy, and production wants one of the allowed list.']);
  }
  if (policies.allowed(policyDigest, at, repositoryUuid))
    return fine('policy', `${said}, which was allowed at ${utc(at)}.`);
  if (policies.allowed(policyDigest, at)) {
    const reason = `${said}, as a step of repository ${repositoryUuid} says: it may not decide for that one.`;
    return bad('policy', 'POLICY_STALE', [reason]);
  }
  return bad('policy', 'POLICY_STALE', [`${said}, which was not on the list of allowed ones at ${utc(at)}.`]);
}
