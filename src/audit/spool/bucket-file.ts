import type { Files } from '../../platform/types.ts';
import { damaged, parseLine } from './lines.ts';

const LINE_FEED = 10;
/** The mark of the first bucket: "0". Those behind it follow as ASCII has them. */
const FIRST_MARK = 48;

/** What a line begins with. @param number of the bucket in its file, below 64 */
export function markOf(number: number): string {
  return String.fromCharCode(FIRST_MARK + number);
}

/** A file of several buckets: each line begins with the mark of its own. */
export class BucketFile {
  readonly #bytes: Buffer;
  /** By the bucket: where each line begins behind it, and where it ends. */
  readonly #lines: readonly number[][];

  private constructor(bytes: Buffer, buckets: number) {
    this.#bytes = bytes;
    this.#lines = Array.from({ length: buckets }, () => []);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      const lines = this.#lines[(bytes[start] ?? 0) - FIRST_MARK];
      if (!lines) throw damaged();
      lines.push(start + 1, end);
      start = end + 1;
    }
    if (start !== bytes.length) throw damaged();
  }

  /**
   * @param file its first `size` bytes count
   * @param room where they go: at least as many; good until another file is read into it
   * @throws {PipeError} `USAGE` where it has fewer bytes than were written, is cut within a line, or has another mark
   */
  static async read(
    files: Pick<Files, 'stream'>,
    { path, size, buckets }: { readonly path: string; readonly size: number; readonly buckets: number },
    room: Buffer,
  ): Promise<BucketFile> {
    const bytes = room.subarray(0, size);
    let used = 0;
    for await (const chunk of files.stream(path)) {
      const fresh = chunk.subarray(0, size - used);
      bytes.set(fresh, used);
      used += fresh.byteLength;
      if (used === size) break;
    }
    if (used < size) throw damaged();
    return new BucketFile(bytes, buckets);
  }

  /** In the order in which they were added. */
  valuesOf(bucket: number): readonly unknown[] {
    const lines = this.#lines[bucket] ?? [];
    const values: unknown[] = [];
    for (let at = 0; at < lines.length; at += 2) {
      values.push(parseLine(this.#bytes.toString('utf8', lines[at], lines[at + 1])));
    }
    return values;
  }
}
