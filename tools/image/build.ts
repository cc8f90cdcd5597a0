/** Builds images as root without a daemon, by buildah; runs them by podman. Both are Debian's. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../bundle.ts';
import { prepareContext } from './context.ts';

const run = promisify(execFile);
const MAX_OUTPUT = 16 * 1024 * 1024;

/** Where no registry can be reached: Node 24 of the npm package, and the libraries that it needs of this machine. */
export async function buildBase(tag: string): Promise<void> {
  const node = `${ROOT}node_modules/node-linux-${process.arch}/bin/node`;
  const folder = await mkdtemp(join(tmpdir(), 'node-base-'));
  try {
    await place(node, `${folder}/usr/local/bin/node`);
    const { stdout } = await run('ldd', [node]);
    for (const [path] of stdout.matchAll(/\/\S+/g)) await place(await realpath(path), `${folder}${path}`);
    await mkdir(`${folder}/tmp`);
    const container = (await buildah('from', 'scratch')).trim();
    await buildah('copy', '--quiet', container, folder, '/');
    await buildah('config', '--env', 'PATH=/usr/local/bin', container);
    await buildah('commit', '--quiet', '--rm', '--timestamp', '0', container, tag);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface ImageOptions {
  readonly tag: string;
  /** Of Node 24; the Dockerfile's own where nothing is said. */
  readonly base?: string;
  readonly version: string;
  readonly revision: string;
}

/** Builds the image from nothing: no layer of an earlier build is used. @returns its digest. */
export async function buildImage({ tag, base, version, revision }: ImageOptions): Promise<string> {
  await prepareContext();
  const args = { ...(base === undefined ? {} : { NODE: base }), VERSION: version, REVISION: revision };
  const named = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  const fixed = ['--layers', '--no-cache', '--timestamp', '0', '--isolation', 'chroot'];
  await buildah('build', '--quiet', ...fixed, ...named, '--tag', tag, ROOT);
  return (await podman('image', 'inspect', '--format', '{{.Digest}}', tag)).trim();
}

export async function buildah(...args: readonly string[]): Promise<string> {
  return (await run('buildah', args, { maxBuffer: MAX_OUTPUT })).stdout;
}

async function podman(...args: readonly string[]): Promise<string> {
  return (await run('podman', args, { maxBuffer: MAX_OUTPUT })).stdout;
}

async function place(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
}
