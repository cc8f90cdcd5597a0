import { describe, expect, it } from '@jest/globals';
import { advance, type Timed, type TimePosition } from '../../../src/audit/collect/time-pages.ts';

interface Server {
  readonly inclusive: boolean;
  /** What Vercel's `pagination.next` is at a full page. */
  readonly next: 'last' | 'before' | 'none';
}

const LIMIT = 5;

/** Reads a list to its end as a collector would; more steps than this are a loop. */
function readAll(all: readonly Timed[], { inclusive, next }: Server): { ids: string[]; stuck: number[] } {
  const newest = all.toSorted((a, b) => b.at - a.at);
  let position = { until: 1000, seen: {} } as TimePosition | undefined;
  const ids: string[] = [];
  const stuck: number[] = [];
  for (let steps = 0; position; steps += 1) {
    if (steps > 10 * (all.length + 10)) throw new Error('a loop');
    const { until }: TimePosition = position;
    const left = newest.filter(({ at }) => (inclusive ? at <= until : at < until));
    const items = left.slice(0, LIMIT);
    const word = { last: items.at(-1)?.at ?? null, before: (items.at(-1)?.at ?? 0) - 1, none: undefined }[next];
    const page = { items, next: next !== 'none' && left.length <= LIMIT ? null : word };
    const step = advance(page, position, LIMIT);
    ids.push(...step.fresh.map(({ id }) => id));
    if (step.stuckAt !== undefined) stuck.push(step.stuckAt);
    position = step.next;
  }
  return { ids, stuck };
}

const servers = [true, false].flatMap((inclusive) =>
  (['last', 'before', 'none'] as const).map((next) => ({ inclusive, next })),
);

describe.each(servers)('a list whose server is %j', (server) => {
  it('is read whole and once, whatever falls on one millisecond', () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 300; round += 1) {
      const all: Timed[] = [];
      for (let at = 1; at <= 12; at += 1) {
        // One fewer than a page holds.
        for (let count = random(LIMIT); count > 0; count -= 1) all.push({ id: `${String(at)}-${String(count)}`, at });
      }
      const { ids, stuck } = readAll(all, server);
      expect(ids.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
      expect(stuck).toEqual([]);
    }
  });

  it('says where a millisecond does not fit a page, and goes on below it', () => {
    const all = [9, 5, 5, 5, 5, 5, 5, 5, 3].map((at, index) => ({ id: String(index), at }));
    const { ids, stuck } = readAll(all, server);
    expect(ids).toHaveLength(7);
    expect(ids).toEqual(expect.arrayContaining(['0', '8']));
    expect(new Set(stuck)).toEqual(new Set([5]));
  });

  it('may be empty', () => {
    expect(readAll([], server)).toEqual({ ids: [], stuck: [] });
  });
});

it('asks once more where a full page claims to be the last', () => {
  const items = [5, 4, 3, 2, 1].map((at) => ({ id: String(at), at }));
  expect(advance({ items, next: null }, { until: 9, seen: {} }, LIMIT).next).toMatchObject({ until: 2 });
  expect(
    advance({ items, next: null }, { until: 9, seen: { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5 } }, LIMIT).next,
  ).toBeUndefined();
});
