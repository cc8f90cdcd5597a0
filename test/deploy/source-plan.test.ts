import { chmodSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { planSource } from '../../src/deploy/source-plan.ts';
import type { OutputPlan } from '../../src/deploy/plan.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { APP, makeSource, type SourceFolder, type Tree } from './support/source-tree.ts';

const made: SourceFolder[] = [];
afterEach(() => made.splice(0).forEach((source) => source.remove()));

function make(tree: Tree): string {
  const source = makeSource(tree);
  made.push(source);
  return source.root;
}

const plan = (root: string): Promise<OutputPlan> => planSource(nodeFiles, root, undefined);
const pathsOf = ({ entries }: OutputPlan): string[] => entries.map(({ path }) => path);

describe('planSource', () => {
  it('sorts by bytes, has no functions, and keeps modes and links', async () => {
    const root = make({ 'b.sh': '', a: { link: 'b.sh' }, é: '', Z: '', 'empty/folder': null });
    chmodSync(`${root}/b.sh`, 0o755);
    const { entries, functions, root: planned } = await plan(root);
    expect(planned).toBe(root);
    expect(functions).toEqual([]);
    expect(entries.map(({ path, kind, linkTarget }) => ({ path, kind, linkTarget }))).toEqual([
      { path: 'Z', kind: 'file', linkTarget: undefined },
      { path: 'a', kind: 'symlink', linkTarget: 'b.sh' },
      { path: 'b.sh', kind: 'file', linkTarget: undefined },
      { path: 'empty/folder', kind: 'directory', linkTarget: undefined },
      { path: 'é', kind: 'file', linkTarget: undefined },
    ]);
    expect(entries[2]?.mode).toBe(0o100755);
  });

  it('takes more files than one list may have', async () => {
    const root = make({});
    const names = Array.from({ length: 15_001 }, (_, index) => String(index));
    const lstat = (path: string): ReturnType<typeof nodeFiles.lstat> =>
      /\/\d+$/.test(path) ? Promise.resolve({ kind: 'file', size: 1, mode: 0o100644 }) : nodeFiles.lstat(path);
    const many = { ...nodeFiles, list: () => Promise.resolve(names), lstat };
    expect((await planSource(many, root, undefined)).entries).toHaveLength(15_001);
  });

  it.each([
    { bytes: 100 * 1024 ** 2, warning: [] },
    { bytes: 101 * 1024 ** 2, warning: ['The source has 101.0 MB, and Vercel may refuse more than 100 MB on Hobby.'] },
    { bytes: 1024 ** 3, warning: ['The source has 1024.0 MB, and Vercel may refuse more than 100 MB on Hobby.'] },
    { bytes: 1024 ** 3 + 1, warning: ['may refuse more than 1 GB on Pro, 100 MB on Hobby.'] },
  ])('warns of $bytes bytes as the limits say', async ({ bytes, warning }) => {
    const root = make({ big: '' });
    truncateSync(`${root}/big`, bytes);
    expect((await plan(root)).warnings).toEqual(warning.map((text) => expect.stringContaining(text)));
  });

  it.each<{ name: string; tree: Tree; faults: string[] }>([
    {
      name: 'a link that leads out',
      tree: { ...APP, out: { link: '../../etc/passwd' } },
      faults: [
        'out: a link to "../../etc/passwd", which leads out of the deployed folder. Make it relative, to a file inside.',
      ],
    },
    {
      name: 'an absolute link',
      tree: { ...APP, 'src/out': { link: '/etc' } },
      faults: [
        'src/out: a link to "/etc", which leads out of the deployed folder. Make it relative, to a file inside.',
      ],
    },
    {
      name: 'both files of rules',
      tree: { ...APP, '.vercelignore': 'a', '.nowignore': 'b' },
      faults: ['.vercelignore and .nowignore: Vercel takes only one of them. Delete .nowignore.'],
    },
    {
      name: 'rules behind a link that leads out',
      tree: { ...APP, '.vercelignore': { link: '../.vercelignore' } },
      faults: [
        '.vercelignore: a link that leads out of the deployed folder. Put the file itself there.',
        '.vercelignore: a link to "../.vercelignore", which leads out of the deployed folder. Make it relative, to a file inside.',
      ],
    },
    {
      name: 'a name with a backslash',
      tree: { ...APP, 'src/a\\b': '' },
      faults: [
        String.raw`"src/a\\b": a name with a backslash, a control character or bytes that are not UTF-8. Rename it.`,
      ],
    },
  ])('refuses $name', async ({ tree, faults }) => {
    const root = make(tree);
    await expect(plan(root)).rejects.toMatchObject({
      code: 'OUTPUT_INVALID',
      exitStatus: 2,
      message: 'The source cannot be deployed as it is. Nothing was sent.',
      faults,
      fix: `All paths are relative to ${root}.`,
    });
  });

  it('asks nothing of what is ignored or kept out', async () => {
    const root = make({ ...APP, 'node_modules/.bin/out': { link: '/usr/bin/x' }, '.env': { link: '/etc/env' } });
    expect(pathsOf(await plan(root))).toEqual(['package.json', 'public/empty', 'src/deep/er/page.tsx', 'src/index.ts']);
  });

  it.each<{ name: string; tree: Tree; faults: unknown[] }>([
    { name: 'nothing', tree: {}, faults: [] },
    { name: 'only folders', tree: { 'a/b': null }, faults: [] },
    { name: 'only what is ignored', tree: { 'node_modules/a': '' }, faults: [] },
    { name: 'only a secret', tree: { '.env': 'A=1' }, faults: [expect.stringContaining('Kept out: 1 with names')] },
  ])('refuses a source of $name', async ({ tree, faults }) => {
    await expect(plan(make(tree))).rejects.toMatchObject({
      code: 'OUTPUT_INVALID',
      exitStatus: 2,
      message: 'No file of the source is left to deploy. Nothing was sent.',
      faults,
    });
  });

  it.each([
    { name: 'nothing', path: 'missing', got: 'nothing at' },
    { name: 'a file', path: 'package.json', got: 'no folder at' },
  ])('refuses $name instead of a folder', async ({ path, got }) => {
    const root = make(APP);
    await expect(plan(`${root}/${path}`)).rejects.toMatchObject({
      code: 'OUTPUT_INVALID',
      got: `${got} ${root}/${path}`,
    });
  });

  it('says which file of rules is too large', async () => {
    const root = make(APP);
    writeFileSync(`${root}/.vercelignore`, '#'.repeat(1024 * 1024 + 1));
    await expect(plan(root)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE', message: expect.stringContaining(root) });
  });
});
