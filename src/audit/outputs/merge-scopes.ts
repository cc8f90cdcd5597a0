import type { Scope } from '../types.ts';
import { timeText } from './columns.ts';

/** A scope and the file that it is of. */
export interface NamedScope {
  readonly name: string;
  readonly scope: Scope;
}

/**
 * The scope of all, where every project was audited in the same period and every moment of it once: the same period for
 * different projects, periods that follow each other for the same projects, or both. Whole teams have no projects to
 * tell apart: of these only periods can follow each other. Otherwise what is wrong, a sentence each.
 */
export function joinScopes(
  scopes: readonly NamedScope[],
): { readonly scope: Scope } | { readonly faults: readonly string[] } {
  const [first] = scopes;
  // What cannot be read is told of elsewhere.
  if (!first) return { faults: [] };
  const { teamId } = first.scope;
  const others = scopes.filter(({ scope }) => scope.teamId !== teamId);
  const groups = [...groupByProjects(scopes).values()];
  const faults = [
    ...others.map(({ name, scope }) => `${name}: of the team ${scope.teamId}, ${first.name} of ${teamId}`),
    ...findSharedProjects(groups),
    ...groups.flatMap(findBreaks),
  ];
  const ends = groups.map((group) => spanOf(group));
  const [span] = ends;
  groups.forEach(([one], index) => {
    const other = ends[index];
    if (!one || !span || !other || (other.since === span.since && other.until === span.until)) return;
    faults.push(`${one.name}: its projects were audited ${tellSpan(other)}, those of ${first.name} ${tellSpan(span)}`);
  });
  if (faults.length > 0 || !span) return { faults };
  const projectIds = groups.flatMap(([one]) => one?.scope.projectIds ?? []).toSorted();
  return { scope: { teamId, projectIds, ...span } };
}

type Group = readonly NamedScope[];
type Span = Pick<Scope, 'since' | 'until'>;

/** Audits of the same projects, by time. */
function groupByProjects(scopes: readonly NamedScope[]): ReadonlyMap<string, Group> {
  const groups = new Map<string, NamedScope[]>();
  for (const one of scopes.toSorted((a, b) => a.scope.since - b.scope.since)) {
    const key = one.scope.projectIds.toSorted().join('\n');
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return groups;
}

function findSharedProjects(groups: readonly Group[]): readonly string[] {
  const owners = new Map<string, string>();
  return groups.flatMap(([one]) => {
    if (!one) return [];
    const { name, scope } = one;
    if (scope.projectIds.length === 0 && groups.length > 1) {
      return [`${name}: of the whole team, so every other audit's projects are in it too`];
    }
    return scope.projectIds.flatMap((id) => {
      const owner = owners.get(id);
      owners.set(id, name);
      return owner === undefined ? [] : [`${name}: has the project ${id}, as ${owner} has among others`];
    });
  });
}

function findBreaks(group: Group): readonly string[] {
  return group.slice(1).flatMap(({ name, scope }, index) => {
    const before = group[index];
    if (!before || before.scope.until === scope.since) return [];
    const what = scope.since < before.scope.until ? 'overlaps' : 'leaves a gap after';
    return [
      `${name}: begins ${tell(scope.since)}, which ${what} ${before.name}, which ends ${tell(before.scope.until)}`,
    ];
  });
}

function spanOf(group: Group): Span {
  return {
    since: Math.min(...group.map(({ scope }) => scope.since)),
    until: Math.max(...group.map(({ scope }) => scope.until)),
  };
}

function tellSpan({ since, until }: Span): string {
  return `from ${tell(since)} until ${tell(until)}`;
}

function tell(at: number): string {
  return timeText(at) ?? String(at);
}
