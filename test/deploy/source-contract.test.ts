import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from '@jest/globals';
import { planSource } from '../../src/deploy/source-plan.ts';
import type { OutputPlan } from '../../src/deploy/plan.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { APP, listByClient, listPlan, makeSource, type SourceFolder, type Tree } from './support/source-tree.ts';

const made: SourceFolder[] = [];
afterEach(() => made.splice(0).forEach((source) => source.remove()));

function make(tree: Tree): string {
  const source = makeSource(tree);
  made.push(source);
  return source.root;
}

const plan = (root: string, recordDir?: string): Promise<OutputPlan> => planSource(nodeFiles, root, recordDir);

/** What the client sends and we do not, and the other way round. */
async function compare(root: string, recordDir?: string): Promise<{ missing: string[]; extra: string[] }> {
  const ours = listPlan(await plan(root, recordDir), (path) => readFileSync(`${root}/${path}`, 'utf8'));
  const theirs = await listByClient(root);
  const nameOf = (line: string): string => line.replace(/ (?:folder|\d+ [0-9a-f]{40})$/, '');
  return {
    missing: theirs.filter((line) => !ours.includes(line)).map(nameOf),
    extra: ours.filter((line) => !theirs.includes(line)),
  };
}

describe('planSource sends what Vercel’s client sends', () => {
  it.each<{ name: string; tree: Tree }>([
    { name: 'an application', tree: APP },
    { name: 'every default', tree: { ...APP, ...allDefaults() } },
    { name: 'a .vercelignore', tree: { ...APP, '.vercelignore': '# no\n\n*.tsx\r\n/public\n!src/deep/er/page.tsx\n' } },
    { name: 'a .nowignore', tree: { ...APP, '.nowignore': 'src\n' } },
    { name: 'an empty .vercelignore beside .nowignore', tree: { ...APP, '.vercelignore': '', '.nowignore': 'src\n' } },
    { name: './ at the start of a pattern', tree: { ...APP, '.vercelignore': './src\n./public\n' } },
    {
      name: 'a folder pattern with a slash',
      tree: { ...APP, 'dist/a/b': '1', dist2: 'x', '.vercelignore': 'dist/\n' },
    },
    { name: 'a slash pattern with an exception in it', tree: { ...APP, 'd/a': '1', '.vercelignore': 'd/\n!d/a\n' } },
    { name: 'a folder emptied by a pattern', tree: { ...APP, 'logs/a.log': '1', '.vercelignore': '*.log\n' } },
    { name: 'a list of what is let through', tree: { ...APP, '.vercelignore': '/*\n!/src\n!package.json\n' } },
    { name: 'an un-ignored default', tree: { ...APP, '.vercelignore': '!node_modules\n' } },
    { name: 'patterns in another case', tree: { ...APP, 'Build/x': '1', '.vercelignore': 'bUILD\n' } },
    { name: 'a Rust project', tree: { ...APP, 'Cargo.toml': '', 'target/a': '1', 'sub/target/a': '1' } },
    { name: 'target without Rust', tree: { ...APP, 'target/a': '1' } },
    { name: 'routes.json', tree: { ...APP, '.vercel/routes.json': '' } },
    {
      name: 'routes.json that is let through',
      tree: { ...APP, '.vercel/routes.json': '', '.vercelignore': '!.vercel' },
    },
    { name: 'links', tree: { ...APP, to: { link: 'src' }, lib: { link: 'src/index.ts' }, no: { link: 'gone' } } },
    { name: 'a link that a slash pattern names', tree: { ...APP, to: { link: 'src' }, '.vercelignore': 'to/\n' } },
    { name: 'a rules file that is a link', tree: { ...APP, rules: 'src\n', '.vercelignore': { link: 'rules' } } },
    { name: 'names beyond ASCII', tree: { ...APP, 'ä/é.txt': '1', 'a b/#c': '2', 'x[id]/[...all].ts': '3' } },
    { name: 'samples of environment files', tree: { ...APP, '.env.example': '', 'a/.env.local.template': '' } },
  ])('$name', async ({ tree }) => {
    const root = make(tree);
    expect(await compare(root)).toEqual({ missing: [], extra: [] });
    expect((await plan(root)).warnings.filter((text) => text.startsWith('Kept out'))).toEqual([]);
  });

  it('on any tree and any rules', async () => {
    const name = fc.constantFrom('a', 'b', 'c.js', 'Dist', 'node_modules', '.next');
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const pattern = fc.constantFrom(
      'a',
      'a/',
      '/b',
      'b/*',
      '**/c.js',
      'a/b',
      'a/**',
      '*.js',
      'dist',
      'node_modules',
      '?',
    );
    const line = fc.tuple(fc.boolean(), pattern).map(([not, text]) => `${not ? '!' : ''}${text}`);
    await fc.assert(
      fc.asyncProperty(fc.array(path, { maxLength: 12 }), fc.array(line, { maxLength: 5 }), async (paths, lines) => {
        const files = [...new Set(paths)].filter((one) => !paths.some((other) => other.startsWith(`${one}/`)));
        const root = make({
          'keep.txt': 'keep',
          '.vercelignore': `${lines.join('\n')}\n`,
          ...Object.fromEntries(files.map((file, index) => [file, index % 4 === 3 ? null : file])),
        });
        expect(await compare(root)).toEqual({ missing: [], extra: [] });
      }),
      { numRuns: 150 },
    );
  });
});

describe('planSource keeps out by itself', () => {
  const PRIVATE: Tree = {
    '.env': 'A=1',
    '.env.production': 'A=1',
    'apps/web/.ENV.staging': 'A=1',
    '.envrc': 'export A=1',
    '.npmrc': '//registry/:_authToken=x',
    'apps/web/.npmrc': 'x',
    '.aws/credentials': 'x',
    'keys/id_ed25519': 'x',
    'keys/server.pem': '-----BEGIN PRIVATE KEY-----',
    'keys/App.P8': 'x',
    'keys/store.jks': 'x',
    '.bitbucket/pipelines/generated/pipeline/pipes/x/env': 'x',
    'deploy-records/a.manifest.json': '[]',
    'old/20261124T060053Z-web-production-1.intent.sigstore.json': '{}',
    'old/20261124T060053Z-web-production-1.manifest.json': '[]',
    'link.key': { link: 'keys/server.pem' },
  };

  it('secrets and earlier records, and nothing else', async () => {
    const root = make({ ...APP, ...PRIVATE });
    const { missing, extra } = await compare(root, 'deploy-records');
    expect(extra).toEqual([]);
    expect(missing).toEqual(Object.keys(PRIVATE).sort());
  });

  it('and tells in one line what', async () => {
    const { warnings } = await plan(make({ ...APP, ...PRIVATE }), 'deploy-records');
    const count = Object.keys(PRIVATE).length;
    expect(warnings).toEqual([
      `Kept out: ${String(count)} with names that secrets or earlier records have (.aws/, .bitbucket/pipelines/generated/, .env, .env.production, .envrc and ${String(count - 5)} more). To send one, name it in .vercelignore: !/.aws`,
    ]);
  });

  it('but sends what is named', async () => {
    const named = Object.keys(PRIVATE).map((path) => `!${path}`);
    const root = make({ ...APP, ...PRIVATE, '.vercelignore': `${named.join('\n')}\n` });
    expect(await compare(root, 'deploy-records')).toEqual({ missing: [], extra: [] });
    expect((await plan(root, 'deploy-records')).warnings).toEqual([]);
  });

  it('and shows no line break of a name in the log', async () => {
    const { warnings } = await plan(make({ ...APP, '.env\nerror: forged': '' }));
    expect(warnings).toEqual([expect.stringContaining(String.raw`(".env\nerror: forged")`)]);
    expect(warnings.join('')).not.toContain('\n');
  });

  it.each([{ recordDir: '.' }, { recordDir: '' }, { recordDir: '../records' }])(
    'no record folder that is not inside: "$recordDir"',
    async ({ recordDir }) => {
      expect(await compare(make({ ...APP, 'a.sigstore.json': '{}' }), recordDir)).toEqual({
        missing: ['a.sigstore.json'],
        extra: [],
      });
    },
  );
});

function allDefaults(): Tree {
  const names =
    '.hg .git .gitmodules .svn .cache .next .now .vercel .npmignore .dockerignore .gitignore .a.swp .DS_Store .wafpicke-1 .lock-wscript .env.local .env.a.local .venv .yarn/cache .pnp.cjs npm-debug.log config.gypi node_modules __pycache__ venv CVS';
  return Object.fromEntries(
    names.split(' ').flatMap((name) => [
      [`in/${name}`, '1'],
      [`also/${name}/x`, '2'],
    ]),
  );
}
