import type { RecordLine } from '../../types.ts';
import type { Case } from '../case.ts';
import { GRACE_MS, word } from '../say.ts';
import type { World } from '../types.ts';

const MOVES: ReadonlySet<string> = new Set(['manual-deployment-promotion-created', 'instant-rollback-created']);

/** Whether visitors get what the record does not tell of: a failed run that serves, a preview that served production. */
export function contradictsService(of: Case, facts: RecordLine, world: World): readonly string[] {
  const { readyState, readySubstate, target } = of.deployment ?? {};
  if (readyState !== 'READY') return [];
  if (
    BAD_ENDS.has(facts.outcome ?? '') &&
    isServing(of) &&
    facts.rolledBackTo === undefined &&
    !wasMovedLater(of, facts)
  ) {
    const how = `${readyState}, target ${word(target)}${readySubstate === undefined ? '' : `, ${word(readySubstate)}`}`;
    return [`The record says that the run ended ${word(facts.outcome)}, and Vercel serves it: ${how}.`];
  }
  // Of what became production from the start, the target tells.
  if (readySubstate !== 'PROMOTED' || target === 'production' || wasMoved(of)) return [];
  if (world.gaps('events').length > 0) return [];
  return [
    `The record says target ${word(facts.target)}, Vercel says that it has served production (PROMOTED), and neither an event nor a record tells of a promotion.`,
  ];
}

const BAD_ENDS: ReadonlySet<string> = new Set(['failed', 'denied', 'interrupted']);

function isServing({ deployment }: Case): boolean {
  if (!deployment) return false;
  const { target, readySubstate } = deployment;
  if (readySubstate === 'PROMOTED') return true;
  return target === 'production' && readySubstate !== 'STAGED' && readySubstate !== 'ROLLING';
}

/** That has a row or a record of its own. */
function wasMoved({ id, events, touching }: Case): boolean {
  if (events.some(({ type }) => MOVES.has(type))) return true;
  return touching.some(({ facts }) => facts.actsOn === id || facts.rolledBackTo === id);
}

/** By someone else than the run that failed. */
function wasMovedLater({ id, events, touching }: Case, { recordId, signedAt }: RecordLine): boolean {
  if (events.some(({ type, at }) => MOVES.has(type) && at > signedAt + GRACE_MS)) return true;
  return touching.some(
    ({ facts }) => facts.recordId !== recordId && (facts.actsOn === id || facts.rolledBackTo === id),
  );
}
