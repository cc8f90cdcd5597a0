import { describe, expect, it } from '@jest/globals';
import { makeBins } from '../../../../src/audit/page/client/bins.ts';
import { createCatalog, select } from '../../../../src/audit/page/client/catalog.ts';
import { EVERYTHING, type State } from '../../../../src/audit/page/client/state.ts';
import type { Row } from '../../../../src/audit/types.ts';
import { openSamples } from '../../../support/audit-encoded.ts';
import { SINCE, UNTIL } from '../../../support/audit-rows.ts';

const { rows, list } = await openSamples(600);
const catalog = createCatalog(rows);
const found = (state: Partial<State>): Row[] =>
  [...select(catalog, { ...EVERYTHING, ...state })].map((index) => rows.row(index));
const MIDDLE = SINCE + 15 * 86_400_000;

describe('the filter', () => {
  it.each<{ name: string; state: Partial<State>; fits: (row: Row) => boolean }>([
    { name: 'nothing', state: {}, fits: () => true },
    { name: 'classes', state: { classes: ['MISMATCH', 'EXCEPTION'] }, fits: (row) => /MISM|EXC/.test(row.class) },
    { name: 'a project', state: { project: 'prj_shop' }, fits: (row) => row.projectId === 'prj_shop' },
    { name: 'a person', state: { person: 'Bo Lindqvist' }, fits: (row) => row.person === 'Bo Lindqvist' },
    { name: 'nobody known', state: { person: '' }, fits: (row) => row.person === undefined },
    { name: 'a target', state: { target: 'preview' }, fits: (row) => row.target === 'preview' },
    { name: 'production', state: { production: true }, fits: (row) => row.production },
    { name: 'a time', state: { from: MIDDLE, to: UNTIL }, fits: (row) => row.at >= MIDDLE },
    { name: 'a time before', state: { to: MIDDLE }, fits: (row) => row.at < MIDDLE },
    { name: 'words', state: { text: 'results/  ACME/docs' }, fits: (row) => row.build?.repository === 'acme/docs' },
    { name: 'a name that is not there', state: { person: 'Nemo' }, fits: () => false },
  ])('by $name gives what fits and nothing else', ({ state, fits }) => {
    const wanted = list.filter(fits).map(({ id }) => id);
    expect(
      found(state)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(wanted.sort());
  });

  it.each([
    { sort: 'newest', key: (row: Row) => -row.at },
    { sort: 'oldest', key: (row: Row) => row.at },
  ] as const)('puts the $sort first', ({ sort, key }) => {
    const keys = found({ sort }).map(key);
    expect(keys).toEqual([...keys].sort((a, b) => a - b));
  });

  it('puts the worst first, and what is verified last', () => {
    const classes = found({ sort: 'worst' }).map((row) => row.class);
    expect(classes[0]).toBe('RECORD_REMOVED');
    expect(classes.at(-1)).toBe('VERIFIED');
  });
});

describe('the bins of the timeline', () => {
  it.each([60, 26, 5])('hold every row once, at most %d of them', (max) => {
    const bins = makeBins(catalog, select(catalog, EVERYTHING, true), { from: SINCE, to: UNTIL, max });
    expect(bins.length).toBeLessThanOrEqual(max);
    expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(list.length);
    for (const bin of bins) {
      const inside = list.filter((row) => row.at >= bin.from && row.at < bin.to);
      const pipelines = inside.flatMap(({ build }) => build?.pipelineUuid ?? []);
      expect(bin.rows).toBe(inside.length);
      expect(Object.values(bin.families).reduce((sum, count) => sum + count, 0)).toBe(bin.rows);
      expect(bin.builds).toBe(new Set(pipelines).size);
      expect(bin.without).toBe(inside.length - pipelines.length);
    }
  });
});
