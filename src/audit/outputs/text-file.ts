import { createHash } from 'node:crypto';
import { PipeError } from '../../errors.ts';
import type { Files, FileSink } from '../../platform/types.ts';
import type { WrittenFile } from './types.ts';

const BUFFER_BYTES = 256 * 1024;

/** A piece that is in the buffer has nothing to be waited for. */
const DONE = Promise.resolve();

/** A file that is written piece by piece, and measured on the way. */
export interface GrowingFile {
  readonly bytes: number;
  /** So many of them can be read by now. */
  readonly written: number;
  write(text: string): Promise<void>;
  writeBytes(bytes: Uint8Array): Promise<void>;
  /** Resolves when all that came can be read. */
  flush(): Promise<void>;
  /** Writes what is left. */
  close(): Promise<WrittenFile>;
  /** Takes it away again. */
  discard(): Promise<void>;
}

/** Of a file that nobody compares. */
export const UNMEASURED: Digest = { update: () => undefined, digest: () => '' };

interface Digest {
  update(part: Uint8Array): unknown;
  digest(encoding: 'hex'): string;
}

/**
 * Begins `folder/name` anew, whatever stood there.
 * @param hash makes its digest
 * @throws {PipeError} `OUTPUT_INVALID` where it cannot be written.
 */
export async function growFile(
  files: Files,
  folder: string,
  name: string,
  hash: Digest = createHash('sha256'),
): Promise<GrowingFile> {
  const path = `${folder}/${name}`;
  const sink = await begin(files, path);
  let written = 0;
  const buffer = createBuffer(async (part) => {
    hash.update(part);
    await sink.write(part).catch((error: unknown) => Promise.reject(notWritten(path, error)));
    written += part.byteLength;
  });
  return {
    get bytes() {
      return buffer.bytes;
    },
    get written() {
      return written;
    },
    writeBytes: buffer.writeBytes,
    write: buffer.write,
    flush: buffer.flush,
    async close() {
      await buffer.flush();
      await sink.close();
      return { name, bytes: buffer.bytes, digest: hash.digest('hex') };
    },
    async discard() {
      await buffer.flush().catch(() => undefined);
      await sink.close().catch(() => undefined);
      await files.remove(path);
    },
  };
}

type WriteBuffer = Pick<GrowingFile, 'bytes' | 'write' | 'writeBytes' | 'flush'>;

/**
 * Two buffers: one is filled while the other is being written.
 * @param put may use its part until what it promises is there
 */
function createBuffer(put: (part: Uint8Array) => Promise<void>): WriteBuffer {
  let [buffer, spare] = [Buffer.allocUnsafe(BUFFER_BYTES), Buffer.allocUnsafe(BUFFER_BYTES)];
  let used = 0;
  let bytes = 0;
  /** Of the spare one. Whoever writes next hears of what went wrong with it. */
  let last: Promise<void> = DONE;
  const swap = async (): Promise<void> => {
    await last;
    if (used === 0) return;
    last = put(buffer.subarray(0, used));
    last.catch(() => undefined);
    [buffer, spare, used] = [spare, buffer, 0];
  };
  const flush = async (): Promise<void> => {
    await swap();
    await last;
  };
  const writeLong = async (part: Uint8Array): Promise<void> => {
    if (part.byteLength > BUFFER_BYTES) {
      await flush();
      return put(part);
    }
    await swap();
    buffer.set(part);
    used = part.byteLength;
  };
  const writeBytes = (part: Uint8Array): Promise<void> => {
    bytes += part.byteLength;
    if (used + part.byteLength > BUFFER_BYTES) return writeLong(part);
    buffer.set(part, used);
    used += part.byteLength;
    return DONE;
  };
  return {
    get bytes() {
      return bytes;
    },
    writeBytes,
    write(text) {
      // At most three bytes for each of its units.
      if (used + text.length * 3 > BUFFER_BYTES) return writeBytes(Buffer.from(text));
      const length = buffer.write(text, used);
      used += length;
      bytes += length;
      return DONE;
    },
    flush,
  };
}

/** What `work` gives. Where it fails, the file is taken away, and closed: what stays open is never given back. */
export async function orDiscard<T>(file: Pick<GrowingFile, 'discard'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** Makes a folder where it is missing. */
export async function makeFolder(files: Files, folder: string): Promise<void> {
  const made = await files.makeTempFolder(folder);
  if (made === undefined) throw notWritten(folder, undefined);
  await files.remove(made);
}

async function begin(files: Files, path: string): Promise<FileSink> {
  try {
    await files.remove(path);
    return await files.create(path, { shared: true });
  } catch (error) {
    throw notWritten(path, error);
  }
}

export function notWritten(path: string, error: unknown): PipeError {
  const code = (error as { code?: unknown } | undefined)?.code;
  return new PipeError({
    code: 'OUTPUT_INVALID',
    message: "The audit's files could not be written.",
    got: `${typeof code === 'string' ? code : 'an error'} for ${path}`,
    wanted: 'a folder that can be written to, with enough room',
    fix: 'Check --out and the free space.',
  });
}
