import type { RecordLine } from '../../types.ts';
import { bad, fine, none, short, utc, type Said } from '../say.ts';
import type { World } from '../types.ts';

/** Whether the policy that decided was one of those that were allowed then. */
export function allowedPolicy({ policyDigest, target }: RecordLine, at: number, world: World): Said {
  const { policies } = world;
  const said = policyDigest === undefined ? 'No policy file decided' : `Policy ${short(policyDigest)} decided`;
  if (!policies) return none('policy', `${said}; no list of allowed policies was given.`);
  if (policyDigest === undefined) {
    if (target !== 'production') return none('policy', `${said}, and only production wants one.`);
    return bad('policy', 'POLICY_STALE', ['The record names no policy, and production wants one of the allowed list.']);
  }
  if (policies.allowed(policyDigest, at)) return fine('policy', `${said}, which was allowed at ${utc(at)}.`);
  return bad('policy', 'POLICY_STALE', [`${said}, which was not on the list of allowed ones at ${utc(at)}.`]);
}
