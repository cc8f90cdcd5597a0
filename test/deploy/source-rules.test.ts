import { afterEach, describe, expect, it } from '@jest/globals';
import type { Findings } from '../../src/deploy/findings.ts';
import { readSourceRules, type SourceRules } from '../../src/deploy/source-rules.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { makeSource, type SourceFolder, type Tree } from './support/source-tree.ts';

const made: SourceFolder[] = [];
afterEach(() => made.splice(0).forEach((source) => source.remove()));

async function read(tree: Tree): Promise<{ rules: SourceRules; findings: Findings }> {
  const source = makeSource(tree);
  made.push(source);
  const findings: Findings = { faults: [], warnings: [] };
  return { rules: await readSourceRules(nodeFiles, source.root, findings), findings };
}

describe('readSourceRules', () => {
  it.each([
    { line: '!.npmrc', path: '.npmrc', named: true },
    { line: '!.npmrc', path: 'apps/web/.npmrc', named: true },
    { line: '!/.npmrc', path: 'apps/web/.npmrc', named: false },
    { line: '!./.npmrc  ', path: '.npmrc', named: true },
    { line: '!.NPMRC', path: '.npmrc', named: true },
    { line: '!.env*', path: 'api/.env.production', named: true },
    { line: '!**/*.pem', path: 'certs/a.pem', named: true },
    { line: '!api/.env', path: 'api/.env', named: true },
    { line: '.env', path: '.env', named: false },
    { line: '# !.env', path: '.env', named: false },
    { line: '!*', path: '.env', named: false },
    { line: '!**', path: 'api/.env', named: false },
    { line: '!/*', path: '.env', named: false },
    { line: '!**/*', path: 'api/.env', named: false },
    { line: '!*.*', path: 'server.pem', named: false },
    { line: '!api', path: 'api/.env', named: false },
    { line: '!api/', path: 'api/.env', named: false },
    { line: '!api/**', path: 'api/.env', named: false },
    { line: '!api/*', path: 'api/.env', named: false },
    { line: '!.aws/**', path: '.aws', named: true },
    { line: '!.aws/', path: '.aws', named: true },
  ])('takes "$line" for a name of $path: $named', async ({ line, path, named }) => {
    const { rules } = await read({ '.vercelignore': `other\n${line}\n` });
    expect(rules.names(path)).toBe(named);
  });

  it('lets a whole folder through and still names one file in it', async () => {
    const { rules } = await read({ '.vercelignore': '/*\n!/api\n!/api/.env\n' });
    expect(['api/.env', 'api/.npmrc'].map((path) => rules.names(path))).toEqual([true, false]);
  });

  it('knows which folder has something named in it', async () => {
    const { rules } = await read({ '.vercelignore': '!/.AWS/config\n.ssh/config\n' });
    expect(['.aws', 'deep/.aws', '.ssh', '.kube'].map((folder) => rules.mentions(folder))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('reads a file that begins with a byte order mark', async () => {
    const { rules } = await read({ '.vercelignore': '\ufeffdist\n' });
    expect(rules.ignores('dist')).toBe(true);
  });

  it('has the CLI’s own rules where the project has none', async () => {
    const { rules, findings } = await read({ '.vercelignore': { link: 'gone' }, '.nowignore/folder': '' });
    expect(['node_modules', 'a/node_modules', 'src', 'target'].map((path) => rules.ignores(path))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(findings).toEqual({ faults: [], warnings: [] });
  });

  it('names the line that is no pattern', async () => {
    const { rules, findings } = await read({ '.nowignore': 'dist\nsrc/[id/\nbuild\n' });
    expect(findings.faults).toEqual(['.nowignore: line 2, "src/[id/", is no pattern. Correct or remove it.']);
    expect(['dist', 'build'].map((path) => rules.ignores(path))).toEqual([true, true]);
  });

  it('refuses rules in a loop of links', async () => {
    const { findings } = await read({ '.vercelignore': { link: '.vercelignore' } });
    expect(findings.faults).toEqual([
      '.vercelignore: a link that leads out of the deployed folder. Put the file itself there.',
    ]);
  });
});
