/** Where a list is that is read from the newest to the oldest. */
export interface TimePosition {
  /** The next page is of what was created before it, or at it: nobody says which. */
  readonly until: number;
  /** What has been seen and may come again, with its time. */
  readonly seen: Readonly<Record<string, number>>;
}

export interface Timed {
  readonly id: string;
  readonly at: number;
}

export interface TimePage<T extends Timed> {
  readonly items: readonly T[];
  /** Vercel's `pagination.next`; null at the end; undefined where the list has no such word. */
  readonly next?: number | null | undefined;
}

export interface Advance<T extends Timed> {
  /** Seen for the first time. */
  readonly fresh: readonly T[];
  /** Undefined at the end of the list. */
  readonly next: TimePosition | undefined;
  /** A millisecond with more items than a page can hold: those beyond it may be missing. */
  readonly stuckAt?: number;
}

/**
 * What a page brings, and where to go on: one millisecond above its oldest item, so that others of that millisecond are
 * not lost, whether `until` takes them in or not. Every step either brings something new, or goes down, or ends.
 * @param limit how many were asked for
 */
export function advance<T extends Timed>(page: TimePage<T>, position: TimePosition, limit: number): Advance<T> {
  const { items, next } = page;
  const fresh = onlyNew(items, position.seen);
  const short = items.length < limit;
  // Once more where a full page claims to be the last: then it must come back without anything new.
  if (next === null && (short || fresh.length === 0)) return { fresh, next: undefined };
  if (fresh.length === 0) {
    if (short) return { fresh, next: undefined };
    return { fresh, ...goDown(items, position) };
  }
  const until = Math.min(position.until, Math.max(oldest(items), next ?? -Infinity) + 1);
  const known = [...Object.entries(position.seen), ...items.map(({ id, at }) => [id, at] as const)];
  return { fresh, next: { until, seen: Object.fromEntries(known.filter(([, at]) => at <= until)) } };
}

/**
 * Of a full page that has nothing new, the newest millisecond is seen to its end, unless the whole page is of it: then
 * what does not fit is out of reach.
 */
function goDown(items: readonly Timed[], position: TimePosition): Pick<Advance<Timed>, 'next' | 'stuckAt'> {
  const newest = items.reduce((most, { at }) => Math.max(most, at), -Infinity);
  const next = { ...position, until: Math.min(position.until - 1, newest) };
  return oldest(items) === newest ? { next, stuckAt: newest } : { next };
}

function onlyNew<T extends Timed>(items: readonly T[], seen: TimePosition['seen']): T[] {
  const ids = new Set(Object.keys(seen));
  return items.filter(({ id }) => {
    const isNew = !ids.has(id);
    ids.add(id);
    return isNew;
  });
}

function oldest(items: readonly Timed[]): number {
  return items.reduce((least, { at }) => Math.min(least, at), Infinity);
}
