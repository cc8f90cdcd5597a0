import { closeSync, constants, fstatSync, openSync, read, readSync } from 'node:fs';
import { PipeError } from '../errors.ts';
import { openInPlace, requireFile } from './no-links.ts';

/** Up to here the way to a thread and back costs more than the bytes. */
const READ_IN_PLACE_BYTES = 256 * 1024;

/**
 * All bytes of a file, at most `maxBytes`; in `into` where that is larger than the file, else in a new array.
 *
 * Small files are read in place: a build output is thousands of them, read twice. 10,004 with 8 KiB each take the
 * promises' FileHandle 0.5 s and 0.7 s of CPU, callbacks 0.2 s and 0.3 s, this 0.1 s; on a busy machine, which has to
 * wake the threads, the others take two to four times as long and this does not. On a cold disk it takes 1.4 s where
 * threads take 0.5 s, which a step that has just unpacked its artifacts does not meet.
 */
export async function readWhole(
  path: string,
  maxBytes: number,
  into?: Uint8Array,
  noLinks = false,
): Promise<Uint8Array> {
  // A FIFO has no bytes to wait for.
  const fd = (noLinks ? openInPlace : openSync)(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (noLinks) requireFile(stat, path);
    const { size } = stat;
    if (size > maxBytes) throw tooLarge(path, size, maxBytes);
    return await readAll(fd, size, maxBytes, path, into);
  } catch (error) {
    // Node does not say which file could not be read.
    throw error instanceof PipeError ? error : Object.assign(error as Error, { path });
  } finally {
    closeSync(fd);
  }
}

/** To the end of the file, which may have grown since it was measured: one byte more than expected is asked for. */
async function readAll(
  fd: number,
  size: number,
  maxBytes: number,
  path: string,
  into: Uint8Array | undefined,
): Promise<Uint8Array> {
  let bytes = into && into.byteLength > size ? into.subarray(0, size + 1) : new Uint8Array(size + 1);
  let length = 0;
  for (;;) {
    const rest = bytes.subarray(length);
    const count = size > READ_IN_PLACE_BYTES ? await readInThread(fd, rest) : readSync(fd, rest);
    length += count;
    if (length > maxBytes) throw tooLarge(path, length, maxBytes);
    // Where all came that was expected, the next read would only find the end.
    if (count === 0 || length === size) return bytes.subarray(0, length);
    if (length < bytes.byteLength) continue;
    const larger = new Uint8Array(Math.min(length * 2, maxBytes + 1));
    larger.set(bytes);
    bytes = larger;
  }
}

function readInThread(fd: number, into: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, into, 0, into.byteLength, null, (error, count) => (error ? reject(error) : resolve(count)));
  });
}

function tooLarge(path: string, size: number, maxBytes: number): PipeError {
  return new PipeError({
    code: 'FILE_TOO_LARGE',
    message: `${path} is too large to be read.`,
    got: `${String(size)} bytes`,
    wanted: `at most ${String(maxBytes)} bytes`,
  });
}
