import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findRecords, requirePaths } from '../../src/commands/verify-find.ts';
import type { Files } from '../../src/platform/types.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { makeRecordsFolder, type RecordsFolder } from './support/records-folder.ts';

let folder: RecordsFolder;

beforeEach(() => {
  folder = makeRecordsFolder();
  for (const name of ['b/2', 'b/1', 'b/.hidden/3', 'a', 'b-c/4']) folder.write(`${name}.sigstore.json`, '');
  folder.write('b/1.manifest.json', '');
});
afterEach(() => folder.end());

/** Names below the folder, without their ending; a fault after a colon. */
async function find(...paths: string[]): Promise<string[]> {
  const found = await Array.fromAsync(
    findRecords(
      nodeFiles,
      paths.map((path) => `${folder.path}/${path}`),
    ),
  );
  return found.map(({ path, fault }) => {
    const name = path.slice(folder.path.length + 1).replace('.sigstore.json', '');
    return fault === undefined ? name : `${name}: ${fault}`;
  });
}

describe('records are found', () => {
  it('in a folder, all below it, in the order of the names', async () => {
    expect(await find('.')).toEqual(['./a', './b/.hidden/3', './b/1', './b/2', './b-c/4']);
    expect(await find('b')).toEqual(['b/.hidden/3', 'b/1', 'b/2']);
  });

  it('by name, whatever it is', async () => {
    expect(await find('b/1.manifest.json')).toEqual(['b/1.manifest.json']);
  });

  it.each([
    ['*.sigstore.json', ['a']],
    ['b/?.sigstore.json', ['b/1', 'b/2']],
    ['**/*.sigstore.json', ['a', 'b/.hidden/3', 'b/1', 'b/2', 'b-c/4']],
    ['b*/*', ['b/.hidden/3', 'b/1', 'b/2', 'b-c/4']],
    ['b*', ['b/.hidden/3', 'b/1', 'b/2', 'b-c/4']],
    ['**', ['a', 'b/.hidden/3', 'b/1', 'b/2', 'b-c/4']],
    ['b/**/3*', ['b/.hidden/3']],
  ])('by %s, which the shell did not expand', async (pattern, expected) => {
    expect(await find(pattern)).toEqual(expected);
  });

  it('by a name with a star in it, where there is one', async () => {
    folder.write('b/*.sigstore.json', '');
    expect(await find('b/*.sigstore.json')).toEqual(['b/*']);
  });

  it('through the link that was named, and through no other', async () => {
    folder.link('named', 'b');
    folder.link('b/linked', '../b-c');
    folder.link('b/5.sigstore.json', '2.sigstore.json');
    expect(await find('named')).toEqual([
      'named/.hidden/3',
      'named/1',
      'named/2',
      'named/5: a link, which is not followed',
    ]);
  });

  it('as they are read for, and a folder that has gone meanwhile is told', async () => {
    const found = findRecords(nodeFiles, [folder.path]);
    await found.next();
    folder.remove('b');
    const rest = await Array.fromAsync(found);
    expect(rest).toEqual([
      { path: `${folder.path}/b`, fault: 'the folder cannot be read (ENOENT)' },
      { path: `${folder.path}/b-c/4.sigstore.json` },
    ]);
  });
});

describe('nothing to be found', () => {
  it('is told, of every path that has nothing', async () => {
    folder.write('empty/readme', '');
    expect(await find('empty', 'b', 'x*')).toEqual([
      'empty: no *.sigstore.json is there',
      'b/.hidden/3',
      'b/1',
      'b/2',
      'x*: no *.sigstore.json is there',
    ]);
  });

  it('is told of a folder that cannot be read, and the rest goes on', async () => {
    const listKinds: Files['listKinds'] = (path) =>
      path.endsWith('/b')
        ? Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' }))
        : nodeFiles.listKinds(path);
    const files = { ...nodeFiles, listKinds };
    const found = await Array.fromAsync(findRecords(files, [folder.path]));
    expect(found.map(({ path, fault = '' }) => `${path.slice(folder.path.length + 1)} ${fault}`)).toEqual([
      'a.sigstore.json ',
      'b the folder cannot be read (EACCES)',
      'b-c/4.sigstore.json ',
    ]);
  });

  it('looks at each where the file system does not say what it is', async () => {
    const listKinds: Files['listKinds'] = async (path) =>
      (await nodeFiles.listKinds(path)).map(({ name }) => ({ name, kind: undefined }));
    folder.link('b/5.sigstore.json', '2.sigstore.json');
    const found = await Array.fromAsync(findRecords({ ...nodeFiles, listKinds }, [folder.path]));
    expect(found).toEqual(await Array.fromAsync(findRecords(nodeFiles, [folder.path])));
    expect(found.filter(({ fault }) => fault !== undefined)).toHaveLength(1);
  });

  it('is a fault of the command line where not even the folder is there', async () => {
    const paths = ['a.sigstore.json', 'typo.sigstore.json', 'b/*', 'typo/*'].map((name) => `${folder.path}/${name}`);
    await expect(requirePaths(nodeFiles, paths)).rejects.toMatchObject({
      code: 'USAGE',
      faults: [`nothing at ${folder.path}/typo.sigstore.json`, `nothing at ${folder.path}/typo`],
    });
    await requirePaths(nodeFiles, paths.slice(0, 1));
  });
});
