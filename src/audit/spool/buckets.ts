import type { Files } from '../../platform/types.ts';
import { notWritten, parseLine, readLines } from './lines.ts';
import type { Buckets, BucketWriter } from './types.ts';

/** Of 100,000 deployments one bucket has some 1,600: little memory, and no file is too small to be worth its name. */
export const BUCKETS = 64;
/** Characters that wait in memory for one bucket: 4 MiB for all of them. */
const ENOUGH = 64 * 1024;

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
  const waiting: string[] = paths.map(() => '');
  const sizes = paths.map(() => 0);
  const flush = async (bucket: number): Promise<void> => {
    const bytes = Buffer.from(waiting[bucket] ?? '');
    const path = paths[bucket] ?? '';
    waiting[bucket] = '';
    if (bytes.byteLength === 0) return;
    if (!(await files.append(path, bytes))) throw notWritten(path);
    sizes[bucket] = (sizes[bucket] ?? 0) + bytes.byteLength;
  };
  const full = new Set<number>();
  const addText = (key: string, text: string): void => {
    const bucket = bucketOf(key);
    const all = `${waiting[bucket] ?? ''}${text}\n`;
    waiting[bucket] = all;
    if (all.length >= ENOUGH) full.add(bucket);
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
      return readBuckets<T>(files, paths, sizes);
    },
  };
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
