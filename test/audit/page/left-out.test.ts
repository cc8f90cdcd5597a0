import { describe, expect, it } from '@jest/globals';
import { countLeftOut } from '../../../src/audit/page/left-out.ts';
import type { LeftOut } from '../../../src/audit/page/format.ts';
import { CLASS_NAMES } from '../../../src/audit/page/words.ts';
import type { Row } from '../../../src/audit/types.ts';
import { makeRow, SINCE, UNTIL, WHOLE_ROW } from '../outputs/support/samples.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const scopeOf = (days: number): Parameters<typeof countLeftOut>[0] => {
  return { teamId: 't', projectIds: [], since: SINCE, until: SINCE + days * DAY };
};
const count = (rows: readonly Row[], days = 30): LeftOut => {
  const left = countLeftOut(scopeOf(days));
  for (const row of rows) left.add(row);
  return left.finish();
};
const at = (minutes: number, pipelineUuid?: string, more: Partial<Row> = {}): Row => {
  const build = pipelineUuid === undefined ? {} : { build: { ...WHOLE_ROW.build, pipelineUuid } };
  return makeRow(0, { at: SINCE + minutes * 60_000, ...build, ...more });
};

it('counts by time, class and production, with builds and rows without one', () => {
  const { rows, span, bins } = count([
    at(0, 'a'),
    at(1, 'a'),
    at(2),
    at(3, 'b', { class: 'EXCEPTION' }),
    at(4, 'b', { production: true }),
    at(31, 'c'),
  ]);
  const first = SINCE / span;
  const [verified, exception] = [CLASS_NAMES.indexOf('VERIFIED'), CLASS_NAMES.indexOf('EXCEPTION')];
  expect([rows, span]).toEqual([6, HOUR / 2]);
  expect(bins).toEqual([
    [first, verified, 0, 3, 1, 1],
    [first, exception, 0, 1, 1, 0],
    [first, verified, 1, 1, 1, 0],
    [first + 1, verified, 0, 1, 1, 0],
  ]);
});

it('counts a build once that goes on in the next bin, and again where it comes back later', () => {
  const builds = count([at(29, 'a'), at(31, 'a'), at(61, 'a'), at(95, 'b'), at(155, 'b')]).bins.map(
    ([, , , , one]) => one,
  );
  expect(builds).toEqual([1, 0, 0, 1, 1]);
});

it('counts what is of another time beside the period', () => {
  const { rows, span, bins } = count([at(-1e9), at(-1), at(1e9), at(2e9)]);
  expect(rows).toBe(4);
  expect(bins.map(([bin, , , of]) => [bin * span < SINCE, bin * span >= UNTIL, of])).toEqual([
    [true, false, 2],
    [false, true, 2],
  ]);
});

describe('how long its bins are', () => {
  it.each([
    [1, 60_000],
    [7, 300_000],
    [31, HOUR / 2],
    [92, HOUR],
    [366, 6 * HOUR],
    [3660, 7 * DAY],
    [200_000, 28 * DAY],
  ])('of %d days', (days, span) => {
    expect(count([], days)).toEqual({ rows: 0, span, bins: [] });
  });
});
