import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredFile } from './types.ts';

/** Larger contents are hashed and counted, and let go: a disk must not follow the test's data. */
const MAX_BYTES = 128 * 1024 * 1024;
/** What memory holds of all contents; the rest lies in a file. */
const MEMORY_BYTES = 64 * 1024 * 1024;
const READ_BYTES = 256 * 1024;

export interface ContentsOptions {
  /** Of one content. Default 128 MiB: an archive's part is 100 MB. */
  readonly maxBytes?: number;
  /** Of all contents together, in memory. Default 64 MiB. */
  readonly memoryBytes?: number;
  /** Where the file of the others is. Default: the system's folder for temporary files. */
  readonly folder?: string;
}

/** Where one content goes while it comes. */
interface Slot {
  /** `offset`: of the chunk in the content. */
  readonly put: (chunk: Uint8Array, offset: number) => void;
  readonly chunks: () => Iterable<Uint8Array>;
}

/** The contents of uploads: the first ones in memory, the others in one file that has no name any more, so that nothing is left of it. */
export class Contents {
  readonly #options: Required<ContentsOptions>;
  #inMemory = 0;
  #file: number | undefined;
  #fileBytes = 0;

  constructor({ maxBytes = MAX_BYTES, memoryBytes = MEMORY_BYTES, folder = tmpdir() }: ContentsOptions = {}) {
    this.#options = { maxBytes, memoryBytes, folder };
  }

  /** A place for a content of this length; undefined where it is too large to be kept. */
  reserve(length: number): Slot | undefined {
    if (length > this.#options.maxBytes) return undefined;
    if (this.#inMemory + length > this.#options.memoryBytes) return this.#reserveInFile(length);
    this.#inMemory += length;
    const kept: Uint8Array[] = [];
    // A copy: a chunk of the network keeps the whole buffer alive that it was cut from.
    return { put: (chunk) => void kept.push(new Uint8Array(chunk)), chunks: () => kept };
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #reserveInFile(length: number): Slot {
    const file = (this.#file ??= openNameless(this.#options.folder));
    const start = this.#fileBytes;
    this.#fileBytes += length;
    return {
      put(chunk, offset) {
        // What exceeds the length said is refused when all has come; until then it must not reach the next content.
        const fits = Math.min(chunk.byteLength, length - offset);
        if (fits > 0) writeSync(file, chunk, 0, fits, start + offset);
      },
      chunks: () => readPieces(file, start, length),
    };
  }
}

export function storedFile(sha: string, size: number, slot: Slot | undefined): StoredFile {
  return {
    sha,
    size,
    get bytes() {
      return slot && new Uint8Array(Buffer.concat([...slot.chunks()]));
    },
    chunks: () => slot?.chunks(),
  };
}

function openNameless(folder: string): number {
  const path = join(folder, `sandbox-${randomUUID()}`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return file;
}

function* readPieces(file: number, start: number, length: number): Generator<Uint8Array> {
  for (let offset = 0; offset < length;) {
    const piece = Buffer.alloc(Math.min(READ_BYTES, length - offset));
    const got = readSync(file, piece, 0, piece.byteLength, start + offset);
    if (got === 0) throw new Error('The sandbox has lost the contents of an upload');
    yield piece.subarray(0, got);
    offset += got;
  }
}
