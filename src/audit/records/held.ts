import type { CheckpointEntry, CheckpointList, HeldRecords } from './types.ts';

/** A line of a list, without what it is found by. */
export type HeldEntry = Omit<CheckpointEntry, 'digest'>;

/**
 * Records that hold. Nearly all of them have the line that they had in the list before, and take a bit here: texts for
 * 200,000 of them are 70 MiB.
 */
export class Held implements HeldRecords {
  readonly #previous: CheckpointList | undefined;
  /** By the place in the previous list: 1 where that line is still true. */
  readonly #same: Uint8Array;
  #sameCount = 0;
  /** What stands behind the digest, by the digest. */
  readonly #own = new Map<string, string>();

  constructor(previous: CheckpointList | undefined) {
    this.#previous = previous;
    this.#same = new Uint8Array(previous?.size ?? 0);
  }

  get size(): number {
    return this.#own.size + this.#sameCount;
  }

  has(digest: string): boolean {
    return this.#own.has(digest) || this.isSame(this.#previous?.indexOf(digest));
  }

  isSame(at: number | undefined): boolean {
    return at !== undefined && this.#same[at] === 1;
  }

  /** Each digest once. @param rest of its line, without the digest */
  hold(digest: string, rest: string): void {
    const at = this.#previous?.indexOf(digest);
    if (at === undefined || this.#previous?.lineAt(at) !== `${digest} ${rest}`) {
      this.#own.set(digest, rest);
      return;
    }
    this.#same[at] = 1;
    this.#sameCount += 1;
  }

  ownLines(): readonly string[] {
    return Array.from(this.#own, ([digest, rest]) => `${digest} ${rest}`).sort();
  }
}
