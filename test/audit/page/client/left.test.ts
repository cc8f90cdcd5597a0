import { describe, expect, it } from '@jest/globals';
import { makeBins, type Bin } from '../../../../src/audit/page/client/bins.ts';
import { createCatalog, select } from '../../../../src/audit/page/client/catalog.ts';
import { countLeft, leftLine, selectLeft, timelineLine } from '../../../../src/audit/page/client/left.ts';
import { EVERYTHING, type State } from '../../../../src/audit/page/client/state.ts';
import { openRows } from '../../../../src/audit/page/decode.ts';
import { createChoice } from '../../../../src/audit/page/choice.ts';
import { countLeftOut } from '../../../../src/audit/page/left-out.ts';
import { CLASS_NAMES } from '../../../../src/audit/page/words.ts';
import { encodeAll, listOf } from '../../../support/audit-encoded.ts';
import { rowsByTime } from '../../../support/audit-page.ts';
import { SINCE, UNTIL } from '../../../support/audit-rows.ts';
import { classesOf } from '../../outputs/support/samples.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const list = await listOf(rowsByTime(900));
const choice = createChoice(classesOf(list), 400);
const counted = countLeftOut({ teamId: 't', projectIds: [], since: SINCE, until: UNTIL });
const kept = list.filter((row) => {
  const keeps = choice.keeps(row);
  if (!keeps) counted.add(row);
  return keeps;
});
const left = counted.finish();
/** An hour of which rows are left out. */
const busy = Math.floor((list[100]?.at ?? 0) / HOUR) * HOUR;
const whole = createCatalog(openRows(encodeAll(list, 100)));
const catalog = createCatalog(openRows(encodeAll(kept, 100)), {}, left);
const binsOf = (of: typeof catalog, part: Partial<State>, max = 60): Bin[] => {
  const state = { ...EVERYTHING, ...part };
  const period = { from: state.from ?? SINCE, to: state.to ?? UNTIL, max };
  const found = of.left && selectLeft(of.left, state);
  return makeBins(of, select(of, state, true), period, found?.isKnown ? found : undefined);
};

describe('the timeline', () => {
  it.each<{ name: string; state: Partial<State>; max?: number }>([
    { name: 'all', state: {} },
    { name: 'all on a narrow screen', state: {}, max: 26 },
    { name: 'a class', state: { classes: ['VERIFIED'] } },
    { name: 'production', state: { production: true } },
    { name: 'two days', state: { from: SINCE + 2 * DAY, to: SINCE + 4 * DAY } },
    { name: 'an hour', state: { from: busy, to: busy + HOUR } },
  ])('of $name is that of all rows', ({ state, max }) => {
    const bins = binsOf(catalog, state, max);
    const span = (bins[0]?.to ?? 0) - (bins[0]?.from ?? 0);
    const wanted = binsOf(whole, state, bins.length);
    expect(bins.map(({ from, rows, families, without }) => ({ from, rows, families, without }))).toEqual(
      wanted.map(({ from, rows, families, without }) => ({ from, rows, families, without })),
    );
    expect(span).toBeGreaterThanOrEqual(left.span);
    for (const [index, { builds }] of bins.entries()) expect(builds).toBeGreaterThanOrEqual(wanted[index]?.builds ?? 0);
  });

  it('has bins as short as ever where nothing is left out', () => {
    const last = { from: UNTIL - DAY, to: UNTIL - DAY + HOUR };
    expect(binsOf(catalog, last)).toEqual(binsOf(whole, last));
    expect(binsOf(catalog, last)[0]).toMatchObject({ to: last.from + 60_000 });
  });
});

describe('what is said of rows that are left out', () => {
  const lines = (part: Partial<State>): string[] => {
    const state = { ...EVERYTHING, ...part };
    const found = selectLeft(left, state);
    return [leftLine(found, state), timelineLine(found)];
  };

  it('is that they are there, and that the timeline counts them', () => {
    expect(lines({})).toEqual([
      '500 more rows that fit are left out of this page.',
      'The timeline counts 500 rows that are left out of this page, by 30 min; a build of theirs may be counted twice.',
    ]);
  });

  it('is that there is none, where none can fit', () => {
    const none = ['No row that fits is left out of this page.', 'The timeline shows every row that fits.'];
    expect(lines({ classes: ['MISMATCH'], person: 'Ada Obi' })).toEqual(none);
    expect(lines({ from: UNTIL - DAY })).toEqual(none);
  });

  it.each<Partial<State>>([{ project: 'prj_web' }, { person: '' }, { target: 'preview' }, { text: 'x' }])(
    'is that nobody can tell, with %j',
    (state) => {
      const [line, timeline] = lines(state);
      expect(line).toBe('Up to 500 more rows may fit: the filter cannot look at what is left out of this page.');
      expect(timeline).toMatch(
        /^The timeline shows rows of this page alone, because this filter cannot look at the 500 left out\. It is whole from 2026-11-\d\d \d\d:\d\d UTC on\.$/,
      );
      const from = Date.parse(`${/from (.*) UTC/.exec(timeline ?? '')?.[1]?.replace(' ', 'T') ?? ''}Z`);
      const missing = list.filter((row) => !kept.includes(row));
      expect(missing.filter(({ at }) => at >= from)).toEqual([]);
      expect(missing.some(({ at }) => at >= from - left.span)).toBe(true);
    },
  );

  it('is how many at most where a time cuts through their bins', () => {
    const [line] = lines({ to: SINCE + 2 * DAY + 1000 });
    expect(line).toMatch(/^Up to \d+ more rows may fit/);
    expect(lines({ to: SINCE + 2 * DAY })[0]).toMatch(/^\d+ more rows that fit are left out/);
  });
});

it('is counted by class', () => {
  const missing = list.filter((row) => !kept.includes(row));
  const counts = Object.fromEntries([...countLeft(left)].map(([place, count]) => [CLASS_NAMES[place], count]));
  expect(counts).toEqual(classesOf(missing));
});
