import fc from 'fast-check';
import { planOutput, planSource } from '../../../src/deploy/index.ts';
import { hostileText, mutatedText, mutatedValue } from '../support/hostile.ts';
import { Find, judgeLine } from '../support/judge.ts';
import { memoryFiles, type Tree } from '../support/memory-files.ts';
import { defineTarget } from '../support/target.ts';
import { write } from '../support/world.ts';

const OUT = '.vercel/output';
const CONFIG = {
  version: 3,
  routes: [
    { src: '/(.*)', headers: { a: 'b' }, continue: true, middlewarePath: 'middleware' },
    { handle: 'filesystem' },
    { src: '/api', dest: '/api', status: 308, has: [{ type: 'host', value: 'x' }] },
  ],
  images: { sizes: [64], domains: [], minimumCacheTTL: 60, formats: ['image/webp'] },
  overrides: { 'about.html': { path: 'about', contentType: 'text/html' } },
  wildcard: [{ domain: 'x.example', value: 'y' }],
  crons: [{ path: '/api', schedule: '0 * * * *' }],
};
const NODE = {
  ...{ runtime: 'nodejs22.x', handler: 'index.js', launcherType: 'Nodejs', memory: 1024, maxDuration: 60 },
  ...{ filePathMap: { 'lib/a.js': 'packages/a.js' }, environment: { A: 'b' }, regions: ['fra1'] },
};
const EDGE = {
  runtime: 'edge',
  entrypoint: 'index.js',
  deploymentTarget: 'v8-worker',
  assets: [{ name: 'a', path: 'a.bin' }],
};
const PRERENDER = {
  expiration: 60,
  group: 1,
  bypassToken: 'x'.repeat(32),
  fallback: { type: 'FileFsRef', fsPath: 'api.fallback.html' },
  allowQuery: ['a'],
};
const BUILDS = { target: 'preview', builds: [{ use: '@vercel/next', error: null }], error: undefined };
const PROJECT = { projectId: 'prj_1', orgId: 'team_1', projectName: 'web', settings: { nodeVersion: '22.x' } };
const IGNORE = 'node_modules\n!keep\n*.log\n/dist/**\n[a-z]\n';

const CONFIGS: readonly (readonly [path: string, sample: unknown])[] = [
  [`${OUT}/config.json`, CONFIG],
  [`${OUT}/functions/api.func/.vc-config.json`, NODE],
  [`${OUT}/functions/middleware.func/.vc-config.json`, EDGE],
  [`${OUT}/functions/api.prerender-config.json`, PRERENDER],
  [`${OUT}/builds.json`, BUILDS],
  ['.vercel/project.json', PROJECT],
  ['vercel.json', { rewrites: [{ source: '/a', destination: '/b' }], functions: { 'api/*.js': { memory: 128 } } }],
  ['.vercelignore', IGNORE],
];

const WHOLE: Tree = {
  ...Object.fromEntries(CONFIGS.map(([path, sample]) => [path, write(sample)])),
  [`${OUT}/static/index.html`]: '<h1>x</h1>',
  [`${OUT}/functions/api.func/index.js`]: 'x',
  [`${OUT}/functions/middleware.func/index.js`]: 'x',
  [`${OUT}/functions/other.func`]: { link: 'api.func' },
  'packages/a.js': 'x',
};

const name = fc.oneof(
  hostileText.map((text) => text.replaceAll('/', '').slice(0, 200)),
  fc.constantFrom('a.func', '.env', 'index.html', '.git', 'x'),
);
const folder = fc.constantFrom('', `${OUT}/`, `${OUT}/static/`, `${OUT}/functions/`, `${OUT}/functions/api.func/`);
const thing = fc.oneof(
  hostileText,
  fc.record({
    link: fc.oneof(
      hostileText.map((text) => text.slice(0, 1000)),
      fc.constantFrom('..', '../..', '/etc/passwd', 'api.func', '.', 'other.func', '../static'),
    ),
  }),
);
const more = fc.array(fc.tuple(folder, name, thing), { maxLength: 3 });

/** The later of two that change the same thing counts. */
function toTree(configs: readonly Tree[], things: readonly (readonly [string, string, Tree[string]])[]): Tree {
  const placed = things.filter(([, last]) => !['', '.', '..'].includes(last));
  const added = placed.map(([at, last, what]) => [`${at}${last}`, what] as const);
  return Object.fromEntries([...configs.flatMap((tree) => Object.entries(tree)), ...added]);
}

const changes = fc.nat(CONFIGS.length - 1).chain((index) => {
  const [path, sample] = CONFIGS[index] as readonly [string, unknown];
  const text = write(sample);
  return fc.oneof(mutatedText([text]), mutatedValue([sample]).map(write)).map((changed): Tree => ({ [path]: changed }));
});

interface Input {
  readonly tree: Tree;
  readonly source: boolean;
}

export const buildOutputs = defineTarget<Input>({
  name: 'build-outputs',
  runs: 2500,
  inputs: fc.record({
    tree: fc
      .tuple(fc.array(changes, { minLength: 1, maxLength: 2 }), more)
      .map(([configs, things]) => toTree(configs, things)),
    source: fc.boolean(),
  }),
  async run({ tree, source }) {
    const files = memoryFiles('/clone', { ...WHOLE, ...tree });
    const plan = source
      ? await planSource(files, '/clone', 'deploy-records')
      : await planOutput(files, '/clone', 'preview');
    for (const warning of plan.warnings) judgeLine(warning);
    for (const { path } of plan.entries) {
      if (path.startsWith('/') || path.split('/').includes('..')) throw new Find(`a path outside: ${path}`);
      judgeLine(path);
    }
  },
});
