import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from '@jest/globals';
import { nodeFiles } from '../../src/platform/files.ts';

const folder = mkdtempSync(`${tmpdir()}/files-test-`);
afterAll(() => rmSync(folder, { recursive: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('nodeFiles', () => {
  it('tells kinds without following links', async () => {
    writeFileSync(`${folder}/file`, 'hello');
    mkdirSync(`${folder}/dir`);
    symlinkSync('nowhere', `${folder}/link`);
    expect(await nodeFiles.lstat(`${folder}/file`)).toMatchObject({ kind: 'file', size: 5 });
    expect(await nodeFiles.lstat(`${folder}/dir`)).toMatchObject({ kind: 'directory' });
    expect(await nodeFiles.lstat(`${folder}/link`)).toMatchObject({ kind: 'symlink' });
    expect(await nodeFiles.lstat(`${folder}/file/below`)).toBeUndefined();
    expect(await nodeFiles.readLink(`${folder}/link`)).toBe('nowhere');
  });

  it('lists bytewise, not by language', async () => {
    for (const name of ['b', 'a', 'é', 'Z']) writeFileSync(`${folder}/dir/${name}`, '');
    expect(await nodeFiles.list(`${folder}/dir`)).toEqual(['Z', 'a', 'b', 'é']);
  });

  it('reads within bounds', async () => {
    writeFileSync(`${folder}/ten`, '0123456789');
    expect(await nodeFiles.read(`${folder}/ten`, 10)).toEqual(bytes('0123456789'));
    expect(await nodeFiles.read(`${folder}/missing`, 10)).toBeUndefined();
    await expect(nodeFiles.read(`${folder}/ten`, 9)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE', got: '10 bytes' });
  });

  it('writes once, makes folders, and leaves no half file', async () => {
    const path = `${folder}/new/deep/record.json`;
    await nodeFiles.writeNew(path, bytes('one'));
    await expect(nodeFiles.writeNew(path, bytes('two'))).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(path, 'utf8')).toBe('one');
    expect(readdirSync(`${folder}/new/deep`)).toEqual(['record.json']);
    await nodeFiles.replace(path, bytes('three'));
    expect(readFileSync(path, 'utf8')).toBe('three');
  });
});
