import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { growFile, type GrowingFile } from '../../../src/audit/outputs/text-file.ts';
import type { Files, FileSink } from '../../../src/platform/types.ts';

const KIB = 1024;
const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Slow {
  readonly files: Files;
  readonly got: Buffer[];
  readonly calls: string[];
}

/** A disk that looks at the bytes when it is done with them, and that is full behind some writes. */
function slowDisk(most = Infinity): Slow {
  const [got, calls]: [Buffer[], string[]] = [[], []];
  const sink: FileSink = {
    async write(bytes) {
      calls.push('begun');
      await later();
      await later();
      if (got.length >= most) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      got.push(Buffer.from(bytes));
      calls.push('done');
    },
    close: () => Promise.resolve(void calls.push('closed')),
  };
  const files = { create: () => Promise.resolve(sink), remove: () => Promise.resolve(void calls.push('removed')) };
  return { files: files as unknown as Files, got, calls };
}

/** Pieces of every length around those of the buffers, as texts and as bytes whose place is used again. */
async function writeMany(file: GrowingFile): Promise<Buffer> {
  const all: Buffer[] = [];
  const place = Buffer.alloc(600 * KIB);
  for (let at = 0; at < 60; at += 1) {
    const length = [3, 40 * KIB, 100 * KIB, 255 * KIB, 256 * KIB, 256 * KIB + 1, 600 * KIB][at % 7] ?? 0;
    const letter = String.fromCharCode(97 + (at % 26));
    const text = at % 3 === 0 ? 'ü'.repeat(length / 2) : letter.repeat(length);
    all.push(Buffer.from(text));
    if (at % 2 === 0) await file.write(text);
    else {
      const part = place.subarray(0, place.write(text));
      await file.writeBytes(part);
      part.fill(0);
    }
  }
  return Buffer.concat(all);
}

describe('a file that grows', () => {
  it('is what was written, while the disk is behind', async () => {
    const { files, got, calls } = slowDisk();
    const file = await growFile(files, '/out', 'a.txt');
    const all = await writeMany(file);
    expect(file.bytes).toBe(all.length);
    const digest = createHash('sha256').update(all).digest('hex');
    expect(await file.close()).toEqual({ name: 'a.txt', bytes: all.length, digest });
    expect(Buffer.concat(got).equals(all)).toBe(true);
    // One behind the other, and the file is closed behind the last.
    const [removed, ...rest] = calls;
    expect(removed).toBe('removed');
    expect(rest.join(' ')).toMatch(/^(?:begun done )+closed$/);
  });

  it.each([0, 1, 5])('tells of a disk that is full behind %p writes, and leaves nothing', async (most) => {
    const { files, calls } = slowDisk(most);
    const file = await growFile(files, '/out', 'a.txt');
    const work = writeMany(file).then(() => file.close());
    await expect(work).rejects.toMatchObject({ code: 'OUTPUT_INVALID', got: 'ENOSPC for /out/a.txt' });
    await file.discard();
    expect(calls.slice(-2)).toEqual(['closed', 'removed']);
  });

  it('tells at its end of a disk that was full at the last write', async () => {
    const { files } = slowDisk(0);
    const file = await growFile(files, '/out', 'a.txt');
    await file.write('a');
    await expect(file.close()).rejects.toMatchObject({ code: 'OUTPUT_INVALID' });
  });
});
