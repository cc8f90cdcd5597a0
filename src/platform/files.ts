import { randomUUID } from 'node:crypto';
import { createReadStream, lstatSync, type Dirent, type Stats } from 'node:fs';
import { link, mkdtemp, open, readdir, readlink, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { append } from './append.ts';
import { inflate } from './inflate.ts';
import { makeFolders } from './make-folders.ts';
import { listFolder, readLinkText, streamFile } from './no-links.ts';
import { readWhole } from './read-file.ts';
import { openRanges, readRange } from './read-range.ts';
import type { Files, FileSink, FileStat } from './types.ts';
import { createYoungHeapBound } from './young-heap.ts';

/** Twice as much is a tenth quicker, but what was read lies about until V8 looks: one file of 2 GiB then takes 12 MiB more. */
const READ_CHUNK_BYTES = 64 * 1024;
const GZIP_CHUNK_BYTES = 256 * 1024;
const TEMP_PREFIX = 'vercel-oidc-deploy-';
const OWNER_ONLY = 0o600;
const boundYoungHeap = createYoungHeapBound();

export const nodeFiles: Files = {
  // In place: thousands are asked for, and the way through the thread pool costs three times as much as the answer.
  lstat: (path) => {
    boundYoungHeap();
    return orUndefined(() => toFileStat(lstatSync(path, { throwIfNoEntry: false })));
  },

  async list(path, { noLinks = false } = {}) {
    const names = await (noLinks ? listFolder(path) : readdir(path));
    return names.sort(orderOf(names));
  },

  async listKinds(path) {
    const entries = await readdir(path, { withFileTypes: true });
    const compare = orderOf(entries.map(({ name }) => name));
    return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) })).sort((a, b) => compare(a.name, b.name));
  },

  readLink: (path, { noLinks = false } = {}) => (noLinks ? readLinkText(path) : readlink(path)),

  realPath: (path) => orUndefined(() => realpath(path)),

  read: (path, maxBytes, into, { noLinks = false } = {}) => {
    boundYoungHeap();
    return orUndefined(() => readWhole(path, maxBytes, into, noLinks));
  },

  readRange: (path, offset, length) => orUndefined(() => readRange(path, offset, length)),

  openRanges: (path) => orUndefined(() => openRanges(path)),

  stream: (path, { noLinks = false } = {}) =>
    noLinks ? streamFile(path, READ_CHUNK_BYTES) : createReadStream(path, { highWaterMark: READ_CHUNK_BYTES }),

  // A link, not a rename: a rename would silently replace what another run has written.
  writeNew: (path, bytes) =>
    writeWhole(path, bytes, async (partial) => {
      await link(partial, path);
      await rm(partial, { force: true });
    }),

  replace: (path, bytes, { ownerOnly = false } = {}) =>
    writeWhole(path, bytes, (partial) => rename(partial, path), ownerOnly ? OWNER_ONLY : undefined),

  append,

  async makeTempFolder(parent) {
    try {
      await makeFolders(parent);
      return await realpath(await mkdtemp(`${parent}/${TEMP_PREFIX}`));
    } catch {
      return undefined;
    }
  },

  create: createFile,

  remove: (path) => rm(path, { recursive: true, force: true }),

  gzip,

  inflate,
};

/** By bytes, in which units of UTF-16 come but for pairs of them. */
function orderOf(names: readonly string[]): (a: string, b: string) => number {
  if (names.some((name) => /[\ud800-\udfff]/.test(name))) {
    return (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  return (a, b) => (a < b ? -1 : a > b ? 1 : 0);
}

function toFileStat(stat: Stats | undefined): FileStat | undefined {
  return stat && { kind: kindOf(stat) ?? 'other', size: stat.size, mode: stat.mode };
}

/** Undefined for what is nothing of all that: a file system that does not say it in its lists. */
function kindOf(entry: Stats | Dirent): FileStat['kind'] | undefined {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  if (entry.isSymbolicLink()) return 'symlink';
  const isOther = entry.isFIFO() || entry.isSocket() || entry.isCharacterDevice() || entry.isBlockDevice();
  return isOther ? 'other' : undefined;
}

async function createFile(path: string, { shared = false } = {}): Promise<FileSink> {
  const handle = await open(path, 'wx', shared ? undefined : OWNER_ONLY);
  return {
    async write(bytes) {
      for (let written = 0; written < bytes.byteLength;) {
        written += (await handle.write(bytes, written)).bytesWritten;
      }
    },
    close: () => handle.close(),
  };
}

/** zlib is loaded only where something is compressed. */
function gzip(source: AsyncIterable<Uint8Array>, level: number): AsyncIterable<Uint8Array> {
  const { createGzip } = process.getBuiltinModule('node:zlib');
  const { pipeline } = process.getBuiltinModule('node:stream');
  const packed = createGzip({ level, chunkSize: GZIP_CHUNK_BYTES });
  // Whoever reads `packed` gets the source's error, and whoever stops reading ends the source.
  pipeline(Readable.from(source, { objectMode: false }), packed, () => undefined);
  return packed;
}

/** Written under another name first, so that nobody ever reads half a file. */
async function writeWhole(
  path: string,
  bytes: Uint8Array,
  settle: (partial: string) => Promise<void>,
  mode?: number,
): Promise<void> {
  // A name of its own: what a killed run has left must not stand in the way of the next one.
  const partial = `${path}.${randomUUID()}.partial`;
  const write = (): Promise<void> =>
    writeFile(partial, bytes, { flag: 'wx', flush: true, ...(mode === undefined ? {} : { mode }) });
  try {
    // Its folder is nearly always there: an audit replaces its cursor thousands of times.
    await write().catch(async (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await makeFolders(dirname(path));
      await write();
    });
    await settle(partial);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function orUndefined<T>(get: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await get();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
