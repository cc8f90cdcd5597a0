import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { readPackEntry, type PackEntry } from '../../src/deploy/git-pack-entry.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { BLOB, COMMIT, makeEntry, OFS_DELTA, REF_DELTA, type PackItem } from './support/git-pack.ts';

const MAX_BYTES = 5000;
const OFFSET = 300;
const SHA = 'ab'.repeat(20);
const BODY = Buffer.from('tree and more');

function read(entry: Uint8Array): Promise<PackEntry | undefined> {
  const pack = Buffer.concat([Buffer.alloc(OFFSET), entry, Buffer.from('the next entry')]);
  return readPackEntry((offset, length) => Promise.resolve(pack.subarray(offset, offset + length)), OFFSET, {
    readers: nodeFiles,
    maxBytes: MAX_BYTES,
  });
}

const make = (item: Partial<PackItem>): Buffer => makeEntry({ type: COMMIT, body: BODY, ...item });

describe('readPackEntry', () => {
  it.each([1, 15, 16, 17, 2047, 2048, 2049, MAX_BYTES])(
    'reads a commit of %d bytes, and nothing after it',
    async (size) => {
      // Bytes that zlib cannot make smaller.
      const body = Buffer.from(crypto.getRandomValues(new Uint8Array(size)));
      expect(await read(make({ body }))).toEqual({ kind: 'commit', bytes: body });
    },
  );

  it('reads one that is not compressed at all', async () => {
    const body = Buffer.alloc(MAX_BYTES, 'x');
    const head = make({ body }).subarray(0, 3);
    const entry = await read(Buffer.concat([head, deflateSync(body, { level: 0, memLevel: 1 })]));
    expect(entry).toEqual({ kind: 'commit', bytes: body });
  });

  it.each([1, 127, 128, 200, OFFSET - 12])('reads a delta whose base is %d bytes back', async (distance) => {
    const entry = await read(make({ type: OFS_DELTA, base: distance }));
    expect(entry).toEqual({ kind: 'delta', bytes: BODY, base: OFFSET - distance });
  });

  it('reads a delta whose base is named', async () => {
    expect(await read(make({ type: REF_DELTA, base: SHA }))).toEqual({ kind: 'delta', bytes: BODY, base: SHA });
  });

  it.each<{ name: string; entry: Uint8Array }>([
    { name: 'an object of another kind', entry: make({ type: BLOB }) },
    { name: 'a kind that there is not', entry: make({ type: 5 }) },
    { name: 'nothing', entry: make({ body: Buffer.of() }) },
    { name: 'more than it may be', entry: make({ body: Buffer.alloc(MAX_BYTES + 1) }) },
    { name: 'more than it says', entry: make({ size: BODY.length - 1 }) },
    { name: 'less than it says', entry: make({ size: BODY.length + 1 }) },
    { name: 'a size without an end', entry: Buffer.alloc(100, 0x9f) },
    { name: 'a base that is itself', entry: make({ type: OFS_DELTA, base: 0 }) },
    { name: 'a base in the header of the pack', entry: make({ type: OFS_DELTA, base: OFFSET - 11 }) },
    { name: 'a base before the pack', entry: make({ type: OFS_DELTA, base: OFFSET + 1 }) },
    { name: 'a distance without an end', entry: Buffer.concat([Buffer.of(0x61), Buffer.alloc(100, 0xff)]) },
    { name: 'no zlib stream', entry: Buffer.from(make({}).fill(0, 2)) },
  ])('reads nothing from $name', async ({ entry }) => {
    expect(await read(entry)).toBeUndefined();
  });

  it('reads nothing where the file ends', async () => {
    const entry = make({});
    for (const end of [0, 1, entry.length - 1]) {
      const found = await readPackEntry(
        (offset, length) => Promise.resolve(entry.subarray(0, end).subarray(offset, offset + length)),
        0,
        { readers: nodeFiles, maxBytes: MAX_BYTES },
      );
      expect(found).toBeUndefined();
    }
  });

  it('asks neither the disk nor zlib for more than the size that the entry says', async () => {
    const asked: number[] = [];
    const entry = make({ size: MAX_BYTES + 1 });
    await readPackEntry((offset, length) => (asked.push(length), Promise.resolve(entry.subarray(offset))), 0, {
      readers: { inflate: (bytes, maxBytes) => (asked.push(maxBytes), nodeFiles.inflate(bytes, maxBytes)) },
      maxBytes: MAX_BYTES,
    });
    expect(asked).toEqual([32]);
  });
});
