import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TABLING, writeOutputs } from '../../../src/audit/outputs/index.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import type { Threads } from '../../../src/platform/types.ts';
import type { Row } from '../../../src/audit/types.ts';
import { watchThreads } from '../support/watched-threads.ts';
import { makeFolder, type Folder } from './support/folder.ts';
import { makeRow, makeSummary, sourceOf, WHOLE_ROW } from './support/samples.ts';

/** Some megabytes of letters that have two and four bytes: parts of the file end within them. */
const MANY = Array.from({ length: 600 }, (_, index) =>
  makeRow(index, { reasons: [`${'ä\u{1f4a1}'.repeat(900 + (index % 7))},`] }),
);

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.end());

const write = (rows: readonly Row[], threads?: Threads, summary = makeSummary(rows)): ReturnType<typeof writeOutputs> =>
  writeOutputs(summary, sourceOf(rows), { files: nodeFiles, folder: `${folder.path}/out`, threads });

describe('tables that another thread writes', () => {
  it.each([
    ['many rows', MANY],
    ['one row', [WHOLE_ROW]],
    ['no rows', []],
  ])('are those of one, byte for byte: %s', async (_, rows) => {
    const alone = await write(rows);
    const threads = watchThreads();
    expect(await write(rows, threads)).toEqual(alone);
    expect(threads).toMatchObject({ started: [TABLING], ended: 1 });
  });

  it('are made while rows still come', async () => {
    const threads = watchThreads();
    await write(MANY, threads);
    expect(threads.replies.slice(0, -1).every((reply) => reply === '')).toBe(true);
    expect(threads.replies.length).toBeGreaterThan(4);
  });

  it.each([0, 1, 4])('are the same where it fails after %i answers', async (most) => {
    const alone = await write(MANY);
    const threads = watchThreads(most);
    expect(await write(MANY, threads)).toEqual(alone);
    expect(threads.ended).toBe(1);
  });

  it('are made again where it has met other rows', async () => {
    const alone = await write(MANY);
    const threads: Threads = {
      cores: 2,
      start: () => ({ ask: () => Promise.resolve('{"files":[],"rows":599}'), end: () => Promise.resolve() }),
    };
    expect(await write(MANY, threads)).toEqual(alone);
  });

  it('are not left, nor is the thread, where the rows are not those that were counted', async () => {
    const threads = watchThreads();
    await expect(write(MANY, threads, makeSummary(MANY.slice(1)))).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(folder.list('out')).toEqual([]);
    expect(threads.ended).toBe(1);
  });
});
