import { readdirSync, readlinkSync } from 'node:fs';
import { afterAll, expect, it } from '@jest/globals';
import { createRowFile } from '../../../src/audit/outputs/index.ts';
import type { Row } from '../../../src/audit/types.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import { makeFolder } from './support/folder.ts';
import { makeRow, readAll, WHOLE_ROW } from './support/samples.ts';

const folder = makeFolder();
afterAll(() => folder.end());

/** How many files of a folder this process has open. */
function openIn(path: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(path);
    } catch {
      // The one that the list itself was read by.
      return false;
    }
  }).length;
}

it('gives rows back by time, kind and id, as often as it is asked', async () => {
  const rows = await createRowFile(nodeFiles, folder.path);
  const change = makeRow(1, { kind: 'change', id: 'uev_1', change: 'alias' });
  for (const row of [makeRow(3), makeRow(1, { id: 'dpl_b' }), makeRow(2), makeRow(1, { id: 'dpl_a' }), change]) {
    await rows.add(row);
  }
  expect(rows.count).toBe(5);
  const ids = (await readAll(rows)).map(({ id }) => id);
  expect(ids).toEqual(['uev_1', 'dpl_a', 'dpl_b', 'dpl_2', 'dpl_3']);
  expect((await readAll(rows)).map(({ id }) => id)).toEqual(ids);
  await rows.remove();
  expect(folder.list()).toEqual([]);
});

it('gives rows of one time, kind and id in the order of their texts, and says how many there are of each class', async () => {
  const [a, b] = [makeRow(1, { target: 'a', class: 'MISMATCH' }), makeRow(1, { target: 'b', class: 'MISMATCH' })];
  for (const both of [
    [a, b],
    [b, a],
  ]) {
    const rows = await createRowFile(nodeFiles, folder.path);
    for (const row of [...both, makeRow(2)]) await rows.add(row);
    expect((await readAll(rows)).map(({ target }) => target)).toEqual(['a', 'b', 'preview']);
    expect(rows.classes).toEqual({ MISMATCH: 2, VERIFIED: 1 });
    await rows.remove();
  }
});

it('keeps what has no room in its memory', async () => {
  const rows = await createRowFile(nodeFiles, folder.path);
  const long = (number: number): Row => makeRow(number, { reasons: ['\u20ac'.repeat(3_000_000)] });
  for (const row of [makeRow(2), long(1), makeRow(4), long(3)]) await rows.add(row);
  const read = await readAll(rows);
  expect(read.map(({ id }) => id)).toEqual(['dpl_1', 'dpl_2', 'dpl_3', 'dpl_4']);
  expect(read[2]).toEqual(long(3));
  await rows.remove();
  // Each is a work file by itself.
  const same = await createRowFile(nodeFiles, folder.path);
  for (const target of ['c', 'a', 'b']) await same.add({ ...long(1), target });
  expect((await readAll(same)).map(({ target }) => target)).toEqual(['a', 'b', 'c']);
  await same.remove();
});

it('loses nothing of a row', async () => {
  const rows = await createRowFile(nodeFiles, folder.path);
  await rows.add(WHOLE_ROW);
  expect(await readAll(rows)).toEqual([WHOLE_ROW]);
  await rows.remove();
});

it('has no rows where none was added, and takes none after the first reading', async () => {
  const rows = await createRowFile(nodeFiles, folder.path);
  expect(await readAll(rows)).toEqual([]);
  await expect(rows.add(makeRow(1))).rejects.toThrow('a row came after the rows were read');
  await rows.remove();
});

it('sorts more rows than it keeps, and leaves no file open to one who stops early', async () => {
  const rows = await createRowFile(nodeFiles, folder.path);
  const found = 'x'.repeat(2000);
  const count = 18_000;
  for (let number = 0; number < count; number += 1) {
    // Every number below the count once, far from its place.
    await rows.add(makeRow((number * 7919) % count, { checks: [{ name: 'record', state: 'ok', found }] }));
  }
  const runs = (): number => folder.list(folder.list()[0] ?? '').filter((name) => name.startsWith('run-')).length;
  expect(runs()).toBeGreaterThan(3);
  for await (const { id } of rows.read()) {
    expect(id).toBe('dpl_0');
    break;
  }
  // Closing is asked for, and done a moment later.
  for (let turn = 0; turn < 500 && openIn(folder.path) > 0; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(openIn(folder.path)).toBe(0);
  let next = 0;
  for await (const { id } of rows.read()) {
    if (id !== `dpl_${String(next)}`) expect(id).toBe(`dpl_${String(next)}`);
    next += 1;
  }
  expect(next).toBe(count);
  await rows.remove();
}, 30_000);

it('says that nothing can be written, and where', async () => {
  const path = folder.write('file', '');
  await expect(createRowFile(nodeFiles, path)).rejects.toMatchObject({
    code: 'OUTPUT_INVALID',
    got: expect.stringContaining(path),
  });
});
