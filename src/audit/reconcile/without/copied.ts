import type { Case } from '../case.ts';
import { foreignResult } from '../links.ts';
import { bad, none, word, type Said } from '../say.ts';
import type { World } from '../types.ts';

/** `meta` names a verified record that is about another deployment: made again on Vercel, or copied by someone. */
export function copiedRecord(of: Case, world: World): Said {
  const foreign = foreignResult(of, world);
  if (!foreign) return none('record', 'Its meta names no record of another deployment.');
  const { source } = of.deployment ?? {};
  const { action } = of.meta;
  const about = `Its meta names the record ${word(foreign.file)}, which is about ${word(foreign.deploymentId)}.`;
  if (source === 'redeploy' || action === 'promote' || action === 'redeploy') {
    const how = source === 'redeploy' ? 'source redeploy' : `action ${word(action)}`;
    return bad('record', 'UNRECORDED_REDEPLOY', [`${about} Vercel made it again (${how}), and no record tells of it.`]);
  }
  return bad('record', 'DUPLICATE_CLAIM', [about]);
}

/** Made again on Vercel of what left no record either. */
export function redeployed({ deployment }: Case): Said {
  if (deployment?.source !== 'redeploy') return none('record', 'It was not made again of another.');
  return bad('record', 'UNRECORDED_REDEPLOY', ['Vercel made it again (source redeploy), and no record tells of it.']);
}
