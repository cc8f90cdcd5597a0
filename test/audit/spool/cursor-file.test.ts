import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { openSpool, type Spool, type SpoolOptions } from '../../../src/audit/spool/index.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import type { Files } from '../../../src/platform/types.ts';

const folder = mkdtempSync(`${tmpdir()}/cursor-file-`);

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(options: Partial<SpoolOptions> = {}, files: Files = nodeFiles): Promise<Spool> {
  return openSpool(files, folder, { scope: 'one', ...options });
}

describe('the cursor of a run with a clock', () => {
  const keptBy = async (): Promise<number> => (await open()).progress('things').lines;

  it('is written at most once a second, behind the last step of a population, and where the run ends', async () => {
    let now = 5000;
    const spool = await open({ clock: { now: () => now } });
    await spool.commit('things', [1], { position: 1 });
    expect(await keptBy()).toBe(0);
    expect(spool.progress('things').lines).toBe(1);
    now += 1000;
    await spool.commit('things', [2], { position: 2 });
    expect(await keptBy()).toBe(2);
    await spool.commit('things', [3], { position: 3, done: true });
    expect(await keptBy()).toBe(3);
    await spool.commit('things', [4], { position: 4 });
    expect(await keptBy()).toBe(3);
    await spool.settle();
    expect(await keptBy()).toBe(4);
  });

  it('is not put off for hours where the clock was set back', async () => {
    let now = 5_000_000;
    const spool = await open({ clock: { now: () => now } });
    now = 0;
    await spool.commit('things', [1], { position: 1 });
    expect(await keptBy()).toBe(1);
  });

  it('is written once where nothing was put off', async () => {
    let writes = 0;
    const replace: Files['replace'] = (...request) => {
      writes += 1;
      return nodeFiles.replace(...request);
    };
    const spool = await open({ clock: { now: () => 0 } }, { ...nodeFiles, replace });
    await spool.commit('things', [1], { position: 1, done: true });
    await spool.settle();
    expect(writes).toBe(2);
  });
});
