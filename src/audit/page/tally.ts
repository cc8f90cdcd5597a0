import type { Row } from '../types.ts';
import { FAMILY_NAMES, familyOf, kindOf, type Family, type KindName } from './words.ts';

/** What the five answers are made of, counted while rows go by. */
export interface Tally {
  readonly rows: Readonly<Record<Row['kind'], number>>;
  readonly production: ProductionTally;
}

export interface ProductionTally {
  total: number;
  readonly kinds: Map<KindName, number>;
  readonly families: Record<Family, number>;
  /** Empty: nobody knows. */
  readonly people: Map<string, number>;
  /** By digest; empty: the record names none, or there is no record. */
  readonly policies: Map<string, PolicyTally>;
  readonly vercelPolicies: Map<string, number>;
  /** Whose build and commit Bitbucket confirmed. */
  builds: number;
  /** Which name one that nobody confirmed. */
  unconfirmed: number;
  /** Approved by someone who is not the author. */
  approved: number;
  readonly repositories: Map<string, number>;
}

export interface PolicyTally {
  changes: number;
  readonly grants: Map<string, number>;
}

export function createTally(): Tally & { add(row: Row): void } {
  const rows = { deployment: 0, change: 0, record: 0 };
  const families = Object.fromEntries(FAMILY_NAMES.map((name) => [name, 0])) as Record<Family, number>;
  const production: ProductionTally = {
    total: 0,
    kinds: new Map(),
    families,
    people: new Map(),
    policies: new Map(),
    vercelPolicies: new Map(),
    builds: 0,
    unconfirmed: 0,
    approved: 0,
    repositories: new Map(),
  };
  const add = (row: Row): void => {
    rows[row.kind] += 1;
    if (row.production) addProduction(production, row);
  };
  return { rows, production, add };
}

function addProduction(tally: ProductionTally, row: Row): void {
  const { build, review, record, event } = row;
  tally.total += 1;
  tally.families[familyOf(row.class)] += 1;
  more(tally.kinds, kindOf(row));
  more(tally.people, row.person ?? '');
  if (build) {
    const confirmed = row.checks.some(({ name, state }) => name === 'build' && state === 'ok');
    tally[confirmed ? 'builds' : 'unconfirmed'] += 1;
    if (build.repository !== undefined) more(tally.repositories, build.repository);
  }
  if (review?.approvedBy.some((name) => name !== review.author)) tally.approved += 1;
  if (event?.policyId !== undefined) more(tally.vercelPolicies, event.policyId);
  addPolicy(tally.policies, record?.policyDigest ?? '', record?.grant);
}

function addPolicy(policies: Map<string, PolicyTally>, digest: string, grant: string | undefined): void {
  const policy = policies.get(digest) ?? { changes: 0, grants: new Map<string, number>() };
  policy.changes += 1;
  if (grant !== undefined) more(policy.grants, grant);
  policies.set(digest, policy);
}

function more<Name extends string>(counts: Map<Name, number>, name: Name): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** The most frequent first; those that come as often by name. */
export function ranked<Name extends string>(counts: ReadonlyMap<Name, number>): [name: Name, count: number][] {
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}
