import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { buildManifest } from '../../src/deploy/manifest.ts';
import { planOutput } from '../../src/deploy/plan.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { OUTPUTS } from './support/oracle-outputs.ts';
import { SURROUNDINGS } from './support/oracle-surroundings.ts';
import { BARE, makeTree } from './support/output-tree.ts';
import { sendWithVercelClient, type SentFile } from './support/vercel-client.ts';

const KINDS: Readonly<Record<number, string>> = { 0o100000: 'file', 0o120000: 'symlink', 0o040000: 'directory' };
const FIXTURES = fileURLToPath(new URL('../../../shared/fixtures/', import.meta.url));

describe('the manifest is what Vercel’s own client sends', () => {
  it.each([...OUTPUTS, ...SURROUNDINGS])('$name', async ({ tree }) => {
    const root = makeTree(tree);
    expect(await planAndHash(root)).toEqual(await byClient(root));
  });

  it.each([
    { name: 'a file', path: 'redirects/one.csv', rootDirectory: undefined },
    { name: 'a folder', path: './redirects/', rootDirectory: undefined },
    { name: 'an empty folder', path: 'none', rootDirectory: undefined },
    { name: 'nothing there', path: 'missing.csv', rootDirectory: undefined },
    { name: 'outside', path: '../beside.csv', rootDirectory: undefined },
    { name: 'a file below the root directory', path: 'redirects/web.csv', rootDirectory: 'apps/web' },
    { name: 'beside the root directory', path: '../shared.csv', rootDirectory: 'apps/web' },
  ])('bulk redirects: $name', async ({ path, rootDirectory }) => {
    const root = makeTree({
      ...BARE,
      '.vercel/project.json': JSON.stringify({ settings: { rootDirectory: rootDirectory ?? null } }),
      [`${rootDirectory ?? '.'}/vercel.json`]: JSON.stringify({ bulkRedirectsPath: path }),
      'redirects/one.csv': '1',
      'redirects/sub/two.csv': '2',
      'redirects/sub/empty': { folder: true },
      none: { folder: true },
      'apps/web/redirects/web.csv': '3',
      'apps/web/microfrontends.json': '{}',
      'apps/shared.csv': '4',
      ...(rootDirectory === undefined ? {} : { 'microfrontends.jsonc': 'not of this project' }),
    });
    const sent = await byClient(root, { bulkRedirectsPath: path, ...(rootDirectory ? { rootDirectory } : {}) });
    expect(await planAndHash(root)).toEqual(sent);
  });

  it('but for permission bits: each name has its own, where the client gives all the bits of one', async () => {
    const root = makeTree({
      ...BARE,
      '.vercel/output/static/plain.sh': { mode: 0o644, text: 'same' },
      '.vercel/output/static/run.sh': { mode: 0o755, text: 'same' },
      '.vercel/output/static/odd.bin': { mode: 0o4711, text: 'alone' },
      '.vercel/output/static/closed.txt': { mode: 0o400, text: 'alone too' },
    });
    const plan = await planOutput(nodeFiles, root, 'preview');
    const { entries } = await buildManifest(plan, nodeFiles, new AbortController().signal);
    for (const { path, mode } of entries)
      expect({ path, mode }).toEqual({ path, mode: lstatSync(`${root}/${path}`).mode });

    const { files } = await sendWithVercelClient(root);
    const alone = /(?:odd\.bin|closed\.txt|index\.html|config\.json)$/;
    for (const { file, mode } of files.filter((sent) => alone.test(sent.file))) {
      expect(entries.find(({ path }) => path === file)?.mode).toBe(mode);
    }
  });
});

describe('a real Next.js output', () => {
  const archive = `${FIXTURES}next-app.tar.gz`;
  const listed = `${FIXTURES}next-app.manifest.json`;
  const missing = [archive, listed].filter((path) => !existsSync(path));
  const run = missing.length === 0 ? it : it.skip;

  run(
    `gives what the Vercel CLI sent${missing.length > 0 ? `; skipped, without ${missing.join(' and ')}` : ''}`,
    async () => {
      const root = mkdtempSync(`${tmpdir()}/next-app-`);
      try {
        mkdirSync(`${root}/app`);
        execFileSync('tar', ['xzf', archive, '-C', `${root}/app`]);
        const { target } = JSON.parse(readFileSync(`${root}/app/.vercel/output/builds.json`, 'utf8')) as {
          target: string;
        };
        const sent = JSON.parse(readFileSync(listed, 'utf8')) as SentFile[];
        expect(sent.length).toBeGreaterThan(100);
        expect(await planAndHash(`${root}/app`, target)).toEqual(normalize(sent));
        expect(await planAndHash(`${root}/app`, target)).toEqual(await byClient(`${root}/app`));
      } finally {
        rmSync(root, { recursive: true });
      }
    },
  );
});

async function planAndHash(root: string, target = 'preview'): Promise<unknown[]> {
  const plan = await planOutput(nodeFiles, root, target);
  const { entries } = await buildManifest(plan, nodeFiles, new AbortController().signal);
  const paths = entries.map(({ path }) => path);
  // Our own promise, on which the manifest's digest rests.
  expect(paths).toEqual([...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  return entries.map((entry) =>
    entry.kind === 'directory'
      ? { file: entry.path, kind: entry.kind, sha: undefined, size: undefined }
      : { file: entry.path, kind: entry.kind, sha: entry.sha1, size: entry.size },
  );
}

async function byClient(...given: Parameters<typeof sendWithVercelClient>): Promise<unknown[]> {
  return normalize((await sendWithVercelClient(...given)).files);
}

function normalize(files: readonly SentFile[]): unknown[] {
  return files
    .map(({ file, sha, size, mode }) => ({ file, kind: KINDS[mode & 0o170000], sha, size }))
    .sort((a, b) => Buffer.compare(Buffer.from(a.file), Buffer.from(b.file)));
}
