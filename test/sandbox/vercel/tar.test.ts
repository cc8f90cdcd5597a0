import { describe, expect, it } from '@jest/globals';
import { readTar } from '../../../src/sandbox/vercel/tar.ts';
import { pax, TAR_END, tarItem, tarOf, type TarItem } from '../support/tar.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.byteLength; offset += size) {
    yield await Promise.resolve(bytes.subarray(offset, offset + size));
  }
}

async function read(bytes: Uint8Array, size = 700): Promise<object[]> {
  const found: object[] = [];
  for await (const { content, ...entry } of readTar(pieces(bytes, size))) {
    found.push({ ...entry, text: Buffer.concat(await Array.fromAsync(content())).toString() });
  }
  return found;
}

const LONG = `${'folder/'.repeat(30)}größe.txt`;

describe('readTar', () => {
  it.each([1, 511, 512, 700, 100_000])('reads every kind of entry, in pieces of %d bytes', async (size) => {
    const bytes = tarOf([
      { path: 'a.txt', text: 'a'.repeat(513), mode: 0o755 },
      { path: 'empty.txt' },
      { path: 'folder/', type: '5', mode: 0o755 },
      { path: 'link', type: '2', link: 'a.txt', mode: 0o777 },
      { path: 'name', prefix: 'deep/er', text: 'x' },
      pax({ path: LONG, linkpath: `${LONG}2`, mtime: '1' }),
      { path: 'short', type: '2', link: 'short' },
      { path: 'after', text: 'not under the long name' },
    ]);
    expect(await read(bytes, size)).toMatchObject([
      { path: 'a.txt', kind: 'file', mode: 0o755, size: 513, text: 'a'.repeat(513) },
      { path: 'empty.txt', kind: 'file', mode: 0o644, size: 0, text: '' },
      { path: 'folder', kind: 'directory', mode: 0o755 },
      { path: 'link', kind: 'symlink', mode: 0o777, linkPath: 'a.txt' },
      { path: 'deep/er/name', text: 'x' },
      { path: LONG, kind: 'symlink', linkPath: `${LONG}2` },
      { path: 'after', text: 'not under the long name' },
    ]);
  });

  it('passes over what nobody reads', async () => {
    const names: string[] = [];
    const bytes = tarOf([{ path: 'a', text: 'x'.repeat(2000) }, { path: 'b' }]);
    for await (const { path } of readTar(pieces(bytes, 300))) names.push(path);
    expect(names).toEqual(['a', 'b']);
  });

  it.each<{ name: string; items: TarItem[]; end?: Uint8Array; text: string }>([
    { name: 'without an end', items: [{ path: 'a' }], end: Buffer.alloc(0), text: 'it ends in the middle' },
    { name: 'with a wrong checksum', items: [{ path: 'a', checksum: 1 }], text: 'and says 1' },
    { name: 'of another format', items: [{ path: 'a', magic: 'other' }], text: 'not of the ustar format' },
    { name: 'with a hard link', items: [{ path: 'a', type: '1' }], text: 'the entry "a" is of the type "1"' },
    {
      name: 'with a broken pax header',
      items: [{ path: 'p', type: 'x', text: '9 path=a' }],
      text: 'pax header is broken',
    },
    {
      name: 'with something behind its end',
      items: [{ path: 'a' }],
      end: Buffer.concat([TAR_END, tarItem({ path: 'b' })]),
      text: 'something follows its end',
    },
  ])('refuses a tar $name', async ({ items, end, text }) => {
    await expect(read(tarOf(items, end))).rejects.toMatchObject({
      name: 'TarFault',
      message: expect.stringContaining(text),
    });
  });

  it('refuses a tar that is cut', async () => {
    const bytes = tarOf([{ path: 'a', text: 'x'.repeat(2000) }]);
    await expect(read(bytes.subarray(0, 900))).rejects.toThrow('it ends in the middle');
  });
});
