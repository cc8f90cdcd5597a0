import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { nodeFiles } from '../../src/platform/files.ts';

const folder = mkdtempSync(`${tmpdir()}/no-links-test-`);
afterAll(() => rmSync(folder, { recursive: true }));

const rule = { noLinks: true } as const;
const inside = `${folder}/inside`;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const ways: readonly { readonly name: string; readonly look: (path: string) => Promise<unknown> }[] = [
  { name: 'read', look: (path) => nodeFiles.read(`${path}/file`, 100, undefined, rule) },
  { name: 'stream', look: (path) => Array.fromAsync(nodeFiles.stream(`${path}/file`, rule)) },
  { name: 'list', look: (path) => nodeFiles.list(path, rule) },
  { name: 'readLink', look: (path) => nodeFiles.readLink(`${path}/link`, rule) },
];

beforeEach(() => {
  for (const path of [inside, `${folder}/outside`]) {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(`${path}/deep`, { recursive: true });
    writeFileSync(`${path}/deep/file`, path);
    symlinkSync('text', `${path}/deep/link`);
  }
});

const openFiles = (): number => readdirSync('/proc/self/fd').length;

describe('files without links', () => {
  it('are as they are with them', async () => {
    const deep = `${inside}/deep`;
    expect(await nodeFiles.read(`${deep}/file`, 100, undefined, rule)).toEqual(bytes(inside));
    expect(await nodeFiles.read(`${deep}/none`, 100, undefined, rule)).toBeUndefined();
    expect(Buffer.concat(await Array.fromAsync(nodeFiles.stream(`${deep}/file`, rule))).toString()).toBe(inside);
    expect(await nodeFiles.list(deep, rule)).toEqual(['file', 'link']);
    expect(await nodeFiles.readLink(`${deep}/link`, rule)).toBe('text');
    expect(await nodeFiles.realPath(`${inside}/../inside/deep`)).toBe(deep);
    expect(await nodeFiles.realPath(`${inside}/none`)).toBeUndefined();
  });

  it.each(ways)('refuse a folder that is a link, or is reached through one: $name', async ({ look }) => {
    const before = openFiles();
    renameSync(`${inside}/deep`, `${inside}/away`);
    symlinkSync(`${folder}/outside/deep`, `${inside}/deep`);
    await expect(look(`${inside}/deep`)).rejects.toMatchObject({ code: 'NOT_PLAIN', path: expect.any(String) });
    rmSync(inside, { recursive: true });
    symlinkSync(`${folder}/outside`, inside);
    await expect(look(`${inside}/deep`)).rejects.toMatchObject({ code: 'NOT_PLAIN', path: expect.any(String) });
    expect(openFiles()).toBe(before);
    rmSync(inside);
  });

  it.each(ways.slice(0, 2))('refuse a link, a FIFO and a folder in the place of a file: $name', async ({ look }) => {
    const file = `${inside}/deep/file`;
    for (const place of [
      () => symlinkSync(`${folder}/outside/deep/file`, file),
      () => execFileSync('mkfifo', [file]),
      () => mkdirSync(file),
    ]) {
      rmSync(file, { recursive: true });
      place();
      await expect(look(`${inside}/deep`)).rejects.toMatchObject({ code: 'NOT_PLAIN', path: file });
    }
  });

  it('name what cannot be read', async () => {
    await expect(nodeFiles.list(`${inside}/none`, rule)).rejects.toMatchObject({ code: 'ENOENT' });
    const none = { code: 'ENOENT', path: `${inside}/deep/none` };
    await expect(nodeFiles.readLink(`${inside}/deep/none`, rule)).rejects.toMatchObject(none);
  });
});
