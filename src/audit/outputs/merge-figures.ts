import type { ClockDifference, DoraFigure, Inventory, PopulationState, Summary } from '../types.ts';

const DAY_MS = 86_400_000;

/** Numbers of one source in several audits, added; what is missing is told once. */
export function joinPopulations(summaries: readonly Summary[]): readonly PopulationState[] {
  const all = summaries.flatMap(({ populations }) => populations);
  return [...groupBy(all, ({ name }) => name).values()].map((same) => {
    const notes = unique(same.flatMap((one) => one.notes ?? []));
    return {
      name: firstOf(same).name,
      seen: sum(same, ({ seen }) => seen),
      missing: unique(same.flatMap(({ missing }) => missing)),
      ...(notes.length > 0 && { notes }),
    };
  });
}

/** Least, most and numbers are exact; of medians only the bounds are known. */
export function joinClocks(summaries: readonly Summary[]): readonly ClockDifference[] {
  const all = summaries.flatMap(({ clocks }) => clocks);
  return [...groupBy(all, ({ of, against }) => `${of}\n${against}`).values()].map((same) => {
    const measured = same.filter(({ pairs }) => pairs > 0);
    const known = measured.length > 0 ? measured : same;
    const median = Math.min(...known.map((one) => one.median));
    const medianTo = Math.max(...known.map((one) => one.medianTo ?? one.median));
    const { of, against } = firstOf(same);
    return {
      ...{ of, against, pairs: sum(same, ({ pairs }) => pairs), median, ...(medianTo > median && { medianTo }) },
      min: Math.min(...known.map(({ min }) => min)),
      max: Math.max(...known.map(({ max }) => max)),
      overOneSecond: sum(same, ({ overOneSecond }) => overOneSecond),
    };
  });
}

/**
 * Frequencies and shares are computed anew from the numbers that they were made from. A time is a middle of many: of all
 * it lies between the least and the largest.
 */
export function joinDora(
  summaries: readonly Summary[],
  span: { readonly since: number; readonly until: number },
): readonly DoraFigure[] {
  const all = summaries.flatMap(({ dora, scope }) => dora.map((figure) => ({ figure, days: daysOf(scope) })));
  return [...groupBy(all, ({ figure }) => figure.id).values()].map((same) => {
    const { id, title, unit, definition, proxy } = firstOf(same).figure;
    const common = { id, title, unit, definition, proxy };
    const from = sum(same, ({ figure }) => figure.from);
    const known = same.flatMap(({ figure, days }) => {
      const { value, valueTo = value } = figure;
      return value === undefined || valueTo === undefined ? [] : [{ value, valueTo, days, from: figure.from }];
    });
    if (known.length === 0) return { ...common, from };
    if (common.unit === 'ms') return { ...common, ...boundsOf(known), from };
    const weigh = ({ days, from: weight }: (typeof known)[number]): number => (common.unit === 'share' ? weight : days);
    const whole = common.unit === 'share' ? sum(known, weigh) : daysOf(span);
    const value = whole > 0 ? sum(known, (one) => one.value * weigh(one)) / whole : undefined;
    return { ...common, ...(value !== undefined && { value }), from };
  });
}

function boundsOf(known: readonly { readonly value: number; readonly valueTo: number }[]): {
  value: number;
  valueTo?: number;
} {
  const value = Math.min(...known.map((one) => one.value));
  const valueTo = Math.max(...known.map((one) => one.valueTo));
  return valueTo > value ? { value, valueTo } : { value };
}

/** What is in use, each once. A policy that any audit found not to be allowed is not. */
export function joinInventory(summaries: readonly Summary[]): Inventory {
  const all = summaries.map(({ inventory }) => inventory);
  const versions = groupBy(
    all.flatMap((one) => one.versions),
    ({ version }) => version,
  );
  const policies = groupBy(
    all.flatMap((one) => one.policies),
    ({ digest }) => digest,
  );
  const statics = groupBy(
    all.flatMap((one) => one.statics),
    ({ kind, repositoryUuid }) => `${kind}\n${repositoryUuid}`,
  );
  const usage = (
    same: readonly { readonly records: number; readonly lastUsedAt: number }[],
  ): { records: number; lastUsedAt: number } => ({
    records: sum(same, ({ records }) => records),
    lastUsedAt: Math.max(...same.map(({ lastUsedAt }) => lastUsedAt)),
  });
  return {
    versions: [...versions].map(([version, same]) => {
      const repositories = unique(same.flatMap((one) => one.repositories)).toSorted();
      return { version, repositories, records: sum(same, ({ records }) => records) };
    }),
    policies: [...policies].map(([digest, same]) => {
      const judged = same.flatMap(({ allowed }) => (allowed === undefined ? [] : [allowed]));
      const ends = same.flatMap(({ expires }) => (expires === undefined ? [] : [expires]));
      return {
        ...{ digest, ...usage(same) },
        ...(judged.length > 0 && { allowed: judged.every(Boolean) }),
        ...(ends.length > 0 && { expires: Math.min(...ends) }),
      };
    }),
    statics: [...statics.values()].map((same) => {
      const { kind, repositoryUuid } = firstOf(same);
      return { kind, repositoryUuid, ...usage(same) };
    }),
  };
}

function daysOf({ since, until }: { readonly since: number; readonly until: number }): number {
  return (until - since) / DAY_MS;
}

/** In the order in which each key came first. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

export function sum<T>(items: readonly T[], valueOf: (item: T) => number): number {
  return items.reduce((all, item) => all + valueOf(item), 0);
}

export function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

/** Groups are never empty. */
export function firstOf<T>(items: readonly T[]): T {
  const [first] = items;
  if (first === undefined) throw new Error('a group of nothing');
  return first;
}
