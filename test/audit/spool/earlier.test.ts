import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { openSpool, type Spool, type SpoolOptions } from '../../../src/audit/spool/index.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import type { Files } from '../../../src/platform/types.ts';

const folder = mkdtempSync(`${tmpdir()}/earlier-`);
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(options: Partial<SpoolOptions> = {}, files: Files = nodeFiles): Promise<Spool> {
  return openSpool(files, folder, { scope: 'one', ...options });
}

describe('what an earlier run has left', () => {
  it('is told as it was taken over, and is nothing where it was begun anew', async () => {
    let now = 1000;
    const clock = { now: () => now };
    const first = await open({ clock });
    expect(first.earlier.populations).toEqual([]);
    await first.commit('things', [1, 2], { position: 1 });
    await first.commit('others', [], { position: 1, done: true });
    now = 5000;
    const second = await open({ clock });
    await second.commit('things', [3], { position: 2 });
    await second.settle();
    const [things, others] = [
      { name: 'things', lines: 2, done: false },
      { name: 'others', lines: 0, done: true },
    ];
    expect(second.earlier).toEqual({ keptAt: 1000, populations: [things, others] });
    const third = await open({ clock });
    expect(third.earlier).toEqual({ keptAt: 5000, populations: [{ ...things, lines: 3 }, others] });
    expect((await open({ clock, fresh: true })).earlier.populations).toEqual([]);
  });

  it('is not even read where it is to be forgotten', async () => {
    await (await open()).commit('things', [1], { position: 1, done: true });
    const read: Files['read'] = () => Promise.reject(new Error('read'));
    const spool = await open({ fresh: true }, { ...nodeFiles, read });
    expect(spool.progress('things').done).toBe(false);
  });
});
