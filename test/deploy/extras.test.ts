import { describe, expect, it } from '@jest/globals';
import { planExtras } from '../../src/deploy/extras.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { makeTree, noFindings, type Tree } from './support/output-tree.ts';

async function plan(tree: Tree): Promise<{ paths: string[]; faults: string[]; warnings: string[] }> {
  const findings = noFindings();
  const found = await planExtras(nodeFiles, makeTree(tree), findings);
  return { paths: found.map(({ path }) => path).sort(), ...findings };
}

/** The project's own folder in a monorepo, as `vercel pull` notes it. */
function project(rootDirectory: unknown): Tree {
  return { '.vercel/project.json': JSON.stringify({ projectId: 'prj', settings: { rootDirectory } }) };
}

describe('planExtras', () => {
  it('finds nothing in a project that has nothing of this', async () => {
    expect(await plan({ 'index.js': 'x' })).toEqual({ paths: [], faults: [], warnings: [] });
  });

  it('takes routes, the first microfrontends config and the redirects', async () => {
    const tree: Tree = {
      '.vercel/routes.json': '[]',
      'microfrontends.json': { link: 'config/mf.json' },
      'microfrontends.jsonc': '{}',
      'config/mf.json': '{}',
      'vercel.json': '{"bulkRedirectsPath":"/redirects"}',
      'redirects/a.csv': 'a',
      'redirects/deep/b.json': 'b',
    };
    expect(await plan(tree)).toEqual({
      paths: ['.vercel/routes.json', 'microfrontends.json', 'redirects/a.csv', 'redirects/deep/b.json'],
      faults: [],
      warnings: [],
    });
  });

  it('looks in the project’s own folder, and for vercel.json also above it', async () => {
    const tree: Tree = {
      ...project('apps/web'),
      'apps/web/microfrontends.json': '{}',
      'apps/web/r.csv': 'r',
      'vercel.json': '{"bulkRedirectsPath":"r.csv"}',
      'r.csv': 'of another',
    };
    expect((await plan(tree)).paths).toEqual(['apps/web/microfrontends.json', 'apps/web/r.csv']);
    expect((await plan({ ...tree, 'apps/web/vercel.json': '{}' })).paths).toEqual(['apps/web/microfrontends.json']);
  });

  it.each([null, '', '.', '../..', '/etc', 5])('takes the root directory %j for none', async (rootDirectory) => {
    expect((await plan({ ...project(rootDirectory), 'microfrontends.json': '{}' })).paths).toEqual([
      'microfrontends.json',
    ]);
  });

  it.each(['gone.csv', '../up.csv', '.', 'out/x.csv'])('warns of bulkRedirectsPath %s', async (bulkRedirectsPath) => {
    const tree: Tree = { 'vercel.json': JSON.stringify({ bulkRedirectsPath }), out: { link: '/etc' } };
    expect(await plan(tree)).toEqual({
      paths: [],
      faults: [],
      warnings: [
        `vercel.json: bulkRedirectsPath ${bulkRedirectsPath} is no file in the deployed folder. Correct it, or remove it.`,
      ],
    });
  });

  it('follows no link out of the root', async () => {
    const tree: Tree = {
      ...project('apps/web'),
      'apps/web': { link: '../../beside' },
      '.vercel/routes.json': { link: '/etc/hostname' },
    };
    expect(await plan(tree)).toEqual({
      paths: ['.vercel/routes.json'],
      faults: [expect.stringContaining('.vercel/routes.json: a link to "/etc/hostname", which leads out')],
      warnings: [],
    });
  });
});
