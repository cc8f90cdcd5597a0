import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { BUCKETS, bucketOf, openSpool, type Buckets, type Spool } from '../../../src/audit/spool/index.ts';
import { nodeFiles } from '../../../src/platform/files.ts';

const folder = mkdtempSync(`${tmpdir()}/buckets-`);

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
    const all = await allOf(await spool.partition<Thing>('things', (thing, add) => add(thing.id, thing)));
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
    await spool.partition<Thing>('things', (thing, add) => add(thing.id, thing));
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
    const all = await allOf(
      await spool.partition<Thing>('things', (thing, add) => {
        add('a', thing);
        add('dpl_2', { ...thing, n: 2 });
      }),
    );
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
    ['with the mark of no bucket', (text: string) => text.replace(/^./, '~')],
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
