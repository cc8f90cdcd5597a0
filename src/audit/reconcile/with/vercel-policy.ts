import type { RecordLine, SeenEvent } from '../../types.ts';
import { bad, fine, lacking, none, unseen, word, type Said } from '../say.ts';
import type { World } from '../types.ts';

/**
 * Whether the token that did it came through the Vercel OIDC policy that the record names.
 * @param event of the creation, or of the change
 */
export function rightPolicy(event: SeenEvent | undefined, facts: RecordLine, world: World): Said {
  const { hop, vercelPolicyId } = facts;
  if (hop !== 'vercel')
    return none('vercel-policy', `The token did not come from Vercel's exchange (hop ${word(hop)}).`);
  if (!event) return unseen('vercel-policy', 'No event says by which token it was done.');
  const { tokenId } = event;
  if (tokenId === undefined)
    return lacking('vercel-policy', 'The event history does not say by which token it was done.');
  const policyId = world.policyOfToken(tokenId);
  if (policyId === undefined) {
    const gap = world.gaps('vercel-policies')[0] ?? world.gaps('events')[0];
    const reason = `The record says that Vercel's exchange gave the token, and no event says so of token ${word(tokenId)}`;
    return gap === undefined
      ? bad('vercel-policy', 'WRONG_POLICY', [`${reason}: it is a stored one.`])
      : lacking('vercel-policy', `${reason}: ${gap}`);
  }
  if (vercelPolicyId === undefined) {
    return none('vercel-policy', `Vercel's policy ${word(policyId)} gave the token; the record names none.`);
  }
  if (policyId !== vercelPolicyId) {
    return bad('vercel-policy', 'WRONG_POLICY', [
      `The record says Vercel policy ${word(vercelPolicyId)}, the event history says that ${word(policyId)} gave token ${word(tokenId)}.`,
    ]);
  }
  return fine('vercel-policy', `Token ${word(tokenId)} came by policy ${word(policyId)}, as the record says.`);
}
