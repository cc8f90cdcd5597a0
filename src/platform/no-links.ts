import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  type Stats,
} from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** As `createReadStream`, of the file that really stands at the path. */
export async function* streamFile(path: string, chunkBytes: number): AsyncGenerator<Uint8Array> {
  // A FIFO that took the file's place has no bytes to wait for.
  const fd = openInPlace(path, O_RDONLY | O_NONBLOCK);
  try {
    requireFile(fstatSync(fd), path);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  yield* createReadStream(path, { fd, highWaterMark: chunkBytes }) as AsyncIterable<Uint8Array>;
}

/** Names in the folder that really stands at the path. */
export function listFolder(path: string): Promise<string[]> {
  return inFolder(path, path, (folder) => readdir(folder));
}

/** The text of a link that really stands at the path. */
export function readLinkText(path: string): Promise<string> {
  return inFolder(dirname(path), path, (folder) => readlink(`${folder}/${basename(path)}`));
}

/** @param about what an error names: the system would name the descriptor */
async function inFolder<T>(path: string, about: string, work: (folder: string) => Promise<T>): Promise<T> {
  const fd = openInPlace(path, O_RDONLY | O_DIRECTORY);
  try {
    return await work(whereOf(fd) === undefined ? path : handleOf(fd));
  } catch (error) {
    throw Object.assign(error as Error, { path: about });
  } finally {
    closeSync(fd);
  }
}

/**
 * Opens what really stands at its path. Links that were looked for beforehand can be planted right after the look, in
 * any part of the path; where an open file stands is told by the system, and nobody can change that.
 * @returns a descriptor, to be closed.
 */
export function openInPlace(path: string, flags: number): number {
  let fd: number;
  try {
    fd = openSync(path, flags | O_NOFOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // What the system says of a link in the place of a file, and of one in the place of a folder.
    throw code === 'ELOOP' || (code === 'ENOTDIR' && flags & O_DIRECTORY) ? notPlain(path) : error;
  }
  try {
    if ((whereOf(fd) ?? realpathSync(path)) === path) return fd;
    throw notPlain(path);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** @throws where it is another thing, of which nobody knows what reading it does. */
export function requireFile(stat: Stats, path: string): void {
  if (!stat.isFile()) throw notPlain(path);
}

function handleOf(fd: number): string {
  return `/proc/self/fd/${String(fd)}`;
}

/** The path of an open file; undefined on systems that do not tell it, where nothing but a development runs. */
function whereOf(fd: number): string | undefined {
  try {
    return readlinkSync(handleOf(fd));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function notPlain(path: string): Error {
  return Object.assign(new Error(`${path} is reached through a link, or is no plain file`), {
    code: 'NOT_PLAIN',
    path,
  });
}
