import { utimesSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { createTgzFiles } from '@vercel/client/dist/utils/archive.js';
import { archiveBench, bytesOf, listTree, TREE, unpack } from './support/archive-bench.ts';

describe('packTar', () => {
  it('packs the tree so that tar gives it back: names, bits, links and empty folders', async () => {
    const { root, build, log } = await archiveBench();
    expect(unpack(bytesOf(await build()))).toEqual(listTree(root));
    expect(log.text()).toMatch(/^info Packed 11 entries into 1 part, \d+\.\d KiB$/);
  });

  it("unpacks to what Vercel's own client packs", async () => {
    // Bits that the client's mask leaves alone.
    const { root, manifest, build } = await archiveBench({ ...TREE, 'out/read-only': { mode: 0o644, text: 'x' } });
    const names = manifest.entries.map(({ path }) => `${root}/${path}`);
    const packed = await createTgzFiles(root, names);
    const [[, theirs] = []] = packed;
    expect(theirs).toMatchObject({ names: [`${root}/.vercel/source.tgz.part1`], mode: 438 });
    expect(unpack(bytesOf(await build()))).toEqual(unpack(theirs?.data ?? Buffer.alloc(0)));
  });

  it('makes the same bytes of the same tree, whenever and by whomever it was made', async () => {
    const one = await archiveBench();
    const other = await archiveBench();
    for (const { path, kind } of other.manifest.entries) {
      if (kind === 'file') utimesSync(`${other.root}/${path}`, 1, 1);
    }
    const [first, second] = [await one.build(), await other.build()];
    expect(first.parts.map(({ sha256 }) => sha256)).toEqual(second.parts.map(({ sha256 }) => sha256));
    const header = gunzipSync(bytesOf(first)).subarray(0, 512).toString('latin1');
    // uid, gid and mtime, octal; no names of user and group.
    expect([header.slice(108, 123), header.slice(136, 147)]).toEqual(['000000 \u0000000000 ', '00000000000']);
    expect(header.slice(265, 329)).toBe('\u0000'.repeat(64));
  });
});
