import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareBytes, joinInRoot, parentOf, resolveInRoot } from '../../src/deploy/paths.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { filesWith, makeTree } from './support/output-tree.ts';

describe('resolveInRoot', () => {
  const root = makeTree({
    'a/b/file.txt': 'x',
    'to-folder': { link: 'a/b' },
    'to-link': { link: './to-folder' },
    'a/up': { link: '../a/b/file.txt' },
    'a/far-up': { link: '../../root/a' },
    absolute: { link: '/etc' },
    escape: { link: '../beside' },
    dangling: { link: 'a/none' },
    'self/loop': { link: 'loop' },
    ping: { link: 'pong/x' },
    pong: { link: 'ping' },
    'a/b/dotted/..name': 'y',
  });

  it.each([
    { path: '', kind: 'directory', at: '' },
    { path: '.', kind: 'directory', at: '' },
    { path: 'a//b/./file.txt', kind: 'file', at: 'a/b/file.txt' },
    { path: 'a/b/../b/file.txt', kind: 'file', at: 'a/b/file.txt' },
    { path: 'a/b/dotted/..name', kind: 'file', at: 'a/b/dotted/..name' },
    { path: 'to-folder', kind: 'directory', at: 'a/b' },
    { path: 'to-link/file.txt', kind: 'file', at: 'a/b/file.txt' },
    { path: 'a/up', kind: 'file', at: 'a/b/file.txt' },
    { path: 'to-folder/../b/file.txt', kind: 'file', at: 'a/b/file.txt' },
    { path: 'a/none/deeper', kind: 'missing', at: 'a/none' },
    { path: 'dangling', kind: 'missing', at: 'a/none' },
    { path: 'a/b/file.txt/x', kind: 'missing', at: 'a/b/file.txt' },
    { path: '../root/a', kind: 'outside', at: '../root/a' },
    { path: 'a/../../root', kind: 'outside', at: 'a/../../root' },
    { path: 'a/far-up/b', kind: 'outside', at: 'a/far-up/b' },
    { path: 'absolute/passwd', kind: 'outside', at: 'absolute' },
    { path: 'escape/secret', kind: 'outside', at: 'escape/secret' },
    { path: 'self/loop', kind: 'loop', at: 'self/loop' },
    { path: 'ping', kind: 'loop', at: 'ping' },
  ])('$path is $kind', async ({ path, kind, at }) => {
    expect(await resolveInRoot(nodeFiles, root, path)).toEqual({ kind, path: at });
  });

  it('never looks beyond a link that leads out', async () => {
    const seen: string[] = [];
    const files = filesWith({
      lstat: (path) => {
        seen.push(path);
        return nodeFiles.lstat(path);
      },
    });
    await resolveInRoot(files, root, 'absolute/passwd');
    await resolveInRoot(files, root, 'escape/secret');
    expect(seen).toEqual([`${root}/absolute`, `${root}/escape`]);
  });
});

describe('joinInRoot', () => {
  it.each([
    { from: '', target: 'a/b', joined: 'a/b' },
    { from: 'x/y', target: '../z', joined: 'x/z' },
    { from: 'x', target: './a//b/', joined: 'x/a/b' },
    { from: 'x', target: '..', joined: '' },
    { from: 'x', target: '../..', joined: undefined },
    { from: '', target: '..', joined: undefined },
    { from: 'x', target: '/etc', joined: undefined },
    { from: '', target: '..name/...', joined: '..name/...' },
  ])('$from and $target', ({ from, target, joined }) => {
    expect(joinInRoot(from, target)).toBe(joined);
  });
});

it('parentOf gives the folder, and nothing at the root', () => {
  expect([parentOf('a/b/c'), parentOf('a'), parentOf('')]).toEqual(['a/b', '', '']);
});

describe('compareBytes', () => {
  it('puts an astral sign after those that UTF-16 has above its halves', () => {
    expect(['\u{1f600}', '\ufb01', '\u{10000}', 'zz', 'z', ''].sort(compareBytes)).toEqual([
      ...['', 'z', 'zz', '\ufb01', '\u{10000}', '\u{1f600}'],
    ]);
  });

  it('orders as the bytes of UTF-8 do', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('a', '\ufb01', '\u{1f600}', '\u{1f601}') }),
    );
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});
