/** One fault of a document. `path` leads to the value, or to where it is missing. */
export interface Fault {
  readonly path: readonly string[];
  readonly what: string;
  readonly wanted: string;
}

/** A file with a thousand faults should neither fill the log nor take long. */
export const MAX_FAULTS = 50;

/** The fields of a value that may be no map; the items of one that may be no list. */
export function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
