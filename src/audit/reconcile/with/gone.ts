import type { RecordLine } from '../../types.ts';
import { isDeleted, type Case } from '../case.ts';
import { bad, fine, lacking, short, word, type Said } from '../say.ts';
import type { World } from '../types.ts';
import { compareCreator } from './creator.ts';

/**
 * A deployment that the list shows no more: what its events still say. Someone must have deleted it, and they must say
 * its target and its intent, or nobody can say that Vercel made what the record says.
 */
export function goneDeployment({ created, meta, events }: Case, facts: RecordLine, world: World): Said {
  const { target, deployment: made, intentDigest } = facts;
  const maker = made?.origin === 'created' || made?.origin === undefined ? intentDigest : made.originIntentDigest;
  const differing: string[] = [];
  for (const got of [created?.target, made?.target]) {
    if (got === undefined || got === target) continue;
    differing.push(`The record was to deploy to ${word(target)}, and it became ${word(got)}.`);
  }
  if (meta.intent !== undefined && maker !== undefined && meta.intent !== maker) {
    differing.push(`The record says intent ${short(maker)}, the event says ${short(meta.intent)}.`);
  }
  if (created?.principalType !== undefined)
    differing.push(...compareCreator(facts, created.principalType, created.principalName));
  const [first, ...rest] = differing;
  if (first !== undefined) return bad('deployment', 'MISMATCH', [first, ...rest]);
  const gone = 'The list shows it no more';
  const [gap] = world.gaps('deployments');
  if (gap !== undefined) return lacking('deployment', `The list does not show it, and has gaps: ${gap}`);
  if (created?.target === undefined || meta.intent === undefined || maker === undefined) {
    return lacking('deployment', `${gone}, and its events do not say its target and intent.`);
  }
  if (!isDeleted(events)) return lacking('deployment', `${gone}, and no event tells of its deletion.`);
  return fine('deployment', `${gone}; its event says target and intent as the record does.`);
}
