import type { OracleCase } from './oracle-outputs.ts';
import { BARE, FUNCTIONS, nodeFunction } from './output-tree.ts';

/** Outputs in projects that have something to say on what is sent. */
export const SURROUNDINGS: readonly OracleCase[] = [
  {
    name: 'a config of a dependency, which names files too',
    tree: {
      ...BARE,
      ...nodeFunction('a'),
      [`${FUNCTIONS}/a.func/node_modules/dep/.vc-config.json`]: '{"filePathMap":{"x":"from-dependency.js"}}',
      '.vercel/output/static/.vc-config.json': '{"filePathMap":{"x":"from-static.js"}}',
      'from-dependency.js': 'd',
      'from-static.js': 's',
    },
  },
  {
    name: 'an immutable namespace, hidden files and a doubled output folder',
    tree: {
      ...BARE,
      '.vercel/output/immutable.json': '{"version":1,"hashes":{"/_vercel/immutable/a-1.js":"h"}}',
      '.vercel/output/static/_vercel/immutable/a-1.js': 'i',
      '.vercel/output/static/.well-known/x': 'w',
      '.vercel/output/static/.vercel/output/config.json': 'c',
      '.vercel/output/static/node_modules/x.js': 'n',
      '.vercel/output/diagnostics/cli_traces.json': '[]',
      '.vercel/project.json': '{"projectId":"prj"}',
      '.vercel/.env.production.local': 'NOT=sent',
    },
  },
  {
    name: 'a .vercelignore that names what functions need',
    tree: {
      ...BARE,
      ...nodeFunction('a', {
        filePathMap: {
          a: 'lib/kept.js',
          b: 'lib/dropped.js',
          c: 'node_modules/d/index.js',
          d: '.next/x.js',
          e: '.env.production',
          f: 'target/bin',
          g: 'sub/target/bin',
          h: 'lib/inner/back.js',
          i: `${FUNCTIONS}/a.func/index.js`,
          j: 'python/venv/x.py',
          k: 'LIB2/x.js',
        },
      }),
      '.vercelignore':
        './lib/dropped.js\n# comment\n.env*\nnode_modules\n.next\ntarget\nlib/inner/*\n!lib/inner/back.js\n/.vercel\nvenv\nlib2\n',
      'lib/kept.js': '1',
      'lib/dropped.js': '2',
      'node_modules/d/index.js': '3',
      '.next/x.js': '4',
      '.env.production': 'A=1',
      'target/bin': '5',
      'sub/target/bin': '6',
      'lib/inner/back.js': '7',
      'python/venv/x.py': '8',
      'LIB2/x.js': '9',
    },
  },
  {
    name: 'an empty .vercelignore beside a .nowignore, whose rules then count',
    tree: {
      ...BARE,
      ...nodeFunction('a', { filePathMap: { a: 'lib/a.js', b: 'lib/b.js' } }),
      '.vercelignore': '',
      '.nowignore': 'lib/a.js',
      'lib/a.js': 'a',
      'lib/b.js': 'b',
    },
  },
  {
    name: '.vercel/routes.json, also an empty one',
    tree: { ...BARE, '.vercel/routes.json': '' },
  },
  {
    name: 'a microfrontends config, of two names the first',
    tree: { ...BARE, 'microfrontends.json': '{}', 'microfrontends.jsonc': '{} // two' },
  },
  { name: 'a microfrontends config with comments', tree: { ...BARE, 'microfrontends.jsonc': '{} // one' } },
  {
    name: 'a folder where a file is looked for',
    tree: { ...BARE, '.vercel/routes.json/x': 'a folder', 'other/microfrontends.json': '{}' },
  },
];
