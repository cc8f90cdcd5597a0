import type { Files } from '../../platform/types.ts';
import { damaged, parseLine } from './lines.ts';

const LINE_FEED = 10;
const ZERO = 48;

/** A file of several buckets: each line begins with the digit of its own. */
export class BucketFile {
  readonly #bytes: Buffer;
  /** By the digit: where each line begins behind it, and where it ends. */
  readonly #lines: readonly number[][];

  private constructor(bytes: Buffer, buckets: number) {
    this.#bytes = bytes;
    this.#lines = Array.from({ length: buckets }, () => []);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      const lines = this.#lines[(bytes[start] ?? 0) - ZERO];
      if (!lines) throw damaged();
      lines.push(start + 1, end);
      start = end + 1;
    }
    if (start !== bytes.length) throw damaged();
  }

  /**
   * @param file its first `size` bytes count; digits are below `buckets`, which is 10 at most
   * @throws {PipeError} `USAGE` where it has fewer bytes than were written, is cut within a line, or has another digit
   */
  static async read(
    files: Pick<Files, 'stream'>,
    { path, size, buckets }: { readonly path: string; readonly size: number; readonly buckets: number },
  ): Promise<BucketFile> {
    const bytes = Buffer.allocUnsafeSlow(size);
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
  valuesOf(digit: number): readonly unknown[] {
    const lines = this.#lines[digit] ?? [];
    const values: unknown[] = [];
    for (let at = 0; at < lines.length; at += 2) {
      values.push(parseLine(this.#bytes.toString('utf8', lines[at], lines[at + 1])));
    }
    return values;
  }
}
