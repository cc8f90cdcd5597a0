import type { Files } from '../../platform/types.ts';
import { encodeLines, notWritten } from './lines.ts';
import { PlaceList } from './place-list.ts';
import type { Place, Shelf } from './types.ts';

/** Values that wait to be written together. */
const ENOUGH = 64;

/** @param path what is there is removed */
export async function createShelf<T>(
  files: Files,
  path: string,
  readAt: (place: Place) => Promise<unknown>,
): Promise<Shelf<T>> {
  await files.remove(path);
  const places = new PlaceList();
  let waiting: T[] = [];
  let bytes = 0;
  let count = 0;
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const encoded = encodeLines(waiting, path, bytes);
    waiting = [];
    if (!(await files.append(path, encoded.bytes))) throw notWritten(path);
    bytes += encoded.bytes.byteLength;
    for (const place of encoded.places) places.add(place);
  };
  return {
    add(value) {
      waiting.push(value);
      count += 1;
      return count - 1;
    },
    settle: async () => {
      if (waiting.length >= ENOUGH) await flush();
    },
    flush,
    read: async (number) => (await readAt(places.at(number))) as T,
    get data() {
      return places.data;
    },
  };
}
