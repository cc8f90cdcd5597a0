import type { Inventory, PopulationState, Row, Summary } from '../types.ts';

/** What counts of a row that several audits may have. */
export type SharedRow = Pick<Row, 'kind' | 'class'>;

/** Of a record in a folder that several read; or of an event that is nobody's for all that is known. */
export function isShared({ kind, projectId }: Pick<Row, 'kind' | 'projectId'>): boolean {
  return kind === 'record' || projectId === '';
}

/** Numbers of one population, read in parts or by several audits, added; what is missing is told once. */
export function joinPopulations(parts: readonly PopulationState[]): readonly PopulationState[] {
  return [...Map.groupBy(parts, ({ name }) => name)].map(([name, same]) => {
    const notes = unique(same.flatMap((one) => one.notes ?? []));
    return {
      name,
      seen: sum(same, ({ seen }) => seen),
      missing: unique(same.flatMap(({ missing }) => missing)),
      ...(notes.length > 0 && { notes }),
    };
  });
}

/** What is in use, each once. A policy that any audit found not to be allowed is not. */
export function joinInventory(summaries: readonly Summary[]): Inventory {
  const all = summaries.map(({ inventory }) => inventory);
  const versions = Map.groupBy(
    all.flatMap((one) => one.versions),
    ({ version }) => version,
  );
  const policies = Map.groupBy(
    all.flatMap((one) => one.policies),
    ({ digest }) => digest,
  );
  const statics = Map.groupBy(
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

export function sum<T>(items: readonly T[], valueOf: (item: T) => number): number {
  return items.reduce((all, item) => all + valueOf(item), 0);
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

/** Groups are never empty. */
export function firstOf<T>(items: readonly T[]): T {
  const [first] = items;
  if (first === undefined) throw new Error('a group of nothing');
  return first;
}
