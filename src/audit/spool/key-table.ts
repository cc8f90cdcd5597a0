import { hash } from 'node:crypto';

/** 160 bits: a UUID, or the beginning of a SHA-256 and a mark. */
const WORDS = 5;
const FIRST = 1024;
const UUID_CHARS = 36;
const HYPHENS: ReadonlySet<number> = new Set([8, 13, 18, 23]);
const HYPHEN = 45;

/** What a table is made of: memory that threads share. It is only read while another one has it. */
export interface KeyTableData {
  readonly keys: Uint32Array;
  readonly values: Uint32Array;
  readonly slots: Uint32Array;
  readonly size: number;
}

/**
 * Numbers by texts, of which only a digest is kept, outside of V8's heap: a `Map` of 100,000 UUIDs takes 15 MB, which are
 * looked through at every collection. Two texts of one digest would be a collision of SHA-256 cut to 158 bits.
 */
export class KeyTable {
  #keys = shared(WORDS * FIRST);
  #values = shared(FIRST);
  /** One more than the entry's number; 0 for none. Twice as many as there may be entries. */
  #slots = shared(2 * FIRST);
  #size = 0;
  readonly #wanted = new Uint32Array(WORDS);

  /** @param data of the table of another thread */
  static of(data: KeyTableData): KeyTable {
    const table = new KeyTable();
    [table.#keys, table.#values, table.#slots, table.#size] = [data.keys, data.values, data.slots, data.size];
    return table;
  }

  get data(): KeyTableData {
    return { keys: this.#keys, values: this.#values, slots: this.#slots, size: this.#size };
  }

  get size(): number {
    return this.#size;
  }

  get(text: string): number | undefined {
    digest(text, this.#wanted);
    const entry = this.#slots[this.#find(this.#wanted)] ?? 0;
    return entry === 0 ? undefined : this.#values[entry - 1];
  }

  /** @param value at most 32 bits */
  set(text: string, value: number): void {
    digest(text, this.#wanted);
    let slot = this.#find(this.#wanted);
    if (this.#slots[slot] === 0) {
      if (this.#size === this.#values.length) {
        this.#grow();
        slot = this.#find(this.#wanted);
      }
      this.#keys.set(this.#wanted, WORDS * this.#size);
      this.#size += 1;
      this.#slots[slot] = this.#size;
    }
    this.#values[(this.#slots[slot] ?? 0) - 1] = value;
  }

  /** Gives its memory back. */
  clear(): void {
    this.#keys = shared(WORDS * FIRST);
    this.#values = shared(FIRST);
    this.#slots = shared(2 * FIRST);
    this.#size = 0;
  }

  /** The slot of the key, or the free one where it would be. */
  #find(wanted: Uint32Array): number {
    const last = this.#slots.length - 1;
    for (let slot = mix(wanted) & last; ; slot = (slot + 1) & last) {
      const entry = this.#slots[slot] ?? 0;
      if (entry === 0 || this.#isAt(entry - 1, wanted)) return slot;
    }
  }

  #isAt(entry: number, wanted: Uint32Array): boolean {
    for (let word = 0; word < WORDS; word += 1) {
      if (this.#keys[WORDS * entry + word] !== wanted[word]) return false;
    }
    return true;
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = shared(2 * keys.length);
    this.#keys.set(keys);
    this.#values = shared(2 * values.length);
    this.#values.set(values);
    this.#slots = shared(2 * this.#slots.length);
    for (let entry = 0; entry < this.#size; entry += 1) {
      this.#slots[this.#find(keys.subarray(WORDS * entry, WORDS * (entry + 1)))] = entry + 1;
    }
  }
}

function shared(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(length * Uint32Array.BYTES_PER_ELEMENT));
}

/** UUIDs may be chosen by whoever writes them, so that every part of them counts. */
function mix(words: Uint32Array): number {
  let mixed = 0;
  for (const word of words) mixed = Math.imul(mixed ^ word, 0x9e3779b1) ^ (mixed >>> 15);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function digest(text: string, into: Uint32Array): void {
  if (readUuid(text, into)) return;
  // Half a pair has no UTF-8 of its own: all of them would be one.
  const isWhole = text.isWellFormed();
  const bytes = hash('sha256', isWhole ? text : Buffer.from(text, 'utf16le'), 'binary');
  for (let word = 0; word < WORDS; word += 1) {
    into[word] =
      (bytes.charCodeAt(4 * word) << 24) |
      (bytes.charCodeAt(4 * word + 1) << 16) |
      (bytes.charCodeAt(4 * word + 2) << 8) |
      bytes.charCodeAt(4 * word + 3);
  }
  // A UUID has 0, so that none is taken for a digest.
  into[WORDS - 1] = ((into[WORDS - 1] ?? 0) & ~3) | (isWhole ? 1 : 2);
}

/** In lower case and without braces, as most keys are: ten times as quick as a digest. */
function readUuid(text: string, into: Uint32Array): boolean {
  if (text.length !== UUID_CHARS) return false;
  into.fill(0);
  let digits = 0;
  for (let at = 0; at < UUID_CHARS; at += 1) {
    const unit = text.charCodeAt(at);
    if (HYPHENS.has(at)) {
      if (unit !== HYPHEN) return false;
      continue;
    }
    const digit = unit >= 48 && unit <= 57 ? unit - 48 : unit >= 97 && unit <= 102 ? unit - 87 : -1;
    if (digit < 0) return false;
    into[digits >>> 3] = ((into[digits >>> 3] ?? 0) << 4) | digit;
    digits += 1;
  }
  return true;
}
