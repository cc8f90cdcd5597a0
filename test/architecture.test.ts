import { readdirSync, readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { describe, expect, it } from '@jest/globals';
import { BUNDLE_OPTIONS, ROOT } from '../tools/bundle.ts';

const COMMON = ['errors', 'secret', 'digest', 'text', 'version', 'der', 'elapsed', 'fields', 'address'];
const ROOMS = readdirSync(`${ROOT}src`, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const EVERY_ROOM = ROOMS.filter((room) => room !== 'sandbox').map((room) => `${room}/index`);

/** Design's table: what each room may import code from. `node:*` and packages are named in full; `node:*` means any. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'main.ts': [],
  'app.ts': ['commands/*', 'platform/*'],
  'errors.ts': [],
  'secret.ts': [],
  'version.ts': [],
  'digest.ts': ['node:crypto'],
  'text.ts': [],
  'der.ts': [],
  'elapsed.ts': [],
  'fields.ts': [],
  'address.ts': [],
  commands: EVERY_ROOM,
  variables: ['validators', 'schemas/variables.schema.json'],
  documents: ['yaml'],
  policy: ['validators', 'documents/index'],
  sources: ['validators', 'documents/index', 'http/index', 'jose'],
  // Without any network: what it needs to ask is handed in.
  identity: ['jose'],
  bitbucket: ['identity/index', 'http/index'],
  boundary: ['validators', 'documents/index', 'policy/index', 'http/index', 'signing/index', 'jose', 'yaml'],
  exchange: ['http/index', 'signing/*', 'services/*', 'jose'],
  signing: ['node:crypto', 'jose', 'http/index', 'services/*', 'openpubkey/index'],
  openpubkey: ['node:crypto'],
  // Logins by the step's token that exchange and remote keys share.
  services: ['node:crypto', 'jose', 'http/index'],
  deploy: ['http/index', 'platform/types', 'ignore', 'tar-stream'],
  record: ['validators', 'schemas/record.schema.json', 'signing/types', 'openpubkey/index', 'node:crypto', 'jose'],
  store: ['http/index', 'services/*', 'signing/types', 'record/verify'],
  // It looks at a reply as a reader of the record will.
  timestamp: ['http/index', 'record/timestamp', 'node:crypto'],
  audit: [
    ...[
      'validators',
      'audit-page',
      'schemas/*',
      'http/index',
      'signing/index',
      'record/index',
      'bitbucket/index',
      'documents/index',
    ],
    'node:crypto',
    // Checksums and the deflate of small files: nothing of it leaves the process.
    'node:zlib',
  ],
  // The run's client is handed in.
  smoke: [],
  http: ['platform/types'],
  platform: ['node:*', 'winston'],
  sandbox: ['node:*', 'jose'],
};

interface Edge {
  readonly from: string;
  readonly to: string;
}

const edges = await readEdges();

describe('the import rules', () => {
  it('name every room', () => {
    const rooms = ROOMS.filter((room) => !(room in ALLOWED));
    expect(rooms).toEqual([]);
  });

  it('see the edges that must be there', () => {
    expect(edges).toContainEqual({ from: 'identity/verify.ts', to: 'jose' });
    expect(edges).toContainEqual({ from: 'commands/deploy.ts', to: 'deploy/index' });
  });

  it('hold for every edge', () => {
    expect(edges.filter((edge) => !isAllowed(edge)).map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it.each([
    { from: 'policy/decide.ts', to: 'http/index' },
    { from: 'identity/verify.ts', to: 'policy/index' },
    { from: 'record/sign.ts', to: 'deploy/index' },
    { from: 'deploy/deploy.ts', to: 'node:fs' },
    { from: 'commands/deploy.ts', to: 'sandbox/index' },
    { from: 'commands/deploy.ts', to: 'deploy/manifest' },
    { from: 'exchange/token-request.ts', to: 'http/retry' },
    { from: 'sandbox/index.ts', to: 'digest' },
  ])('refuse $from -> $to', (edge) => {
    expect(isAllowed(edge)).toBe(false);
  });
});

describe('what a type must prove', () => {
  it.each([
    { brand: 'Grant', maker: 'policy/decide.ts' },
    { brand: 'VerifiedIdentity', maker: 'identity/verify.ts' },
    { brand: 'Credential', maker: 'exchange/prove.ts' },
  ])('$brand is made in $maker alone', ({ brand, maker }) => {
    const cast = new RegExp(`\\b(?:as|satisfies)\\s+(?:unknown\\s+as\\s+)?${brand}\\b`);
    const makers = sourceFiles().filter((file) => cast.test(readFileSync(`${ROOT}src/${file}`, 'utf8')));
    expect(makers).toEqual([maker]);
  });
});

describe('the shipped bundle', () => {
  it('holds no sandbox, no compiler and no code made from text', async () => {
    const result = await build({ ...BUNDLE_OPTIONS, entryPoints: ['src/app.ts'], outfile: 'app.js', write: false });
    const inputs = Object.keys(result.metafile.inputs);
    expect(inputs).toContain('src/app.ts');
    expect(
      inputs.filter((input) => /src\/sandbox\/|tools\/|node_modules\/ajv\/dist\/(?:compile|core)/.test(input)),
    ).toEqual([]);
    const text = result.outputFiles[0]?.text ?? '';
    expect(text.length).toBeGreaterThan(100_000);
    expect(text.match(/new Function\b|\beval\(/g)).toBeNull();
    // The start reads it as Latin-1, as one script without modules.
    expect(text.match(/[^\0-\x7f]|\bimport\(/g)).toBeNull();
  });
});

function isAllowed({ from, to }: Edge): boolean {
  const room = from.includes('/') ? from.slice(0, from.indexOf('/')) : from;
  if (to.startsWith(`${room}/`)) return true;
  // A fake must not share the code that it tests.
  if (room !== 'sandbox' && COMMON.includes(to)) return true;
  return (ALLOWED[room] ?? []).some((rule) => (rule.endsWith('*') ? to.startsWith(rule.slice(0, -1)) : to === rule));
}

function sourceFiles(): string[] {
  return readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort();
}

/** Every import that leaves code behind. Types leave none, and may cross in any direction. */
async function readEdges(): Promise<Edge[]> {
  const files = sourceFiles();
  const { metafile } = await build({
    ...BUNDLE_OPTIONS,
    format: 'esm',
    entryPoints: files.map((file) => `src/${file}`),
    outdir: 'unused',
    write: false,
    // Each file by itself: without bundling a package's own imports stay out of the picture.
    packages: 'external',
  });
  return Object.entries(metafile.inputs).flatMap(([input, { imports }]) => {
    if (!input.startsWith('src/')) return [];
    return imports.map(({ path }) => ({ from: input.slice('src/'.length), to: shorten(path) }));
  });
}

function shorten(path: string): string {
  if (path === 'build/validators.js') return 'validators';
  if (path === 'build/audit-page.js') return 'audit-page';
  return path.replace(/^src\//, '').replace(/\.ts$/, '');
}
