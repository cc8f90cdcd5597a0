import { describe, expect, it } from '@jest/globals';
import { CLASSES, type Weight } from '../../../src/audit/classes.ts';
import { MAX_ROWS } from '../../../src/audit/page/choice.ts';
import type { Row } from '../../../src/audit/types.ts';
import { readPage, renderPage } from '../../support/audit-page.ts';
import { makeRow, makeSummary, sourceOf } from '../outputs/support/samples.ts';

const open = (rows: readonly Row[], max?: number): Promise<ReturnType<typeof readPage>> =>
  Array.fromAsync(renderPage(makeSummary(rows), sourceOf(rows).read(), max)).then((parts) => readPage(parts.join('')));
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);
const idsOf = (rows: readonly Row[]): readonly string[] => rows.map(({ id }) => id);
const isOpen = (row: Row): boolean => CLASSES[row.class].weight !== 'none';

/** Every thirtieth is open, every tenth of production. */
const plant = (count: number): readonly Row[] =>
  numbers(count).map((number) => {
    const name =
      number % 30 === 0 ? (['MISMATCH', 'NOT_CHECKABLE', 'FORGED_LINK'] as const)[(number / 30) % 3] : undefined;
    return makeRow(number, {
      class: name ?? (number % 7 === 0 ? 'EXCEPTION' : 'VERIFIED'),
      production: number % 10 === 0,
    });
  });

describe('a page of as many rows as it holds', () => {
  it('has each of them and says nothing of others', async () => {
    const rows = plant(MAX_ROWS);
    const page = await open(rows);
    expect(idsOf(page.rows)).toEqual(idsOf(rows));
    expect(page.facts).not.toHaveProperty('left');
    expect(page.words).toContain('10,000 in the classes. This page holds each of them.');
    expect(page.words).not.toMatch(/left out of|This page holds \d/);
  });
});

describe('a page of one row more, and of many more', () => {
  it.each([MAX_ROWS + 1, MAX_ROWS + 2000])('%d: holds every open one, and the newest of the others', async (count) => {
    const rows = plant(count);
    const page = await open(rows);
    expect(page.rows).toHaveLength(10_000);
    const held = new Set(idsOf(page.rows));
    expect(rows.filter((row) => isOpen(row) && !held.has(row.id))).toEqual([]);
    const others = rows.filter((row) => !isOpen(row));
    expect(idsOf(others.filter(({ id }) => held.has(id)))).toEqual(idsOf(others.slice(count - MAX_ROWS)));
    // In the order that they came in.
    expect(idsOf(page.rows)).toEqual(idsOf(rows.filter(({ id }) => held.has(id))));
  });

  it('says so, and of what its figures are', async () => {
    const { words } = await open(plant(12_000));
    expect(words).toContain(
      'This page holds 10,000 of 12,000 rows, as many as a browser opens well. Each of the 400 open rows is here ' +
        '(findings, trust failures, not checkable), and of the others the newest 9,600. 2,000 rows are left out, none ' +
        'of them later than 2026-11-02 10:28:00 UTC. audit.csv and audit.jsonl, which stand beside this page, hold every row. ' +
        'The figures of this page count every row. Filter and search know those of this page alone.',
    );
    expect(words).toContain('12,000 in the classes. audit.csv holds each of them; this page 10,000 of 12,000 rows.');
    expect(words).toContain('Is the list complete? Yes');
    expect(words).toContain('Of 1,200 production changes');
    expect(words).toContain('audit.csv has every row.');
  });

  it('says that nothing is open', async () => {
    const { words } = await open(
      numbers(12).map((number) => makeRow(number)),
      10,
    );
    expect(words).toContain(
      'No row is open (findings, trust failures, not checkable), and of the others the newest 10.',
    );
  });
});

describe('a page of more open rows than it holds', () => {
  const names = { none: 'VERIFIED', gap: 'NOT_CHECKABLE', finding: 'UNEXPLAINED', trust: 'UNVERIFIABLE' } as const;
  const weights = Object.keys(names) as Weight[];
  const rows = numbers(80).map((number) => makeRow(number, { class: names[weights[number % 4] ?? 'none'] }));
  const newest = (weight: Weight, count: number): readonly string[] =>
    idsOf(rows.filter((row) => row.class === names[weight]).slice(-count));

  it.each([
    { max: 60, held: { trust: 20, finding: 20, gap: 20 } },
    { max: 50, held: { trust: 20, finding: 20, gap: 10 } },
    { max: 25, held: { trust: 20, finding: 5 } },
    { max: 3, held: { trust: 3 } },
  ] as const)('of $max holds the worst, the newest of each', async ({ max, held }) => {
    const page = await open(rows, max);
    const wanted = Object.entries(held).flatMap(([weight, count]) => newest(weight as Weight, count));
    expect(idsOf(page.rows).toSorted()).toEqual(wanted.toSorted());
  });

  it('says so', async () => {
    const { words } = await open(rows, 25);
    expect(words).toContain(
      'Of 60 open rows the worst 25 are here: trust failures before findings before what is not checkable, of each ' +
        'the newest. None of the others is here. 55 rows are left out, none of them later than 2026-11-01 01:17:00 UTC.',
    );
  });
});
