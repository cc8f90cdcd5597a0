import type { Check, Row } from '../types.ts';

/**
 * Every member of a type, in the order in which it is written: of the member's own members, of a list's items, or 0 for
 * what is written as it is. A type that gains a member is wrong here until it has its place.
 */
export type Order<T> = { readonly [Name in keyof Required<T>]: 0 | Members | readonly [Members] };

interface Members {
  readonly [name: string]: 0 | Members | readonly [Members];
}

const CHECK = { name: 0, state: 0, found: 0 } satisfies Order<Check>;

const DEPLOYMENT = {
  ...{ id: 0, url: 0, inspectorUrl: 0, source: 0, readyState: 0, readyAt: 0, creatorType: 0, creator: 0, deleted: 0 },
} as const satisfies Order<NonNullable<Row['deployment']>>;

const EVENT = {
  ...{ id: 0, type: 0, at: 0, principalId: 0, principal: 0, tokenId: 0, requestId: 0, policyId: 0, alias: 0 },
} as const satisfies Order<NonNullable<Row['event']>>;

const RECORD = {
  ...{ file: 0, digest: 0, recordId: 0, action: 0, outcome: 0, assurance: 0, keyId: 0, timedBy: 0, policyDigest: 0 },
  ...{ grant: 0, pipeVersion: 0, startedAt: 0, deployedAt: 0 },
} as const satisfies Order<NonNullable<Row['record']>>;

const BUILD = {
  ...{ repositoryUuid: 0, repository: 0, pipelineUuid: 0, stepUuid: 0, buildNumber: 0, commit: 0, ref: 0, trigger: 0 },
  ...{ creator: 0, createdAt: 0, url: 0 },
} as const satisfies Order<NonNullable<Row['build']>>;

const REVIEW = { pullRequest: 0, author: 0, approvedBy: 0, url: 0 } as const satisfies Order<
  NonNullable<Row['review']>
>;

const EXCEPTION = { id: 0, reason: 0, approver: 0, ticket: 0, expires: 0 } as const satisfies Order<
  NonNullable<Row['exception']>
>;

export const ROW_ORDER = {
  ...{ kind: 0, id: 0, class: 0, instead: 0, reasons: 0, change: 0, at: 0, projectId: 0, target: 0, production: 0 },
  ...{ person: 0, personId: 0, deployment: DEPLOYMENT, event: EVENT, record: RECORD, build: BUILD, review: REVIEW },
  ...{ exception: EXCEPTION, checks: [CHECK] },
} as const satisfies Order<Row>;

const ROW_PLACES = placesOf(ROW_ORDER);

/** A row as it is written, on one line. */
export function writeRow(row: Row): string {
  // Most are made in order: a copy of each would cost as much as half its text.
  return JSON.stringify(isInOrder(row, ROW_PLACES) ? row : inOrder(row, ROW_ORDER));
}

/**
 * The same value with its members in order, so that equal values are equal texts. Members that have no place, which a
 * newer audit may have written, come last.
 */
export function inOrder(value: object, order: Members): object {
  const source = value as Readonly<Record<string, unknown>>;
  const sorted: Record<string, unknown> = {};
  for (const name in order) {
    const member = source[name];
    if (member === undefined) continue;
    sorted[name] = arrange(member, order[name] ?? 0);
  }
  for (const name of Object.keys(source)) if (!Object.hasOwn(order, name)) sorted[name] = source[name];
  return sorted;
}

function arrange(value: unknown, order: Members[string]): unknown {
  if (order === 0 || typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) return inOrder(value, order as Members);
  const [item] = order as readonly [Members];
  return value.map((one: unknown) => arrange(one, item));
}

interface Place {
  readonly at: number;
  /** Of its own members, or of its items'. */
  readonly inner: Places | undefined;
}

type Places = ReadonlyMap<string, Place>;

function placesOf(order: Members): Places {
  return new Map(
    Object.entries(order).map(([name, of], at) => {
      const [members] = Array.isArray(of) ? (of as readonly [Members]) : [of === 0 ? undefined : (of as Members)];
      return [name, { at, inner: members && placesOf(members) }];
    }),
  );
}

/** Whether {@link inOrder} would give the same text. */
function isInOrder(value: object, places: Places): boolean {
  let last = -1;
  for (const name in value) {
    const place = places.get(name);
    const at = place?.at ?? Infinity;
    if (at < last) return false;
    last = at;
    if (!place?.inner) continue;
    const member = (value as Readonly<Record<string, unknown>>)[name];
    if (typeof member === 'object' && member !== null && !areInOrder(member, place.inner)) return false;
  }
  return true;
}

function areInOrder(member: object, places: Places): boolean {
  if (!Array.isArray(member)) return isInOrder(member, places);
  return member.every((item: unknown) => typeof item !== 'object' || item === null || isInOrder(item, places));
}
