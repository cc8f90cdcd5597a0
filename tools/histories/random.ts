/** Numbers that only look like chance: the same seed gives the same ones on every machine (Mulberry32). */
export interface Random {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number from `low` to `high`, both in it. */
  whole(low: number, high: number): number;
  chance(share: number): boolean;
  /** @throws {RangeError} for an empty list. */
  pick<T>(list: readonly T[]): T;
  /** Lower-case hex. */
  hex(length: number): string;
  /** In lower case, without braces. */
  uuid(): string;
  /** Letters and digits, as Vercel's ids are. */
  word(length: number): string;
}

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function createRandom(seed: number): Random {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  const bits = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const next = (): number => bits() / 2 ** 32;
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const hex = (length: number): string => {
    let text = '';
    while (text.length < length) {
      const some = bits();
      for (let shift = 24; shift >= 0; shift -= 8) text += BYTES[(some >>> shift) & 255] ?? '';
    }
    return text.slice(0, length);
  };
  const word = (length: number): string => {
    let text = '';
    while (text.length < length) text += LETTERS.charAt(bits() % LETTERS.length);
    return text;
  };
  return {
    next,
    whole,
    chance: (share) => next() < share,
    pick: (list) => {
      if (list.length === 0) throw new RangeError('Nothing to pick from.');
      return list[whole(0, list.length - 1)] as (typeof list)[number];
    },
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`,
    word,
  };
}
