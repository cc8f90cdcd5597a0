/** Below it a class of its own would save nothing. */
const SMALLEST_BYTES = 4096;

/**
 * Buffers that are used again. Without it each of thousands of files leaves its bytes to the garbage collector, which
 * sees only the small objects that hold them and comes late: 80 KiB files left 60 MiB lying about.
 */
export interface Buffers {
  /** One of at least `bytes`, with anything in it. */
  take(bytes: number): Uint8Array;
  /** Nobody reads it any more. */
  give(buffer: Uint8Array): void;
}

export function createBuffers(): Buffers {
  // By powers of two: files of all sizes share a few lists, which hold no more than was once on its way.
  const free = new Map<number, Uint8Array[]>();
  return {
    take(bytes) {
      let size = SMALLEST_BYTES;
      while (size < bytes) size *= 2;
      return free.get(size)?.pop() ?? new Uint8Array(size);
    },
    give(buffer) {
      const list = free.get(buffer.byteLength);
      if (list) list.push(buffer);
      else free.set(buffer.byteLength, [buffer]);
    },
  };
}
