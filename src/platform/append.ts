import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;

/**
 * A few bytes, in place. Neither follows a link nor waits at a FIFO: whoever ran before may have planted either.
 * @returns false where nothing can be written.
 */
export async function append(path: string, bytes: Uint8Array): Promise<boolean> {
  await Promise.resolve();
  let fd: number | undefined;
  try {
    fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK);
    if (!fstatSync(fd).isFile()) return false;
    for (let written = 0; written < bytes.byteLength;) written += writeSync(fd, bytes, written);
    return true;
  } catch {
    return false;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
