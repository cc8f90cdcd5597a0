import { describe, expect, it } from '@jest/globals';
import { addLines, createRules, readRulesFile, type RulesFile } from '../../src/deploy/rules-file.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { makeTree, noFindings, type Tree } from './support/output-tree.ts';

interface Read {
  readonly file: RulesFile | undefined;
  readonly faults: readonly string[];
}

async function read(tree: Tree): Promise<Read> {
  const findings = noFindings();
  return { file: await readRulesFile(nodeFiles, makeTree(tree), findings), faults: findings.faults };
}

describe('readRulesFile', () => {
  it.each<{ name: string; tree: Tree; file: RulesFile | undefined }>([
    { name: 'nothing', tree: {}, file: undefined },
    { name: 'an empty file', tree: { '.vercelignore': '' }, file: undefined },
    { name: 'a folder', tree: { '.vercelignore': { folder: true } }, file: undefined },
    { name: 'a link to nothing', tree: { '.vercelignore': { link: 'gone' } }, file: undefined },
    { name: 'lines', tree: { '.vercelignore': 'a\r\nb\n' }, file: { name: '.vercelignore', lines: ['a', 'b', ''] } },
    { name: 'a byte order mark', tree: { '.vercelignore': '\ufeffa' }, file: { name: '.vercelignore', lines: ['a'] } },
    { name: 'the older name', tree: { '.nowignore': 'a' }, file: { name: '.nowignore', lines: ['a'] } },
    {
      name: 'the older name beside an empty file',
      tree: { '.nowignore': 'a', '.vercelignore': '' },
      file: { name: '.nowignore', lines: ['a'] },
    },
    {
      name: 'a link inside',
      tree: { '.vercelignore': { link: 'config/rules' }, 'config/rules': 'a' },
      file: { name: '.vercelignore', lines: ['a'] },
    },
  ])('reads $name', async ({ tree, file }) => {
    expect(await read(tree)).toEqual({ file, faults: [] });
  });

  it('refuses both names at once', async () => {
    expect((await read({ '.nowignore': 'a', '.vercelignore': 'b' })).faults).toEqual([
      '.vercelignore and .nowignore: Vercel takes only one of them. Delete .nowignore.',
    ]);
  });

  it.each(['.vercelignore', '.nowignore'])('refuses %s that is a link out of the folder', async (name) => {
    for (const link of ['/etc/hostname', '../beside', name]) {
      expect((await read({ [name]: { link } })).faults).toEqual([
        `${name}: a link that leads out of the deployed folder. Put the file itself there.`,
      ]);
    }
  });

  it('does not read a file without an end', async () => {
    await expect(read({ '.vercelignore': 'a\n'.repeat(600_000) })).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });
});

describe('addLines', () => {
  it.each(['', '!'])('refuses a pattern that is too large before it is used: "%s" and 100,000 letters', (sign) => {
    const findings = noFindings();
    const rules = createRules();
    addLines(rules, { name: '.vercelignore', lines: ['a.js', `${sign}${'b'.repeat(100_000)}`] }, findings);
    expect(findings.faults).toEqual([
      expect.stringMatching(/^\.vercelignore: line 2, "!?b{159,160}…", is no pattern\./),
    ]);
    expect([rules.ignores('a.js'), rules.ignores('b')]).toEqual([true, false]);
  });

  it('reads the CLI’s way of naming the folder itself, after the rules that are there', () => {
    const rules = createRules().add(['*.js']);
    addLines(rules, { name: '.vercelignore', lines: ['./dist', '!keep.js'] }, noFindings());
    expect(['dist', 'a.js', 'keep.js'].map((path) => rules.ignores(path))).toEqual([true, true, false]);
  });

  it('names every line that is no pattern, and takes the others', () => {
    const [rules, findings] = [createRules(), noFindings()];
    addLines(rules, { name: '.nowignore', lines: ['a', 'src/[id/', 'b'] }, findings);
    expect(findings.faults).toEqual(['.nowignore: line 2, "src/[id/", is no pattern. Correct or remove it.']);
    expect(['a', 'b'].map((path) => rules.ignores(path))).toEqual([true, true]);
  });
});
