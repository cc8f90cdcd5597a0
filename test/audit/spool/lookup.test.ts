import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { BUCKETS, bucketOf, openSpool, type Buckets, type Spool } from '../../../src/audit/spool/index.ts';
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

async function allOf<T>(buckets: Buckets<T>): Promise<T[][]> {
  const all: T[][] = [];
  for (let bucket = 0; bucket < buckets.count; bucket += 1) all.push([...(await buckets.read(bucket))]);
  return all;
}

describe('buckets', () => {
  it('hold each value once for each key, in its own bucket and in order', async () => {
    const spool = await open();
    const things = Array.from({ length: 5000 }, (_, n) => ({ id: `dpl_${String(n % 2500)}`, n }));
    await spool.commit('things', things, { position: 1 });
    const all = await allOf(await spool.partition<Thing>('things', ({ id }) => id));
    expect(all).toHaveLength(BUCKETS);
    expect(all.flat().toSorted((a, b) => a.n - b.n)).toEqual(things);
    all.forEach((bucket, number) => {
      expect(bucket.every(({ id }) => bucketOf(id) === number)).toBe(true);
      expect(bucket.map(({ n }) => n)).toEqual(bucket.map(({ n }) => n).toSorted((a, b) => a - b));
    });
    // 2,500 keys in 512: none is far from 5, of two values each.
    expect(Math.max(...all.map(({ length }) => length))).toBeLessThan(40);
  });

  it('are made anew, whatever an earlier run has left', async () => {
    const spool = await open();
    await spool.commit('things', [{ id: 'a', n: 1 }], { position: 1 });
    await spool.partition<Thing>('things', ({ id }) => id);
    const writer = await spool.createBuckets<Thing>('things');
    writer.add('a', { id: 'b', n: 2 });
    expect((await allOf(await writer.finish())).flat()).toEqual([{ id: 'b', n: 2 }]);
  });

  it('keep texts of every writing, many of them to a bucket', async () => {
    const spool = await open();
    const writer = await spool.createBuckets<string>('texts');
    const values = Array.from({ length: 3000 }, (_, n) => `é漢𝄞 ${'ü'.repeat(n % 97)} ${String(n)}`);
    for (const value of values) {
      writer.add('a', value);
      await writer.settle();
    }
    expect((await allOf(await writer.finish())).flat()).toEqual(values);
  });

  it('take a value under several keys', async () => {
    const spool = await open();
    await spool.commit('things', [{ id: 'a', n: 1 }], { position: 1 });
    const all = await allOf(await spool.partition<Thing>('things', () => ['a', 'dpl_2']));
    expect(all.flat()).toHaveLength(2);
    expect(bucketOf('a')).not.toBe(bucketOf('dpl_2'));
  });

  it('keep long values whole, larger than what waits in memory', async () => {
    const spool = await open();
    const writer = await spool.createBuckets<string>('long');
    const values = [1, 2, 3].map((n) => String(n).repeat(100_000));
    for (const value of values) {
      writer.add('a', value);
      await writer.settle();
    }
    expect((await allOf(await writer.finish())).flat()).toEqual(values);
  });
  it('are read in any order, and again', async () => {
    const spool = await open();
    const writer = await spool.createBuckets<string>('texts');
    const keys = Array.from({ length: 2000 }, (_, n) => `key ${String(n)}`);
    for (const key of keys) writer.add(key, key);
    const buckets = await writer.finish();
    const order = Array.from({ length: BUCKETS }, (_, n) => (n * 37) % BUCKETS);
    const found = new Map<number, readonly string[]>();
    for (const bucket of order) found.set(bucket, await buckets.read(bucket));
    expect([...found.values()].flat().toSorted()).toEqual(keys.toSorted());
    for (const bucket of order) expect(await buckets.read(bucket)).toEqual(found.get(bucket));
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, -1)],
    ['cut within a line', (text: string) => text.replace(/\n$/, ' ')],
    ['with the digit of no bucket', (text: string) => text.replace(/^\d/, '9')],
    ['with a line that is none', (text: string) => text.replace('"', ' ')],
  ])('%s by something else are not read in part', async (_, change) => {
    const spool = await open();
    const writer = await spool.createBuckets<string>('texts');
    for (const word of ['one', 'two', 'three']) writer.add('a', word);
    const buckets = await writer.finish();
    const [name = ''] = readdirSync(folder).filter((each) => each.startsWith('texts.bucket-'));
    writeFileSync(`${folder}/${name}`, change(readFileSync(`${folder}/${name}`, 'utf8')));
    await expect(allOf(buckets)).rejects.toMatchObject({ code: 'USAGE' });
  });
});

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
