import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { requirePlainFolder } from '../../src/commands/plain-folder.ts';
import { nodeFiles } from '../../src/platform/files.ts';

let working: string;
let outside: string;

beforeEach(() => {
  [working, outside] = [mkdtempSync(`${tmpdir()}/working-`), mkdtempSync(`${tmpdir()}/outside-`)] as [string, string];
  mkdirSync(`${outside}/reports`);
});
afterEach(() => [working, outside].forEach((folder) => rmSync(folder, { recursive: true })));

const look = (name: string): Promise<void> => requirePlainFolder(nodeFiles, working, `${working}/${name}`);

describe('a folder that is to be written into', () => {
  it('is plain where it is there, and where nothing is', async () => {
    mkdirSync(`${working}/a/b`, { recursive: true });
    for (const name of ['a', 'a/b', 'a/b/c', 'none/at/all']) await look(name);
  });

  it.each([
    { name: 'linked', got: 'linked is a symlink' },
    { name: 'linked/reports', got: 'linked is a symlink' },
    { name: 'linked/new', got: 'linked is a symlink' },
    { name: 'file', got: 'file is a file' },
    { name: 'file/new', got: 'file is a file' },
  ])('is none through a link or a file: $name', async ({ name, got }) => {
    symlinkSync(outside, `${working}/linked`);
    writeFileSync(`${working}/file`, '');
    await expect(look(name)).rejects.toMatchObject({ code: 'USAGE', got: `${working}/${got}` });
  });

  it('elsewhere is its author’s to know, but for a link in its own place', async () => {
    symlinkSync(outside, `${working}/linked`);
    await requirePlainFolder(nodeFiles, `${working}/other`, `${working}/linked/reports`);
    const itself = requirePlainFolder(nodeFiles, `${working}/other`, `${working}/linked`);
    await expect(itself).rejects.toMatchObject({ code: 'USAGE' });
  });
});
