import { describe, expect, it } from '@jest/globals';
import { planReferences } from '../../src/deploy/references.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { filesWith, makeTree, noFindings, type Tree } from './support/output-tree.ts';

async function plan(
  tree: Tree,
  wanted: readonly string[],
): Promise<{ paths: string[]; faults: string[]; warnings: string[] }> {
  const findings = noFindings();
  const found = await planReferences(nodeFiles, makeTree(tree), wanted, findings);
  return { paths: found.map(({ path }) => path), ...findings };
}

describe('planReferences', () => {
  it('plans files, links and folders, each by itself', async () => {
    const tree: Tree = { 'a/b.js': 'x', 'a/l.js': { link: 'b.js' }, 'a/f/in.js': 'y', linked: { link: 'a' } };
    expect(await plan(tree, ['a/b.js', 'a/l.js', 'a/f', 'linked/b.js'])).toEqual({
      paths: ['a/b.js', 'a/l.js', 'a/f', 'linked/b.js'],
      faults: [],
      warnings: [],
    });
  });

  it('names the artifact that a missing file is in', async () => {
    expect((await plan({}, ['node_modules/dep/index.js'])).faults).toEqual([
      `node_modules/dep/index.js: a function needs it, but it is missing. If the Build step made it, add 'node_modules/**' to the artifacts of that step.`,
    ]);
    expect((await plan({}, ['server.js'])).faults).toEqual([
      `server.js: a function needs it, but it is missing. If the Build step made it, add 'server.js' to the artifacts of that step.`,
    ]);
  });

  it('says it once for each artifact, not for each of thousands of files', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => `node_modules/p${String(index)}/i.js`);
    expect((await plan({}, [...many, '.next/a.js', '.next/b.js'])).faults).toEqual([
      `${many.slice(0, 5).join(', ')} and 2995 more: functions need them, but they are missing. If the Build step made them, add 'node_modules/**' to the artifacts of that step.`,
      `.next/a.js, .next/b.js: functions need them, but they are missing. If the Build step made them, add '.next/**' to the artifacts of that step.`,
    ]);
  });

  it.each([
    { name: 'an absolute linked parent', link: '/etc', path: 'out/passwd' },
    { name: 'a relative linked parent', link: '../beside', path: 'out/secret.js' },
    { name: 'a parent that is a loop', link: 'out', path: 'out/x.js' },
  ])('refuses what $name leads out', async ({ link, path }) => {
    const root = makeTree({ out: { link } });
    const looked: string[] = [];
    const files = filesWith({
      lstat: (asked) => {
        looked.push(asked);
        return nodeFiles.lstat(asked);
      },
    });
    const findings = noFindings();
    expect(await planReferences(files, root, [path], findings)).toEqual([]);
    expect(findings.faults).toEqual([
      `${path}: a function needs it, but it leads out of the deployed folder through a link.`,
    ]);
    expect(looked).not.toContain(`${root}/${path}`);
  });

  it('refuses a link out as a target itself', async () => {
    const { faults } = await plan({ 'a/l': { link: '../../x' } }, ['a/l']);
    expect(faults).toEqual([
      expect.stringContaining('a/l: a link to "../../x", which leads out of the deployed folder.'),
    ]);
  });

  it('shows a hostile name so that it cannot forge a line of the log', async () => {
    const { faults } = await plan({}, ['a\nERROR: forged', 'b\u009b2J']);
    expect(faults.join(' ')).not.toMatch(/[\n\u009b]/);
    expect(faults.join(' ')).toContain('"a\\nERROR: forged"');
  });

  it('obeys .vercelignore, and says what a function will lack', async () => {
    const tree: Tree = { '.vercelignore': '.env*\nlib', '.env.production': 'A=1', 'lib/a.js': 'x', 'src/a.js': 'y' };
    expect(await plan(tree, ['.env.production', 'lib/a.js', 'src/a.js'])).toEqual({
      paths: ['src/a.js'],
      faults: [],
      warnings: [
        '.env.production, lib/a.js: functions need them, but .vercelignore keeps that out. Take it out of .vercelignore.',
      ],
    });
  });

  it('sends no secret along with a function, and tells of what may be one', async () => {
    const tree: Tree = { '.env.local': 'A=1', '.npmrc': 'token', '.env.production': 'B=2', 'certs/tls.key': 'k' };
    expect(await plan(tree, ['.env.local', '.npmrc', '.env.production', 'certs/tls.key'])).toEqual({
      paths: ['.env.production', 'certs/tls.key'],
      faults: [
        '.env.local: looks like a secret, and a function would take it along. Remove it before the build, or exclude it from tracing.',
        '.npmrc: looks like a secret, and a function would take it along. Remove it before the build, or exclude it from tracing.',
      ],
      warnings: [
        '.env.production: a function needs it; it is sent, and may hold secrets.',
        'certs/tls.key: a function needs it; it is sent, and may hold secrets.',
      ],
    });
  });

  it('reads each folder on the way once, however many files are in it', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `a/b/c/f${String(index)}.js`);
    const root = makeTree(Object.fromEntries(names.map((name) => [name, 'x'])));
    let looked = 0;
    const files = filesWith({
      lstat: (path) => {
        looked += 1;
        return nodeFiles.lstat(path);
      },
    });
    expect(await planReferences(files, root, names, noFindings())).toHaveLength(200);
    // The files, three folders, and the two names of ignore files.
    expect(looked).toBe(200 + 3 + 2);
  });
});
