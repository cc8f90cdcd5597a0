import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { openSpool, type Spool } from '../../../src/audit/spool/index.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import type { RangeReader } from '../../../src/platform/types.ts';

const folder = mkdtempSync(`${tmpdir()}/lookup-`);

afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Thing {
  readonly id: string;
  readonly n: number;
}

function open(): Promise<Spool> {
  return openSpool(nodeFiles, folder, { scope: 'one' });
}

describe('an index', () => {
  it('learns of what is committed behind it', async () => {
    const spool = await open();
    await spool.commit('things', [{ id: 'a', n: 1 }], { position: 1 });
    const index = await spool.index<Thing>('things', ({ id }) => id);
    const behind = [
      { id: 'b', n: 2 },
      { id: 'a', n: 3 },
    ];
    await spool.commit('things', behind, { position: 2 });
    await spool.commit('others', [{ id: 'c', n: 4 }], { position: 1 });
    const found = await Promise.all(['a', 'b', 'c'].map((id) => index.get(id)));
    expect(found).toEqual([{ id: 'a', n: 3 }, { id: 'b', n: 2 }, undefined]);
    expect(index.size).toBe(2);
    await spool.close();
  });

  it('finds the last value of a key', async () => {
    const spool = await open();
    await spool.commit(
      'things',
      [
        { id: 'a', n: 1 },
        { id: 'b', n: 2 },
      ],
      { position: 1 },
    );
    await spool.commit('things', [{ id: 'a', n: 3 }], { position: 2 });
    const index = await spool.index<Thing>('things', ({ id }) => id);
    expect(index.size).toBe(2);
    expect([await index.get('a'), await index.get('b'), await index.get('c')]).toEqual([
      { id: 'a', n: 3 },
      { id: 'b', n: 2 },
      undefined,
    ]);
  });

  it('opens its file once, however many ask at the same time, and closes it', async () => {
    let [opened, closed] = [0, 0];
    const openRanges = async (path: string): Promise<RangeReader | undefined> => {
      opened += 1;
      const file = await nodeFiles.openRanges(path);
      const close = (): void => {
        closed += 1;
        file?.close();
      };
      return file && { read: (offset, length) => file.read(offset, length), close };
    };
    const spool = await openSpool({ ...nodeFiles, openRanges }, folder, { scope: 'one' });
    await spool.commit(
      'at-once',
      [1, 2, 3, 4].map((n) => ({ id: String(n), n })),
      { position: 1 },
    );
    const index = await spool.index<Thing>('at-once', ({ id }) => id);
    const found = await Promise.all(['1', '2', '3', '4'].map((id) => index.get(id)));
    expect(found.map((thing) => thing?.n)).toEqual([1, 2, 3, 4]);
    await spool.close();
    expect([opened, closed]).toEqual([1, 1]);
  });

  it('is empty when it was cleared', async () => {
    const spool = await open();
    const things = Array.from({ length: 3000 }, (_, n) => ({ id: `dpl_${String(n)}`, n }));
    await spool.commit('cleared', things, { position: 1 });
    const index = await spool.index<Thing>('cleared', ({ id }) => id);
    expect([index.size, await index.get('dpl_7')]).toEqual([3000, things[7]]);
    index.clear();
    expect([index.size, await index.get('dpl_7')]).toEqual([0, undefined]);
  });
});

describe('answers', () => {
  it('are kept for this run and the next', async () => {
    const first = await (await open()).answers<number | null>('questions');
    await first.keep('a', 1);
    await first.keep('b', null);
    expect([first.size, await first.get('a'), await first.get('b'), await first.get('c')]).toEqual([
      2,
      1,
      null,
      undefined,
    ]);
    await first.flush();
    expect([first.size, await first.get('a'), await first.get('b'), await first.get('c')]).toEqual([
      2,
      1,
      null,
      undefined,
    ]);
    const second = await (await open()).answers<number | null>('questions');
    expect([second.size, await second.get('a'), await second.get('b')]).toEqual([2, 1, null]);
  });

  it('are written by the hundred, so that a killed run loses fewer', async () => {
    const first = await (await open()).answers<number>('questions');
    for (let n = 0; n < 250; n += 1) await first.keep(String(n), n);
    expect([first.size, await first.get('0'), await first.get('249')]).toEqual([250, 0, 249]);
    const second = await (await open()).answers<number>('questions');
    expect([second.size, await second.get('199'), await second.get('200')]).toEqual([200, 199, undefined]);
  });
});
