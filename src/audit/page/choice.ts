import { CLASSES, type AuditClass, type ClassCounts, type Weight } from '../classes.ts';
import type { Row } from '../types.ts';

/**
 * As many rows as a page holds. Ten thousand are some 10 MB, which a browser has open in a second or two; a hundred
 * thousand were 114 MB, which none opens well and no mail takes. Who wants every row has audit.csv and audit.jsonl.
 */
export const MAX_ROWS = 10_000;

/** What is left out first. */
const ORDER: readonly Weight[] = ['none', 'gap', 'finding', 'trust'];

/** Which rows go into a page that cannot hold all: the worst, and of each weight the newest. */
export interface Choice {
  /** To be asked of every row once, by time, the oldest first. */
  keeps(row: Row): boolean;
  /** What came of it; undefined where every row is kept. */
  tell(): Held | undefined;
}

/** What a page holds that cannot hold all. */
export interface Held {
  readonly all: number;
  readonly held: number;
  /** Of all rows, those that are neither verified nor excepted. */
  readonly open: number;
  readonly openHeld: number;
  /** Time of the newest row that is left out. */
  readonly until: number;
}

/** @param classes of all rows */
export function createChoice(classes: ClassCounts, max = MAX_ROWS): Choice {
  const all = countOf(classes);
  const open = all - countOf(classes, 'none');
  const skips = countSkips(classes, all - max);
  let until = -Infinity;
  return {
    keeps(row) {
      const { weight } = CLASSES[row.class];
      const left = skips.get(weight) ?? 0;
      if (left === 0) return true;
      skips.set(weight, left - 1);
      until = Math.max(until, row.at);
      return false;
    },
    tell: () => (all <= max ? undefined : { all, held: max, open, openHeld: Math.min(open, max), until }),
  };
}

/** How many rows of each weight are left out, the oldest of them. */
function countSkips(classes: ClassCounts, over: number): Map<Weight, number> {
  const skips = new Map<Weight, number>();
  let left = Math.max(0, over);
  for (const weight of ORDER) {
    const count = Math.min(left, countOf(classes, weight));
    skips.set(weight, count);
    left -= count;
  }
  return skips;
}

/** @param weight undefined for all */
export function countOf(classes: ClassCounts, weight?: Weight): number {
  const all = Object.entries(classes) as [AuditClass, number][];
  return all.reduce(
    (sum, [name, count]) => (weight === undefined || CLASSES[name].weight === weight ? sum + count : sum),
    0,
  );
}
