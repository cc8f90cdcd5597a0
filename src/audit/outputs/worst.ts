import { CLASSES, type AuditClass, type Weight } from '../classes.ts';
import type { Row } from '../types.ts';

const KEPT = 100;
const ORDER: readonly Weight[] = ['trust', 'finding', 'gap'];

/** Rows that are not explained, as many as people read: of each class those of production first, then by time. */
export interface Worst {
  add(row: Row): void;
  /** How many there are in all, and the first of them, by class; the worst classes first. */
  classes(): readonly WorstClass[];
  first(count: number): readonly Row[];
}

export interface WorstClass {
  readonly class: AuditClass;
  readonly count: number;
  readonly rows: readonly Row[];
}

interface Kept {
  count: number;
  readonly production: Row[];
  readonly others: Row[];
}

export function createWorst(): Worst {
  const found = new Map<AuditClass, Kept>();
  const classes = (): readonly WorstClass[] => {
    const ids = Object.keys(CLASSES) as AuditClass[];
    return ORDER.flatMap((weight) => ids.filter((id) => CLASSES[id].weight === weight)).flatMap((id) => {
      const kept = found.get(id);
      if (!kept) return [];
      return [{ class: id, count: kept.count, rows: [...kept.production, ...kept.others].slice(0, KEPT) }];
    });
  };
  return {
    add(row) {
      if (CLASSES[row.class].weight === 'none') return;
      const kept = found.get(row.class) ?? { count: 0, production: [], others: [] };
      found.set(row.class, kept);
      kept.count += 1;
      const list = row.production ? kept.production : kept.others;
      if (list.length < KEPT) list.push(row);
    },
    classes,
    first: (count) =>
      classes()
        .flatMap(({ rows }) => rows)
        .slice(0, count),
  };
}
