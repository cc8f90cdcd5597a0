import { ASKED, SPOOLED } from './collect/index.ts';
import type { Earlier } from './spool/index.ts';
import type { PopulationState } from './types.ts';

type Name = PopulationState['name'];

/** Which population what a spool has is of. */
const OF: Readonly<Record<string, Name>> = {
  [SPOOLED.deployments]: 'deployments',
  [SPOOLED.events]: 'events',
  [SPOOLED.tokens]: 'vercel-policies',
  [SPOOLED.pipelines]: 'pipelines',
  [SPOOLED.merged]: 'reviews',
  [ASKED.deployments]: 'deployments',
  [ASKED.pipelines]: 'pipelines',
  [ASKED.steps]: 'steps',
  [ASKED.reviews]: 'reviews',
};
/** Of projects; and what is not known here is told rather than left out. */
const OTHERS: Name = 'deployments';

/**
 * What the audit believes of an earlier run, to be added to the populations: nobody has signed it, and whoever could
 * write there has written it. None where the audit has read all by itself.
 */
export function tellEarlier({ keptAt, populations }: Earlier): readonly PopulationState[] {
  const when = keptAt === undefined ? 'at a time that is not told' : `at ${new Date(keptAt).toISOString()}`;
  const groups = Map.groupBy(populations, ({ name }) => OF[name] ?? OTHERS);
  return [...groups].map(([name, parts]) => {
    const told = parts.map((part) => `${tellLines(part.lines)} of ${part.name}${part.done ? ', to their end' : ''}`);
    return {
      ...{ name, seen: 0, missing: [] },
      notes: [`Read by an earlier run, left ${when} and taken as it was (--resume): ${told.join('; ')}.`],
    };
  });
}

function tellLines(lines: number): string {
  return `${String(lines)} ${lines === 1 ? 'line' : 'lines'}`;
}
