import { CLASSES, type AuditClass, type ClassCounts } from '../classes.ts';
import type { Row, Summary } from '../types.ts';

type Kind = Row['kind'];
type Counts = Readonly<Record<Kind, ClassCounts>>;

/** Counts rows as they go by. */
export function createRowCount(): { add(row: Row): void; counts(): Counts; classes(): ClassCounts } {
  const counts: Record<Kind, Partial<Record<AuditClass, number>>> = { deployment: {}, change: {}, record: {} };
  return {
    add({ kind, class: id }) {
      counts[kind][id] = (counts[kind][id] ?? 0) + 1;
    },
    counts: () => counts,
    classes: () => joinClasses(Object.values(counts)),
  };
}

/** The sum of several. */
export function joinClasses(all: readonly ClassCounts[]): ClassCounts {
  const joined: Partial<Record<AuditClass, number>> = {};
  for (const [id, count] of all.flatMap((one) => Object.entries(one) as [AuditClass, number][])) {
    joined[id] = (joined[id] ?? 0) + count;
  }
  return joined;
}

/**
 * How the numbers of a summary differ from each other and from its rows, a sentence each. Records that are explained, and
 * those that the row of their deployment tells of, are counted and have no rows.
 */
export function compareCounts(summary: Summary['counts'], rows: Counts): readonly string[] {
  const ids = Object.keys(CLASSES) as AuditClass[];
  return (Object.keys(rows) as Kind[]).flatMap((kind) => {
    const { seen, classes } = summary[kind];
    const sum = Object.values(classes).reduce((all, count) => all + count, 0);
    const faults = seen === sum ? [] : [`${kind}: ${String(seen)} seen, and the classes add up to ${String(sum)}`];
    for (const id of ids) {
      const [counted, found] = [classes[id] ?? 0, rows[kind][id] ?? 0];
      const unlisted = kind === 'record' && found < counted;
      if (counted !== found && !unlisted)
        faults.push(`${kind} ${id}: ${String(counted)} counted, ${String(found)} rows`);
    }
    return faults;
  });
}
