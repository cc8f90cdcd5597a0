import { describe, expect, it } from '@jest/globals';
import { findOffset, type ReadPart } from '../../src/deploy/git-pack-index.ts';
import { sha1Hex } from '../../src/digest.ts';
import { makeIndex } from './support/git-pack.ts';

const OBJECTS = Array.from({ length: 1000 }, (_, count) => ({ name: sha1Hex(String(count)), offset: 12 + count * 7 }));
const NAME = sha1Hex('5');
const OFFSET = 12 + 5 * 7;

const readFrom =
  (bytes: Uint8Array): ReadPart =>
  (offset, length) =>
    Promise.resolve(bytes.subarray(offset, offset + length));

function find(index: Uint8Array, name = NAME): Promise<number | undefined> {
  return findOffset(readFrom(index), name);
}

describe('findOffset', () => {
  it('finds every object, and no other', async () => {
    const index = makeIndex(OBJECTS);
    for (const { name, offset } of OBJECTS) expect(await find(index, name)).toBe(offset);
    for (const other of ['x', 'y', 'z']) expect(await find(index, sha1Hex(other))).toBeUndefined();
    for (const end of ['0'.repeat(40), 'f'.repeat(40)]) expect(await find(index, end)).toBeUndefined();
  });

  it('finds the first and the last name that can be', async () => {
    const ends = ['0', 'f'].map((digit, offset) => ({ name: digit.repeat(40), offset: 100 + offset }));
    const index = makeIndex(ends);
    for (const { name, offset } of ends) expect(await find(index, name)).toBe(offset);
  });

  it('reads little of a large index', async () => {
    const index = makeIndex(OBJECTS);
    const lengths: number[] = [];
    const read: ReadPart = (offset, length) => (lengths.push(length), readFrom(index)(offset, length));
    expect(await findOffset(read, NAME)).toBe(OFFSET);
    expect(lengths[0]).toBe(8 + 1024);
    expect(lengths.slice(1).reduce((sum, length) => sum + length, 0)).toBeLessThan(100);
  });

  it('finds offsets of 64 bits', async () => {
    const far = [
      { name: '1'.repeat(40), offset: 12 },
      { name: '2'.repeat(40), offset: 0x80000000 },
      { name: '3'.repeat(40), offset: 2 ** 40 + 3 },
      { name: '4'.repeat(40), offset: 2 ** 53 },
    ];
    const index = makeIndex(far);
    const found = await Promise.all(far.map(({ name }) => find(index, name)));
    // The last is no number that JavaScript can count with.
    expect(found).toEqual([12, 0x80000000, 2 ** 40 + 3, undefined]);
  });

  it.each<{ name: string; index: Uint8Array }>([
    { name: 'an empty file', index: Buffer.of() },
    { name: 'an index without objects', index: makeIndex([]) },
    { name: 'version 1', index: makeIndex(OBJECTS).subarray(8) },
    { name: 'version 3', index: damage(4, 3) },
    { name: 'an index that ends in its table', index: makeIndex(OBJECTS).subarray(0, 1000) },
    { name: 'one that ends in its names', index: makeIndex(OBJECTS).subarray(0, 2000) },
    { name: 'one that ends in its offsets', index: makeIndex(OBJECTS).subarray(0, 8 + 1024 + 24_000) },
    { name: 'a large offset without its table', index: makeIndex(OBJECTS, 0).subarray(0, 8 + 1024 + 28_000) },
    { name: 'a table that falls', index: damage(8 + Number.parseInt(NAME.slice(0, 2), 16) * 4, 0) },
  ])('finds nothing in $name', async ({ index }) => {
    expect(await find(index)).toBeUndefined();
  });

  it('ends where the table lies about the number of names', async () => {
    const index = damage(8 + Number.parseInt(NAME.slice(0, 2), 16) * 4, 0xffffffff);
    let reads = 0;
    const read: ReadPart = (offset, length) => ((reads += 1), readFrom(index)(offset, length));
    expect(await findOffset(read, NAME)).toBeUndefined();
    expect(reads).toBeLessThan(40);
  });

  it('finds nothing in a file that is gone', async () => {
    expect(await findOffset(() => Promise.resolve(undefined), NAME)).toBeUndefined();
  });
});

function damage(at: number, value: number): Buffer {
  const index = makeIndex(OBJECTS);
  index.writeUInt32BE(value, at);
  return index;
}
