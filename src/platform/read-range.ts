import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { RangeReader } from './types.ts';

/**
 * At most `length` bytes from `offset`, in place: the parts are small, and a thread costs more. Only as much memory is
 * taken as the file has bytes. Neither waits at a FIFO nor follows a link that took the place of what was looked at.
 */
export function readRange(path: string, offset: number, length: number): Uint8Array {
  const file = openRanges(path);
  try {
    return file.read(offset, length);
  } finally {
    file.close();
  }
}

/** See {@link readRange}: opened once for many parts. */
export function openRanges(path: string): RangeReader {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  let size = 0;
  return {
    read: (offset, length) => {
      // It may have grown. To ask each time takes as long as to read some hundred bytes.
      if (offset + length > size) ({ size } = fstatSync(fd));
      return readPart(fd, offset, Math.max(0, Math.min(length, size - offset)));
    },
    close: () => {
      closeSync(fd);
    },
  };
}

function readPart(fd: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < bytes.byteLength) {
    const count = readSync(fd, bytes, done, bytes.byteLength - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
}
