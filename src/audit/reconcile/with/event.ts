import type { SeenRecord } from '../../types.ts';
import { createdAtOf, type Case } from '../case.ts';
import { lacking, utc, weigh, word, type Said } from '../say.ts';
import type { World } from '../types.ts';

/** Vercel writes an event within moments of what it tells of. */
const MAX_APART_MS = 1000;

/** The event history must tell of the creation, at that time and in that project. */
export function toldByEvent(of: Case, { facts }: SeenRecord, world: World): Said {
  const { created } = of;
  if (!created) {
    const [gap = 'the history is whole, as far as it was read.'] = world.gaps('events');
    return lacking('event', `No event tells of its creation: ${gap}`);
  }
  const { at, projectId, principalName, principalId } = created;
  const createdAt = of.deployment?.createdAt ?? facts.deployment?.createdAt ?? createdAtOf(of) ?? at;
  const differing: string[] = [];
  if (!(Math.abs(at - createdAt) <= MAX_APART_MS)) {
    differing.push(`Created at ${utc(createdAt)}, the event says ${utc(at)}: more than a second apart.`);
  }
  if (projectId !== undefined && projectId !== facts.projectId) {
    differing.push(`The record says project ${word(facts.projectId)}, the event says ${word(projectId)}.`);
  }
  const who = principalName ?? principalId;
  const found = `${word(created.id)} at ${utc(at)}${who === undefined ? '' : `, by ${word(who)}`}.`;
  return weigh('event', { differing, absent: [], found });
}
