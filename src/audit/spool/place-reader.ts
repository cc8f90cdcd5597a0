import type { Files, RangeReader } from '../../platform/types.ts';
import { damaged, parseLine } from './lines.ts';
import type { Place } from './types.ts';

/** Reads single lines, of files that stay open until the end. */
export class PlaceReader {
  readonly #files: Pick<Files, 'openRanges'>;
  /** Being opened, or open: several may be read from at once. */
  readonly #read = new Map<string, Promise<RangeReader>>();

  constructor(files: Pick<Files, 'openRanges'>) {
    this.#files = files;
  }

  async readAt({ path, offset, length }: Place): Promise<unknown> {
    const opening = this.#read.get(path) ?? this.#open(path);
    this.#read.set(path, opening);
    const file = await opening;
    const bytes = file.read(offset, length);
    if (bytes.byteLength !== length) throw damaged();
    return parseLine(Buffer.from(bytes.buffer, bytes.byteOffset, length).toString());
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#read.values());
    this.#read.clear();
    for (const one of opened) if (one.status === 'fulfilled') one.value.close();
  }

  async #open(path: string): Promise<RangeReader> {
    const file = await this.#files.openRanges(path);
    if (!file) throw damaged();
    return file;
  }
}
