/** Of bodies on their way, so that large files do not fill the memory as many small ones may. */
const MOST_BYTES_AT_ONCE = 8 * 1024 * 1024;

/** Places, and those who wait for one, in their order. */
export interface Room {
  take(bytes: number): boolean;
  give(bytes: number): void;
  wait(): Promise<void>;
  wake(count: number): void;
  limit(): number;
  resize(limit: number): void;
}

export function createRoom(first: number): Room {
  const waiting: (() => void)[] = [];
  let limit = first;
  let taken = 0;
  let bytesTaken = 0;
  const wake = (count: number): void => waiting.splice(0, count).forEach((resolve) => resolve());
  return {
    take(bytes) {
      // One may always go, however large it is.
      if (taken >= limit || (taken > 0 && bytesTaken + bytes > MOST_BYTES_AT_ONCE)) return false;
      taken += 1;
      bytesTaken += bytes;
      return true;
    },
    give(bytes) {
      taken -= 1;
      bytesTaken -= bytes;
      wake(1);
    },
    wait: () => new Promise((resolve) => waiting.push(resolve)),
    wake,
    limit: () => limit,
    resize(wanted) {
      const more = wanted - limit;
      limit = wanted;
      if (more > 0) wake(more);
    },
  };
}
