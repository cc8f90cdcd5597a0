import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { MAX_NAMES, planPath, walk } from '../../src/deploy/tree.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { filesWith, makeTree, noFindings, type Tree } from './support/output-tree.ts';

async function walkTree(tree: Tree): Promise<{ paths: string[]; faults: string[]; warnings: string[] }> {
  const findings = noFindings();
  const found = await walk(nodeFiles, makeTree(tree), 'out', findings);
  return { paths: found.map(({ path }) => path).sort(), ...findings };
}

describe('walk', () => {
  it('finds files, links as they are, and folders with nothing in them', async () => {
    const root = makeTree({
      'out/a.txt': 'four',
      'out/empty.txt': '',
      'out/deep/er/b.txt': { mode: 0o751, text: 'b' },
      'out/hollow/inner': { folder: true },
      'out/link': { link: 'deep' },
      'beside.txt': 'not below',
    });
    const findings = noFindings();
    const found = await walk(nodeFiles, root, 'out', findings);
    expect(found.sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: 'out/a.txt', kind: 'file', size: 4, mode: expect.any(Number) },
      { path: 'out/deep/er/b.txt', kind: 'file', size: 1, mode: 0o100751 },
      { path: 'out/empty.txt', kind: 'file', size: 0, mode: expect.any(Number) },
      { path: 'out/hollow/inner', kind: 'directory', size: expect.any(Number), mode: expect.any(Number) },
      { path: 'out/link', kind: 'symlink', size: 4, mode: 0o120777, linkTarget: 'deep' },
    ]);
    expect(findings).toEqual(noFindings());
  });

  it('is no entry of its own, also when it is empty', async () => {
    expect(await walkTree({ out: { folder: true } })).toEqual({ paths: [], faults: [], warnings: [] });
  });

  it.each([
    {
      name: 'to an absolute path',
      link: '/etc/passwd',
      fault: /^out\/l: a link to "\/etc\/passwd", which leads out of the deployed folder\. Make it relative/,
    },
    { name: 'to a path above the root', link: '../../x', fault: /^out\/l: a link to "\.\.\/\.\.\/x", which leads out/ },
    { name: 'through a link that leads out', link: 'via/x', fault: /^out\/l: a link to "via\/x", which leads out/ },
    { name: 'to itself', link: 'l', fault: /^out\/l: a link to "l", which leads back to itself\. Remove it\.$/ },
  ])('refuses a link $name', async ({ link, fault }) => {
    const { faults } = await walkTree({ 'out/l': { link }, 'out/via': { link: '../..' } });
    expect(faults).toContainEqual(expect.stringMatching(fault));
  });

  it('only warns of a link to nothing, and names the artifact that may be missing', async () => {
    const { paths, faults, warnings } = await walkTree({
      'out/l': { link: '../node_modules/dep/index.js' },
      'out/here': { link: 'none' },
    });
    expect(paths).toEqual(['out/here', 'out/l']);
    expect(faults).toEqual([]);
    expect(warnings.sort()).toEqual([
      `out/here: a link to "none", and nothing is there. If the Build step made it, add 'out/**' to the artifacts of that step.`,
      `out/l: a link to "../node_modules/dep/index.js", and nothing is there. If the Build step made it, add 'node_modules/**' to the artifacts of that step.`,
    ]);
  });

  it.each([
    { name: 'a line break', file: Buffer.from('a\nb'), shown: '"out/a\\nb"' },
    { name: 'a command to the terminal', file: Buffer.from('\u001b[31m'), shown: '"out/\\u001b[31m"' },
    { name: 'a backslash', file: Buffer.from('a\\b'), shown: '"out/a\\\\b"' },
    { name: 'bytes that are not UTF-8', file: Buffer.from([0x61, 0xff]), shown: '"out/a\ufffd"' },
  ])('refuses a name with $name', async ({ file, shown }) => {
    const root = makeTree({ 'out/good.txt': 'x' });
    writeFileSync(Buffer.concat([Buffer.from(`${root}/out/`), file]), 'x');
    const findings = noFindings();
    const found = await walk(nodeFiles, root, 'out', findings);
    expect(found.map(({ path }) => path)).toEqual(['out/good.txt']);
    expect(findings.faults).toEqual([
      `${shown}: a name with a backslash, a control character or bytes that are not UTF-8. Rename it.`,
    ]);
  });

  it('refuses what is neither file, folder nor link', async () => {
    const root = makeTree({ 'out/a.txt': 'x' });
    execFileSync('mkfifo', [`${root}/out/pipe`]);
    const findings = noFindings();
    await walk(nodeFiles, root, 'out', findings);
    expect(findings.faults).toEqual(['out/pipe: neither a file, a folder nor a link. Remove it.']);
  });

  it('says what vanished meanwhile', async () => {
    const root = makeTree({ 'out/a.txt': 'x' });
    const files = filesWith({ list: async (path) => [...(await nodeFiles.list(path)), 'gone.txt'] });
    const findings = noFindings();
    await walk(files, root, 'out', findings);
    expect(findings.faults).toEqual([expect.stringMatching(/^out\/gone\.txt: vanished while it was looked at\./)]);
  });

  it('does not walk for ever', async () => {
    let listed = 0;
    const names = Array.from({ length: 1000 }, (_, index) => `f${String(index)}`);
    const files = filesWith({
      list: () => {
        listed += 1;
        return Promise.resolve([...names, 'folder']);
      },
      lstat: (path) =>
        Promise.resolve({ kind: path.endsWith('/folder') ? 'directory' : 'file', size: 1, mode: 0o100644 }),
    });
    const found = await walk(files, '/nowhere', 'out', noFindings());
    expect(found.length).toBeGreaterThan(MAX_NAMES);
    expect(found.length).toBeLessThanOrEqual(MAX_NAMES + 1000);
    expect(listed).toBe(101);
  });

  it('looks at few names at once, however many there are', async () => {
    let open = 0;
    let most = 0;
    const names = Array.from({ length: 2000 }, (_, index) => `f${String(index)}`);
    const files = filesWith({
      list: () => Promise.resolve(names),
      lstat: async () => {
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setImmediate(resolve));
        open -= 1;
        return { kind: 'file', size: 1, mode: 0o100644 };
      },
    });
    expect(await walk(files, '/nowhere', 'out', noFindings())).toHaveLength(2000);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(64);
  });
});

describe('planPath', () => {
  it('gives one entry, and checks where it leads', async () => {
    const root = makeTree({ 'a.txt': 'abc', out: { link: '../..' } });
    mkdirSync(`${root}/folder`);
    const findings = noFindings();
    expect(await planPath(nodeFiles, root, 'a.txt', findings)).toMatchObject([
      { path: 'a.txt', kind: 'file', size: 3 },
    ]);
    expect(await planPath(nodeFiles, root, 'folder', findings)).toMatchObject([{ path: 'folder', kind: 'directory' }]);
    expect(findings.faults).toEqual([]);
    await planPath(nodeFiles, root, 'out', findings);
    await planPath(nodeFiles, root, 'none', findings);
    expect(findings.faults).toEqual([
      expect.stringContaining('out: a link to "../..", which leads out'),
      expect.stringContaining('none: vanished'),
    ]);
  });
});
