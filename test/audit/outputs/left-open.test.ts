import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createRowFile, writeOutputs, writePack } from '../../../src/audit/outputs/index.ts';
import type { Files } from '../../../src/platform/types.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import { makeFolder, type Folder } from './support/folder.ts';
import { makeRow, makeSummary, sourceOf } from './support/samples.ts';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.end());

/** A disk on which the write of this number (from 0) and all after it fail; and what of it is open. */
function fullFrom(limit: number): { readonly files: Files; readonly open: Set<string>; readonly writes: () => number } {
  const open = new Set<string>();
  let writes = 0;
  const create: Files['create'] = async (path, options) => {
    const sink = await nodeFiles.create(path, options);
    open.add(path);
    return {
      async write(bytes) {
        writes += 1;
        if (writes > limit) throw Object.assign(new Error('full'), { code: 'ENOSPC', path });
        await sink.write(bytes);
      },
      async close() {
        await sink.close();
        open.delete(path);
      },
    };
  };
  return { files: { ...nodeFiles, create }, open, writes: () => writes };
}

const work: readonly (readonly [string, (files: Files) => Promise<unknown>])[] = [
  [
    'a pack',
    (files) =>
      writePack({
        ...{ files, path: `${folder.path}/out/pack.zip`, workFolder: `${folder.path}/work` },
        ...{
          rows: sourceOf([]),
          recordFolders: [],
          trust: {},
          auditKeys: [],
          checkpoints: [],
          exceptions: [],
          policies: [],
        },
        reports: [folder.write('report.txt', 'x')],
      }),
  ],
  [
    'reports',
    (files) => {
      const rows = Array.from({ length: 300 }, (_, number) => makeRow(number, { reasons: ['x'.repeat(3000)] }));
      return writeOutputs(makeSummary(rows), sourceOf(rows), { files, folder: `${folder.path}/out` });
    },
  ],
  [
    'rows',
    async (files) => {
      const rows = await createRowFile(files, `${folder.path}/rows`);
      await rows.add(makeRow(1));
      for await (const row of rows.read()) expect(row.kind).toBe('deployment');
    },
  ],
];

it.each(work)('leaves no file open, and none half written, where the disk is full: %s', async (name, write) => {
  const empty = fullFrom(Infinity);
  await write(empty.files);
  expect([empty.writes() > 0, [...empty.open]]).toEqual([true, []]);
  for (let limit = 0; limit < empty.writes(); limit += 1) {
    const { files, open } = fullFrom(limit);
    await expect(write(files)).rejects.toMatchObject({ code: 'OUTPUT_INVALID', got: expect.stringMatching('ENOSPC') });
    const left = name === 'reports' ? folder.list('out') : [];
    expect({ limit, open: [...open], left }).toEqual({ limit, open: [], left: [] });
  }
});
