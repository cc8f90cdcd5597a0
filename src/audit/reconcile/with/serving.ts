import type { RecordLine } from '../../types.ts';
import type { Case } from '../case.ts';
import { word } from '../say.ts';
import type { World } from '../types.ts';

const MOVES: ReadonlySet<string> = new Set(['manual-deployment-promotion-created', 'instant-rollback-created']);

/** Whether visitors get what the record does not tell of: a failed run that serves, a preview that served production. */
export function contradictsService(of: Case, facts: RecordLine, world: World): readonly string[] {
  const { readyState, readySubstate } = of.deployment ?? {};
  if (readyState !== 'READY' || wasMoved(of)) return [];
  if (endedBadly(facts) && isServing(of)) {
    const how = `${readyState}, target ${word(of.deployment?.target)}${readySubstate === undefined ? '' : `, ${word(readySubstate)}`}`;
    return [`The record says that the run ended ${word(facts.outcome)}, and Vercel serves it: ${how}.`];
  }
  if (readySubstate === 'PROMOTED' && facts.target !== 'production' && world.gaps('events').length === 0) {
    return [
      `The record says target ${word(facts.target)}, Vercel says that it has served production (PROMOTED), and neither an event nor a record tells of a promotion.`,
    ];
  }
  return [];
}

/** A run whose test failed after it saw the deployment live has said so itself. */
function endedBadly({ outcome, deployedAt, deployment }: RecordLine): boolean {
  if (outcome === 'denied') return true;
  if (outcome !== 'failed' && outcome !== 'interrupted') return false;
  return deployedAt === undefined || deployment?.readySubstate === 'STAGED';
}

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
