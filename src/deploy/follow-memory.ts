import type { Json } from './json.ts';

/** A log that says no dates is remembered line by line, but not for ever. */
const MAX_REMEMBERED = 10_000;

/** What of a log was seen, over several streams of it. */
export interface Memory {
  /** Begins the next stream. @returns the date to ask from, milliseconds since 1970; undefined at first */
  begin(): number | undefined;
  /** False for an item that an earlier stream brought. */
  isNew(item: Json, line: string): boolean;
}

/**
 * Remembers the last date and the items that had it: enough where a stream begins at that date, whether it is counted
 * in or not, and where it begins from the start once more.
 */
export function createMemory(): Memory {
  let last: number | undefined;
  let from = -Infinity;
  /** Keys of the last date; and the same as it was when the stream began, since one stream brings nothing twice. */
  const seen = new Set<string>();
  let earlier: ReadonlySet<string> = new Set();
  return {
    begin: () => {
      from = last ?? -Infinity;
      earlier = new Set(seen);
      return last;
    },
    isNew: (item, line) => {
      const date = dateOf(item);
      const key = keyOf(item, line);
      if ((date !== undefined && date < from) || earlier.has(key)) return false;
      if (date !== undefined && date > (last ?? -Infinity)) {
        last = date;
        seen.clear();
      }
      if (seen.size < MAX_REMEMBERED) seen.add(key);
      return true;
    },
  };
}

function dateOf({ date, created }: Json): number | undefined {
  return [date, created].find((value): value is number => typeof value === 'number' && Number.isFinite(value));
}

function keyOf({ id, serial }: Json, line: string): string {
  if (typeof id === 'string' && id !== '') return `id ${id}`;
  return typeof serial === 'string' && serial !== '' ? `serial ${serial}` : line;
}
