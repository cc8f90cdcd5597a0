import { KeyTable } from './key-table.ts';
import { PlaceList } from './place-list.ts';
import type { Answers, Index, IndexData, Place, Spool } from './types.ts';

/** An index, and what is to be told of each line that comes behind it. */
interface GrowingIndex<T> {
  readonly index: Index<T>;
  readonly note: (value: T, place: Place) => void;
}

/** Reads the population once. Places, not values, are what 100,000 of them leave in memory. */
export async function indexOf<T>(
  spool: Pick<Spool, 'read' | 'readAt'>,
  name: string,
  keyOf: (value: T) => string,
): Promise<GrowingIndex<T>> {
  const places = new Places();
  const note = (value: T, place: Place): void => places.set(keyOf(value), place);
  for await (const kept of spool.read<T>(name)) for (const { value, place } of kept) note(value, place);
  return { index: lookUp(spool, places), note };
}

interface Answer<T> {
  readonly key: string;
  readonly value: T;
}

/** Each write ends with the disk's word that it is there, which takes longer than to ask again. */
const KEPT_AT_ONCE = 100;

export async function answersOf<T>(spool: Spool, name: string): Promise<Answers<T>> {
  const places = new Places();
  for await (const kept of spool.read<Answer<T>>(name)) {
    for (const { value, place } of kept) places.set(value.key, place);
  }
  const written = lookUp<Answer<T>>(spool, places);
  /** Until they are written. */
  const waiting = new Map<string, T>();
  const due: string[] = [];
  const flush = async (): Promise<void> => {
    const batch = due.splice(0).map((key) => ({ key, value: waiting.get(key) }));
    if (batch.length === 0) return;
    const found = await spool.commit(name, batch, { position: undefined });
    batch.forEach(({ key }, at) => {
      const place = found[at];
      if (place) places.set(key, place);
      waiting.delete(key);
    });
  };
  return {
    get size() {
      return places.size + waiting.size;
    },
    get: async (key) => (waiting.has(key) ? waiting.get(key) : (await written.get(key))?.value),
    keep: async (key, value) => {
      waiting.set(key, value);
      due.push(key);
      if (due.length >= KEPT_AT_ONCE) await flush();
    },
    flush,
  };
}

/** The same index as another thread's. */
export function openIndex<T>(reader: Pick<Spool, 'readAt'>, { numbers, places }: IndexData): Index<T> {
  return lookUp<T>(reader, new Places(KeyTable.of(numbers), PlaceList.of(places)));
}

/** The last place of each key. */
class Places {
  readonly #numbers: KeyTable;
  readonly #list: PlaceList;

  constructor(numbers = new KeyTable(), list = new PlaceList()) {
    [this.#numbers, this.#list] = [numbers, list];
  }

  get data(): IndexData {
    return { numbers: this.#numbers.data, places: this.#list.data };
  }

  get size(): number {
    return this.#numbers.size;
  }

  get(key: string): Place | undefined {
    const number = this.#numbers.get(key);
    return number === undefined ? undefined : this.#list.at(number);
  }

  clear(): void {
    this.#numbers.clear();
    this.#list.clear();
  }

  set(key: string, place: Place): void {
    this.#numbers.set(key, this.#list.add(place));
  }
}

function lookUp<T>(spool: Pick<Spool, 'readAt'>, places: Places): Index<T> {
  return {
    get size() {
      return places.size;
    },
    get data() {
      return places.data;
    },
    get: async (key) => {
      const place = places.get(key);
      return place === undefined ? undefined : ((await spool.readAt(place)) as T);
    },
    clear: () => places.clear(),
  };
}
