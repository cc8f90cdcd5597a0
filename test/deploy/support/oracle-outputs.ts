import { BARE, edgeFunction, FUNCTIONS, nodeFunction, type Tree } from './output-tree.ts';

export interface OracleCase {
  readonly name: string;
  readonly tree: Tree;
}

/** Outputs whose files must be sent as Vercel’s own client sends them. */
export const OUTPUTS: readonly OracleCase[] = [
  {
    name: 'a static site',
    tree: { ...BARE, '.vercel/output/static/a/b.css': 'a{}', '.vercel/output/builds.json': '{}' },
  },
  {
    name: 'equal contents, empty files and empty folders',
    tree: {
      ...BARE,
      '.vercel/output/static/one.txt': 'same',
      '.vercel/output/static/two.txt': 'same',
      '.vercel/output/static/empty.txt': '',
      '.vercel/output/static/empty': { folder: true },
      '.vercel/output/static/deep/er/empty': { folder: true },
      '.vercel/output/functions': { folder: true },
    },
  },
  {
    name: 'names with spaces, quotes, brackets, other scripts and astral signs',
    tree: {
      ...BARE,
      '.vercel/output/static/a b  c.txt': '1',
      '.vercel/output/static/[slug]/(group)/@slot.html': '2',
      '.vercel/output/static/“quotes” \'n\' "such".txt': '3',
      '.vercel/output/static/Übergröße/日本語.html': '4',
      '.vercel/output/static/e\u0301.txt': 'decomposed',
      '.vercel/output/static/\u00e9.txt': 'composed',
      '.vercel/output/static/😀.txt': '5',
      '.vercel/output/static/\ufb01.txt': 'sorts after an astral sign by UTF-16, before it by bytes',
      '.vercel/output/static/#?&%20.txt': '6',
      '.vercel/output/static/..hidden': '7',
      '.vercel/output/static/!bang': '8',
      '.vercel/output/static/~$*.txt': '9',
    },
  },
  {
    name: 'targets of filePathMap outside the output, spelled in every way',
    tree: {
      ...BARE,
      ...nodeFunction('api/one', {
        filePathMap: {
          'dist/a.js': 'dist/a.js',
          'b.js': './dist/b.js',
          'c.js': 'dist/sub/../c.js',
          'd.js': '/dist/d.js',
          'e.js': 'dist//e.js',
          'f f.js': 'dist/f f.js',
          'again.js': 'dist/a.js',
          'self.js': `${FUNCTIONS}/api/one.func/index.js`,
          folder: 'dist/folder',
          slashed: 'dist/slashed/',
          hidden: '.next/server/page.js',
        },
      }),
      'dist/a.js': 'a',
      'dist/b.js': 'b',
      'dist/c.js': 'c',
      'dist/sub/x.js': 'not named',
      'dist/d.js': 'd',
      'dist/e.js': 'e',
      'dist/f f.js': 'f',
      'dist/folder/inside.js': 'a folder that is named goes as a folder',
      'dist/slashed/inside.js': 'too',
      '.next/server/page.js': 'page',
      'src/secret-source.ts': 'not sent',
    },
  },
  {
    name: 'targets that leave the root',
    tree: {
      ...BARE,
      ...nodeFunction('api/one', {
        filePathMap: { a: '../outside.js', b: 'dist/../../outside.js', c: '..dots.js', d: 'dist/a.js' },
      }),
      'dist/a.js': 'a',
      '..dots.js': 'the client takes it for outside',
    },
  },
  {
    name: 'functions that are links, also along links',
    tree: {
      ...BARE,
      ...nodeFunction('page'),
      [`${FUNCTIONS}/page.rsc.func`]: { link: 'page.func' },
      [`${FUNCTIONS}/nested/deep.func`]: { link: '../page.func' },
      [`${FUNCTIONS}/again.func`]: { link: 'page.rsc.func' },
    },
  },
  {
    name: 'prerenders with their fallbacks',
    tree: {
      ...BARE,
      ...nodeFunction('blog'),
      [`${FUNCTIONS}/blog.prerender-config.json`]: '{"expiration":60,"fallback":"blog.prerender-fallback.html"}',
      [`${FUNCTIONS}/blog.prerender-fallback.html`]: '<p>',
      [`${FUNCTIONS}/blog.rsc.func`]: { link: 'blog.func' },
      [`${FUNCTIONS}/blog.rsc.prerender-config.json`]: '{"expiration":60}',
    },
  },
  {
    name: 'middleware and an Edge Function with assets elsewhere',
    tree: {
      ...BARE,
      ...edgeFunction('_middleware'),
      ...edgeFunction('api/edge', {
        entrypoint: 'api/edge.js',
        filePathMap: { 'api/edge.js': '.next/server/edge.js', 'wasm/a.wasm': '.next/server/a.wasm' },
      }),
      '.next/server/edge.js': 'edge',
      '.next/server/a.wasm': new Uint8Array([0, 0x61, 0x73, 0x6d]),
    },
  },
  {
    name: 'a pnpm store, with links in node_modules and in the function',
    tree: {
      ...BARE,
      ...nodeFunction('ssr', {
        filePathMap: {
          'node_modules/dep': 'node_modules/dep',
          'node_modules/.pnpm/dep@1.0.0/node_modules/dep/index.js':
            'node_modules/.pnpm/dep@1.0.0/node_modules/dep/index.js',
          'node_modules/.pnpm/dep@1.0.0/node_modules/sub': 'node_modules/.pnpm/dep@1.0.0/node_modules/sub',
          'node_modules/.pnpm/sub@2.0.0/node_modules/sub/index.js':
            'node_modules/.pnpm/sub@2.0.0/node_modules/sub/index.js',
          'through.js': 'node_modules/dep/index.js',
        },
      }),
      'node_modules/.pnpm/dep@1.0.0/node_modules/dep/index.js': 'dep',
      'node_modules/.pnpm/sub@2.0.0/node_modules/sub/index.js': 'sub',
      'node_modules/.pnpm/dep@1.0.0/node_modules/sub': { link: '../../sub@2.0.0/node_modules/sub' },
      'node_modules/dep': { link: '.pnpm/dep@1.0.0/node_modules/dep' },
      [`${FUNCTIONS}/ssr.func/node_modules/.pnpm/x@1/node_modules/x/index.js`]: 'x',
      [`${FUNCTIONS}/ssr.func/node_modules/x`]: { link: '.pnpm/x@1/node_modules/x' },
    },
  },
];
