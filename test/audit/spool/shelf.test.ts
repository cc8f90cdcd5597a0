import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { openSpool } from '../../../src/audit/spool/index.ts';
import { nodeFiles } from '../../../src/platform/files.ts';

const folder = mkdtempSync(`${tmpdir()}/shelf-`);
const path = `${folder}/things.0.jsonl`;

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a shelf', () => {
  it('gives back what was put on it, by the number that it was given', async () => {
    const spool = await openSpool(nodeFiles, folder, { scope: 'one' });
    const shelf = await spool.createShelf<{ n: number; text: string }>('things');
    const values = Array.from({ length: 200 }, (_, n) => ({ n, text: 'ä\n"'.repeat(n % 7) }));
    for (const value of values) {
      expect(shelf.add(value)).toBe(value.n);
      await shelf.settle();
    }
    await shelf.flush();
    for (const n of [199, 0, 63, 64, 127]) expect(await shelf.read(n)).toEqual(values[n]);
    await spool.close();
  });

  it('begins empty, whatever an earlier run has left, and goes with the rest of the spool', async () => {
    const spool = await openSpool(nodeFiles, folder, { scope: 'one' });
    writeFileSync(path, '"left behind"\n');
    const shelf = await spool.createShelf<string>('things');
    expect(existsSync(path)).toBe(false);
    shelf.add('fresh');
    await shelf.flush();
    expect(await shelf.read(0)).toBe('fresh');
    await spool.remove();
    expect(existsSync(folder)).toBe(false);
  });

  it('says where it cannot be written', async () => {
    const spool = await openSpool({ ...nodeFiles, append: () => Promise.resolve(false) }, folder, { scope: 'one' });
    const shelf = await spool.createShelf<string>('things');
    shelf.add('lost');
    await expect(shelf.flush()).rejects.toMatchObject({ code: 'OUTPUT_INVALID', got: expect.stringContaining(path) });
  });
});
