import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from '@jest/globals';
import { nodeFiles } from '../../src/platform/files.ts';
import { makeFolders } from '../../src/platform/make-folders.ts';

const folder = mkdtempSync(`${tmpdir()}/make-folders-`);
afterAll(() => rmSync(folder, { recursive: true }));

const bytes = new Uint8Array();
const isFolder = (path: string): boolean => statSync(path).isDirectory();

describe('folders that are missing', () => {
  it('are made, whoever else makes them at the same time', async () => {
    const path = `${folder}/a/b/c`;
    await Promise.all(Array.from({ length: 5 }, () => makeFolders(path)));
    expect(isFolder(path)).toBe(true);
    await makeFolders(path);
  });

  it('are made below a link to a folder', async () => {
    mkdirSync(`${folder}/real`);
    symlinkSync('real', `${folder}/link`);
    await makeFolders(`${folder}/link/below`);
    expect(isFolder(`${folder}/real/below`)).toBe(true);
  });

  it('are refused where a file or a link to nothing stands in their way', async () => {
    writeFileSync(`${folder}/file`, '');
    await expect(makeFolders(`${folder}/file/below`)).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(nodeFiles.writeNew(`${folder}/file/name`, bytes)).rejects.toMatchObject({ code: 'ENOTDIR' });
    symlinkSync('nowhere', `${folder}/dangling`);
    await expect(makeFolders(`${folder}/dangling/below`)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each(['/proc/no-such-folder', '/proc/no-such-folder/below'])(
    'are refused where the folder above is there and takes none: %s',
    async (path) => {
      await expect(makeFolders(path)).rejects.toMatchObject({ code: 'ENOENT' });
      await expect(nodeFiles.writeNew(`${path}/name`, bytes)).rejects.toMatchObject({ code: 'ENOENT' });
      await expect(nodeFiles.replace(`${path}/name`, bytes)).rejects.toMatchObject({ code: 'ENOENT' });
      expect(await nodeFiles.makeTempFolder(path)).toBeUndefined();
    },
  );
});
