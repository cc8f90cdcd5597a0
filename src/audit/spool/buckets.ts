import type { Files } from '../../platform/types.ts';
import { notWritten, parseLine, readLines } from './lines.ts';
import type { Buckets, BucketWriter } from './types.ts';

/** Of 100,000 deployments one bucket has some 1,600: little memory, and no file is too small to be worth its name. */
export const BUCKETS = 64;
/** Bytes that wait in memory for one bucket: 4 MiB for all of them. */
const ENOUGH = 64 * 1024;
/** Of a bucket: some lines. */
const FIRST = 8 * 1024;

/** The bucket of a key: FNV-1a over its UTF-16 units, whose upper half helps the lower one. */
export function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return ((hash >>> 16) ^ hash) & (BUCKETS - 1);
}

/** Writers of `<folder>/<name>.bucket-<n>.jsonl`; what is there under these names is removed first. */
export async function createBuckets<T>(files: Files, folder: string, name: string): Promise<BucketWriter<T>> {
  const paths = Array.from({ length: BUCKETS }, (_, bucket) => `${folder}/${name}.bucket-${String(bucket)}.jsonl`);
  for (const path of paths) await files.remove(path);
  const waiting = paths.map(() => new Waiting());
  const sizes = paths.map(() => 0);
  const flush = async (bucket: number): Promise<void> => {
    const bytes = waiting[bucket]?.take() ?? NOTHING;
    const path = paths[bucket] ?? '';
    if (bytes.byteLength === 0) return;
    if (!(await files.append(path, bytes))) throw notWritten(path);
    sizes[bucket] = (sizes[bucket] ?? 0) + bytes.byteLength;
  };
  const full = new Set<number>();
  const addText = (key: string, text: string): void => {
    const bucket = bucketOf(key);
    if ((waiting[bucket]?.add(`${text}\n`) ?? 0) >= ENOUGH) full.add(bucket);
  };
  return {
    add: (key, value) => {
      addText(key, JSON.stringify(value));
    },
    addText,
    settle: async () => {
      for (const bucket of full) await flush(bucket);
      full.clear();
    },
    finish: async () => {
      for (let bucket = 0; bucket < BUCKETS; bucket += 1) await flush(bucket);
      waiting.length = 0;
      return readBuckets<T>(files, paths, sizes);
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

function readBuckets<T>(files: Files, paths: readonly string[], sizes: readonly number[]): Buckets<T> {
  return {
    count: BUCKETS,
    read: async (bucket) => {
      const size = sizes[bucket] ?? 0;
      const values: T[] = [];
      if (size === 0) return values;
      for await (const lines of readLines(files.stream(paths[bucket] ?? ''), size)) {
        for (const { text } of lines) values.push(parseLine(text) as T);
      }
      return values;
    },
  };
}
