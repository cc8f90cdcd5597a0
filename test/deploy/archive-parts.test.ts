import { describe, expect, it } from '@jest/globals';
import { sha1Hex, sha256Hex } from '../../src/digest.ts';
import { uploadMissing } from '../../src/deploy/upload.ts';
import { archiveBench, bytesOf } from './support/archive-bench.ts';
import { NEVER } from './support/fake-api.ts';
import { sha1sOf, uploadBench } from './support/upload-bench.ts';

describe('writeParts', () => {
  it('names, measures and hashes what it writes', async () => {
    const { build } = await archiveBench();
    const archive = await build();
    const bytes = bytesOf(archive);
    expect(archive.parts).toEqual([
      {
        ...{ kind: 'file', path: '.vercel/source.tgz.part1', mode: 438, size: bytes.byteLength },
        ...{ sha1: sha1Hex(bytes), sha256: sha256Hex(bytes), source: archive.parts[0]?.source },
      },
    ]);
  });

  it('cuts at the size of a part, and sends the parts like files', async () => {
    const { build } = await archiveBench();
    const whole = bytesOf(await build());
    const archive = await build({ partBytes: 4096 });
    const sizes = archive.parts.map(({ size }) => size);
    expect(sizes.slice(0, -1).every((size) => size === 4096)).toBe(true);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(whole.byteLength);
    expect(archive.parts.map(({ path }) => path)).toEqual(
      sizes.map((_, index) => `.vercel/source.tgz.part${String(index + 1)}`),
    );
    expect(bytesOf(archive).equals(whole)).toBe(true);

    const { deps, asked } = await uploadBench({ tree: { 'out/other': '' } });
    const entries = { entries: archive.parts };
    await uploadMissing(deps, entries, sha1sOf(entries), NEVER, { noun: 'parts' });
    expect(asked.length).toBe(new Set(sha1sOf(entries)).size);
  });

  it('leaves no part without bytes where the last one is full', async () => {
    const { build } = await archiveBench();
    const { byteLength } = bytesOf(await build());
    expect((await build({ partBytes: byteLength })).parts.length).toBe(1);
    expect((await build({ partBytes: byteLength - 1 })).parts.map(({ size }) => size)).toEqual([byteLength - 1, 1]);
  });
});
