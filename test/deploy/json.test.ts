import { describe, expect, it } from '@jest/globals';
import { isJson, readJson } from '../../src/deploy/json.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { filesWith, makeTree } from './support/output-tree.ts';

describe('readJson', () => {
  const root = makeTree({
    'good.json': '{"a":1}',
    'link.json': { link: 'good.json' },
    'list.json': '[]',
    'null.json': 'null',
    'broken.json': '{"a":',
    'empty.json': '',
    folder: { folder: true },
    'out.json': { link: '/etc/hostname' },
    'gone.json': { link: 'nothing' },
  });

  it.each([
    { path: 'good.json', value: { a: 1 } },
    { path: 'link.json', value: { a: 1 } },
    { path: 'none.json', value: undefined },
    { path: 'gone.json', value: undefined },
    { path: 'list.json', value: 'not a JSON object' },
    { path: 'null.json', value: 'not a JSON object' },
    { path: 'broken.json', value: 'not JSON' },
    { path: 'empty.json', value: 'not JSON' },
    { path: 'folder', value: 'not a file in the deployed folder' },
    { path: 'out.json', value: 'not a file in the deployed folder' },
  ])('$path', async ({ path, value }) => {
    expect(await readJson(nodeFiles, root, path)).toEqual(value);
  });

  it('does not read what is too large to be a description', async () => {
    const files = filesWith({
      lstat: () => Promise.resolve({ kind: 'file', size: 17 * 1024 * 1024, mode: 0o100644 }),
      read: () => Promise.reject(new Error('read')),
    });
    expect(await readJson(files, root, 'good.json')).toBe('larger than 16 MiB');
  });
});

it('isJson takes objects alone', () => {
  expect([{}, { a: 1 }].map(isJson)).toEqual([true, true]);
  expect([null, [], 'x', 1, undefined].map(isJson)).toEqual([false, false, false, false, false]);
});
