import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from '@jest/globals';
import { nodeFiles } from '../../src/platform/files.ts';
import { createFolderStore } from '../../src/store/index.ts';

const folder = mkdtempSync(`${tmpdir()}/store-test-`);
afterAll(() => rmSync(folder, { recursive: true }));

describe('createFolderStore', () => {
  it('writes once, and gives the path in the clone', async () => {
    const store = createFolderStore(nodeFiles, folder, `${folder}/a/records`);
    expect(await store.write('one.json', 'text')).toBe('a/records/one.json');
    expect(readFileSync(`${folder}/a/records/one.json`, 'utf8')).toBe('text');
    await expect(store.write('one.json', 'other')).rejects.toMatchObject({
      code: 'RECORD_NOT_STORED',
      got: expect.stringContaining('EEXIST'),
    });
    expect(readFileSync(`${folder}/a/records/one.json`, 'utf8')).toBe('text');
  });

  it('replaces what is no record', async () => {
    const store = createFolderStore(nodeFiles, folder, `${folder}/notes`);
    await store.replace('diagnostic.json', 'one');
    await store.replace('diagnostic.json', 'two');
    expect(readFileSync(`${folder}/notes/diagnostic.json`, 'utf8')).toBe('two');
  });

  it('follows no link that leads the writing elsewhere', async () => {
    mkdirSync(`${folder}/outside`);
    mkdirSync(`${folder}/clone`);
    symlinkSync('../outside', `${folder}/clone/records`);
    const store = createFolderStore(nodeFiles, `${folder}/clone`, `${folder}/clone/records`);
    await expect(store.write('one.json', 'text')).rejects.toMatchObject({
      code: 'RECORD_NOT_STORED',
      got: expect.stringMatching(/clone\/records is a symlink$/),
    });
    expect(existsSync(`${folder}/outside/one.json`)).toBe(false);
  });
});
