import type { Place } from './types.ts';

const FIRST = 1024;

/** Where lines stand, by number: 14 bytes each, where objects take five times as much. */
export class PlaceList {
  readonly #paths: string[] = [];
  #files = new Uint16Array(FIRST);
  #offsets = new Float64Array(FIRST);
  #lengths = new Uint32Array(FIRST);
  #size = 0;

  /** @returns its number */
  add({ path, offset, length }: Place): number {
    if (this.#size === this.#files.length) this.#grow();
    let file = this.#paths.lastIndexOf(path);
    if (file === -1) file = this.#paths.push(path) - 1;
    const number = this.#size;
    [this.#files[number], this.#offsets[number], this.#lengths[number]] = [file, offset, length];
    this.#size += 1;
    return number;
  }

  at(number: number): Place {
    return {
      path: this.#paths[this.#files[number] ?? 0] ?? '',
      offset: this.#offsets[number] ?? 0,
      length: this.#lengths[number] ?? 0,
    };
  }

  /** Gives its memory back. */
  clear(): void {
    this.#files = new Uint16Array(FIRST);
    this.#offsets = new Float64Array(FIRST);
    this.#lengths = new Uint32Array(FIRST);
    this.#size = 0;
  }

  #grow(): void {
    const size = 2 * this.#size;
    const [files, offsets, lengths] = [this.#files, this.#offsets, this.#lengths];
    this.#files = new Uint16Array(size);
    this.#files.set(files);
    this.#offsets = new Float64Array(size);
    this.#offsets.set(offsets);
    this.#lengths = new Uint32Array(size);
    this.#lengths.set(lengths);
  }
}
