import type { Files } from '../../platform/types.ts';
import { BucketFile, markOf } from './bucket-file.ts';
import { notWritten } from './lines.ts';
import type { Buckets, BucketsData, BucketWriter } from './types.ts';

/** Of 100,000 deployments one file has some 1,600: none is too small to be worth its name. */
const FILES = 64;
/**
 * Buckets of one file. Of 100,000 deployments one bucket has some 50: nearly all of what is made of them is gone before
 * V8 looks at it twice. With 1,600 it was moved about, and lay in the old space until that was cleaned.
 */
export const OF_FILE = 32;
export const BUCKETS = FILES * OF_FILE;
/** Bytes that wait in memory for one file: 4 MiB for all of them. */
const ENOUGH = 64 * 1024;
/** Of a file: some lines. */
const FIRST = 8 * 1024;

/** The bucket of a key: FNV-1a over its UTF-16 units, whose upper half helps the lower one. */
export function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return ((hash >>> 16) ^ hash) & (BUCKETS - 1);
}

/** Writers of `<folder>/<name>.bucket-<n>.jsonl`; what is there under these names is removed first. */
export async function createBuckets<T>(files: Files, folder: string, name: string): Promise<BucketWriter<T>> {
  const paths = Array.from({ length: FILES }, (_, file) => `${folder}/${name}.bucket-${String(file)}.jsonl`);
  for (const path of paths) await files.remove(path);
  const waiting = paths.map(() => new Waiting());
  const sizes = paths.map(() => 0);
  const flush = async (file: number): Promise<void> => {
    const bytes = waiting[file]?.take() ?? NOTHING;
    const path = paths[file] ?? '';
    if (bytes.byteLength === 0) return;
    if (!(await files.append(path, bytes))) throw notWritten(path);
    sizes[file] = (sizes[file] ?? 0) + bytes.byteLength;
  };
  const full = new Set<number>();
  const addText = (key: string, text: string): void => {
    const bucket = bucketOf(key);
    const file = Math.floor(bucket / OF_FILE);
    if ((waiting[file]?.add(`${markOf(bucket % OF_FILE)}${text}\n`) ?? 0) >= ENOUGH) full.add(file);
  };
  return {
    add: (key, value) => {
      addText(key, JSON.stringify(value));
    },
    addText,
    settle: async () => {
      for (const file of full) await flush(file);
      full.clear();
    },
    finish: async () => {
      for (let file = 0; file < FILES; file += 1) await flush(file);
      waiting.length = 0;
      return readBuckets<T>(files, { paths, sizes });
    },
  };
}

const NOTHING = new Uint8Array();

/** As bytes, and not as texts: those would live long enough for V8 to move them about twice. */
class Waiting {
  #bytes = Buffer.alloc(0);
  #used = 0;

  /** @returns how many bytes wait */
  add(text: string): number {
    // At most three bytes for each of its units.
    const most = this.#used + text.length * 3;
    if (most > this.#bytes.length) this.#grow(most);
    this.#used += this.#bytes.write(text, this.#used);
    return this.#used;
  }

  /** All of them; good until the next is added. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#used);
    this.#used = 0;
    return taken;
  }

  #grow(most: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(most, 2 * this.#bytes.length, FIRST));
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }
}

/** One file is in memory at a time, as bytes, and each in the same: buckets are read in their order, one after another. */
export function readBuckets<T>(files: Files, data: BucketsData): Buckets<T> {
  const { paths, sizes } = data;
  let opened: { readonly number: number; readonly file: BucketFile } | undefined;
  let room = Buffer.alloc(0);
  return {
    count: BUCKETS,
    data,
    read: async (bucket) => {
      const number = Math.floor(bucket / OF_FILE);
      const size = sizes[number] ?? 0;
      if (size === 0) return [];
      if (opened?.number !== number) {
        // Of some: they are nearly of one size.
        if (room.length < size) room = Buffer.allocUnsafeSlow(Math.ceil(size * 1.1));
        const from = { path: paths[number] ?? '', size, buckets: OF_FILE };
        opened = { number, file: await BucketFile.read(files, from, room) };
      }
      return opened.file.valuesOf(bucket % OF_FILE) as readonly T[];
    },
  };
}
