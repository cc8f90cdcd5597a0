import { createReadStream, constants } from 'node:fs';
import { link, lstat, mkdir, open, readdir, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PipeError } from '../errors.ts';
import type { Files, FileStat } from './types.ts';

const READ_CHUNK_BYTES = 256 * 1024;

export const nodeFiles: Files = {
  async lstat(path) {
    const stat = await orUndefined(lstat(path));
    if (!stat) return undefined;
    const kind: FileStat['kind'] = stat.isFile()
      ? 'file'
      : stat.isDirectory()
        ? 'directory'
        : stat.isSymbolicLink()
          ? 'symlink'
          : 'other';
    return { kind, size: stat.size, mode: stat.mode };
  },

  async list(path) {
    const names = await readdir(path);
    return names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  },

  readLink: (path) => readlink(path),

  async read(path, maxBytes) {
    const handle = await orUndefined(open(path, constants.O_RDONLY | constants.O_NONBLOCK));
    if (!handle) return undefined;
    try {
      const { size } = await handle.stat();
      if (size > maxBytes) {
        throw new PipeError({
          code: 'FILE_TOO_LARGE',
          message: `${path} is too large to be read.`,
          got: `${String(size)} bytes`,
          wanted: `at most ${String(maxBytes)} bytes`,
        });
      }
      return new Uint8Array(await handle.readFile());
    } finally {
      await handle.close();
    }
  },

  stream: (path) => createReadStream(path, { highWaterMark: READ_CHUNK_BYTES }),

  // A link, not a rename: a rename would silently replace what another run has written.
  writeNew: (path, bytes) => writeWhole(path, bytes, link),

  replace: (path, bytes) => writeWhole(path, bytes, rename),
};

/** Written under another name first, so that nobody ever reads half a file. */
async function writeWhole(
  path: string,
  bytes: Uint8Array,
  settle: (partial: string, path: string) => Promise<void>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  try {
    await writeFile(partial, bytes, { flag: 'wx', flush: true });
    await settle(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

async function orUndefined<T>(pending: Promise<T>): Promise<T | undefined> {
  try {
    return await pending;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
