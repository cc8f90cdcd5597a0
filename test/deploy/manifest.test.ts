import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { buildManifest, WHOLE_FILE_BYTES } from '../../src/deploy/manifest.ts';
import { planOutput } from '../../src/deploy/plan.ts';
import type { Manifest } from '../../src/deploy/types.ts';
import type { Files } from '../../src/platform/types.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { BARE, denied, filesWith, makeTree, nodeFunction, type Tree } from './support/output-tree.ts';

const STATIC = '.vercel/output/static';
const never = new AbortController().signal;

async function manifestOf(root: string, files: Files = nodeFiles): Promise<Manifest> {
  return buildManifest(await planOutput(nodeFiles, root, 'preview'), files, never);
}

function hex(algorithm: string, data: string | Uint8Array): string {
  return createHash(algorithm).update(data).digest('hex');
}

describe('buildManifest', () => {
  it('names the content of files and links, and no content of folders', async () => {
    const root = makeTree({
      ...BARE,
      ...nodeFunction('a'),
      [`${STATIC}/zero`]: { mode: 0o600, text: '' },
      [`${STATIC}/link`]: { link: 'index.html' },
      [`${STATIC}/empty`]: { folder: true },
    });
    const manifest = await manifestOf(root);
    const byPath = new Map(manifest.entries.map((entry) => [entry.path, entry]));
    expect(byPath.get(`${STATIC}/zero`)).toEqual({
      kind: 'file',
      path: `${STATIC}/zero`,
      size: 0,
      mode: 0o100600,
      sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      source: `${root}/${STATIC}/zero`,
    });
    expect(byPath.get(`${STATIC}/link`)).toEqual({
      kind: 'symlink',
      path: `${STATIC}/link`,
      size: 10,
      mode: 0o120777,
      sha1: hex('sha1', 'index.html'),
      sha256: hex('sha256', 'index.html'),
      linkTarget: 'index.html',
    });
    expect(Object.keys(byPath.get(`${STATIC}/empty`) ?? {}).sort()).toEqual(['kind', 'mode', 'path']);
    expect(manifest.functions).toMatchObject([{ name: 'a', runtime: 'nodejs22.x' }]);
    const sizes = manifest.entries.map((entry) => (entry.kind === 'directory' ? 0 : entry.size));
    expect(manifest.totalBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
  });

  it('has a canonical text, whose digest is the manifest’s', async () => {
    const root = makeTree({
      '.vercel/output/config.json': { mode: 0o644, text: '{"version":3}' },
      [`${STATIC}/“x”.txt`]: { mode: 0o640, text: 'x' },
      [`${STATIC}/l`]: { link: '“x”.txt' },
    });
    const { json, digest, entries } = await manifestOf(root);
    const config = `"size":13,"sha1":"${hex('sha1', '{"version":3}')}","sha256":"${hex('sha256', '{"version":3}')}"`;
    const link = `"size":11,"sha1":"${hex('sha1', '“x”.txt')}","sha256":"${hex('sha256', '“x”.txt')}"`;
    const text = `"size":1,"sha1":"${hex('sha1', 'x')}","sha256":"${hex('sha256', 'x')}"`;
    expect(json).toBe(
      [
        '{"version":1,"files":[',
        `{"path":".vercel/output/config.json","kind":"file","mode":"100644",${config}},`,
        `{"path":"${STATIC}/l","kind":"symlink","mode":"120777",${link}},`,
        `{"path":"${STATIC}/“x”.txt","kind":"file","mode":"100640",${text}}`,
        ']}',
        '',
      ].join('\n'),
    );
    expect(digest).toBe(hex('sha256', json));
    expect(JSON.parse(json)).toMatchObject({ files: entries.map(({ path }) => ({ path })) });
  });

  it.each([
    { size: WHOLE_FILE_BYTES, way: 'read' },
    { size: WHOLE_FILE_BYTES + 1, way: 'stream' },
  ])('takes $size bytes by $way', async ({ size, way }) => {
    const bytes = Buffer.alloc(size, 'abcdefg');
    const root = makeTree({ ...BARE, [`${STATIC}/big.bin`]: bytes });
    const ways: string[] = [];
    const files = filesWith({
      read: (path, maxBytes) => {
        if (path.endsWith('big.bin')) ways.push('read');
        return nodeFiles.read(path, maxBytes);
      },
      stream: (path) => {
        ways.push('stream');
        return nodeFiles.stream(path);
      },
    });
    const { entries } = await manifestOf(root, files);
    expect(ways).toEqual([way]);
    expect(entries.find(({ path }) => path.endsWith('big.bin'))).toMatchObject({
      size,
      sha1: hex('sha1', bytes),
      sha256: hex('sha256', bytes),
    });
  });

  it('gives size and digests of the same bytes, also of a file that changed after it was planned', async () => {
    const root = makeTree({ ...BARE, [`${STATIC}/a.txt`]: 'before' });
    const plan = await planOutput(nodeFiles, root, 'preview');
    writeFileSync(`${root}/${STATIC}/a.txt`, 'and after');
    const { entries } = await buildManifest(plan, nodeFiles, never);
    expect(entries.find(({ path }) => path.endsWith('a.txt'))).toMatchObject({
      size: 9,
      sha1: hex('sha1', 'and after'),
    });
  });

  it('reads few files at once', async () => {
    const names = Array.from({ length: 200 }, (_, index) => [`${STATIC}/f${String(index)}`, String(index)] as const);
    const root = makeTree({ ...BARE, ...(Object.fromEntries(names) as Tree) });
    let open = 0;
    let most = 0;
    const files = filesWith({
      read: async (path, maxBytes) => {
        open += 1;
        most = Math.max(most, open);
        const bytes = await nodeFiles.read(path, maxBytes);
        open -= 1;
        return bytes;
      },
    });
    expect((await manifestOf(root, files)).entries).toHaveLength(202);
    expect(most).toBeLessThanOrEqual(16);
  });
});

describe('a file that cannot be read', () => {
  const unreadable = {
    code: 'OUTPUT_CHANGED',
    exitStatus: 3,
    message: 'A file of the build output could not be read.',
  };

  it('is named where it vanished', async () => {
    const root = makeTree({ ...BARE, [`${STATIC}/a.txt`]: 'a' });
    const plan = await planOutput(nodeFiles, root, 'preview');
    rmSync(`${root}/${STATIC}/a.txt`);
    await expect(buildManifest(plan, nodeFiles, never)).rejects.toMatchObject({
      ...unreadable,
      got: `ENOENT for ${root}/${STATIC}/a.txt`,
    });
  });

  it('is named where reading it is forbidden', async () => {
    const root = makeTree({ ...BARE, [`${STATIC}/a.txt`]: 'a' });
    const files = filesWith({
      read: (path, maxBytes) =>
        path.endsWith('a.txt') ? Promise.reject(denied(path)) : nodeFiles.read(path, maxBytes),
    });
    await expect(manifestOf(root, files)).rejects.toMatchObject({
      ...unreadable,
      got: `EACCES for ${root}/${STATIC}/a.txt`,
      wanted: expect.stringContaining('that this step may read'),
    });
  });

  it('stops the others, as a signal does', async () => {
    const root = makeTree(BARE);
    const plan = await planOutput(nodeFiles, root, 'preview');
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    await expect(buildManifest(plan, nodeFiles, stop.signal)).rejects.toThrow('stopped');
  });
});
