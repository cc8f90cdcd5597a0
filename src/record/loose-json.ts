/** One for all: a new one costs as much as a short text. */
const UTF8 = new TextDecoder();

/** JSON of which nothing is believed yet; undefined for what is none. */
export function parseLoosely(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : UTF8.decode(text));
  } catch {
    return undefined;
  }
}

/** The own member at the end of a path; undefined where the path leads nowhere. */
export function follow(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}
