import { describe, expect, it } from '@jest/globals';
import { decodeAll, encodeAll, listOf } from '../../support/audit-encoded.ts';
import { HOSTILE, hostileRows } from '../../support/audit-hostile.ts';
import { sampleRows } from '../../support/audit-rows.ts';
import { CLASSES } from '../../../src/audit/classes.ts';
import { visible } from '../../../src/audit/page/visible.ts';

describe('rows in the page', () => {
  it('come out as they went in, of every class and over several blocks', async () => {
    const rows = await listOf(sampleRows(500));
    expect(new Set(rows.map((row) => row.class)).size).toBe(Object.keys(CLASSES).length);
    const blocks = encodeAll(rows, 64);
    expect(blocks).toHaveLength(8);
    expect(decodeAll(blocks)).toEqual(rows);
  });

  it('come out without what nobody can see, and as they were for the rest', async () => {
    const rows = await listOf(hostileRows());
    expect(rows).toHaveLength(HOSTILE.length);
    const decoded = decodeAll(encodeAll(rows, 5));
    for (const [index, row] of decoded.entries()) {
      const shown = visible(HOSTILE[index] ?? '');
      expect(row).toMatchObject({
        person: shown,
        projectId: shown,
        reasons: rows[index]?.reasons.map(() => shown),
        record: { file: shown, digest: shown },
        build: { url: shown, commit: shown },
        review: { approvedBy: rows[index]?.review?.approvedBy.map(() => shown) },
        checks: rows[index]?.checks.map((check) => ({ ...check, found: shown })),
      });
    }
  });

  it('keep what a table that is full cannot take', async () => {
    const [sample] = await listOf(sampleRows(1));
    if (!sample) throw new Error('no row');
    const rows = Array.from({ length: 200 }, (_, index) => ({
      ...sample,
      id: `dpl_${String(index)}`,
      person: `person ${String(index)}`,
      reasons: [`reason ${String(index)}`],
    }));
    const blocks = encodeAll(rows, 50, 99);
    expect(blocks.reduce((sum, { table }) => sum + table.length, 0)).toBe(99);
    const decoded = decodeAll(blocks);
    expect(decoded).toEqual(rows);
  });

  it('take little room: what comes again stands once', async () => {
    const rows = await listOf(sampleRows(2000));
    const bytes = JSON.stringify(encodeAll(rows, 1000)).length / rows.length;
    expect(bytes).toBeLessThan(JSON.stringify(rows).length / rows.length / 3);
    expect(bytes).toBeLessThan(700);
  });
});
