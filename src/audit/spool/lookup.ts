import type { Answers, Index, Place, Spool } from './types.ts';

/** Reads the population once. Places, not values, are what 100,000 of them leave in memory. */
export async function indexOf<T>(spool: Spool, name: string, keyOf: (value: T) => string): Promise<Index<T>> {
  const places = new Map<string, Place>();
  for await (const { value, place } of spool.read<T>(name)) places.set(keyOf(value), place);
  return lookUp(spool, places);
}

interface Answer<T> {
  readonly key: string;
  readonly value: T;
}

export async function answersOf<T>(spool: Spool, name: string): Promise<Answers<T>> {
  const places = new Map<string, Place>();
  for await (const { value, place } of spool.read<Answer<T>>(name)) places.set(value.key, place);
  const answers = lookUp<Answer<T>>(spool, places);
  return {
    get size() {
      return places.size;
    },
    has: answers.has,
    get: async (key) => (await answers.get(key))?.value,
    keep: async (key, value) => {
      const [place] = await spool.commit(name, [{ key, value }], { position: undefined });
      if (place) places.set(key, place);
    },
  };
}

function lookUp<T>(spool: Spool, places: ReadonlyMap<string, Place>): Index<T> {
  return {
    get size() {
      return places.size;
    },
    has: (key) => places.has(key),
    get: async (key) => {
      const place = places.get(key);
      return place === undefined ? undefined : ((await spool.readAt(place)) as T);
    },
  };
}
