/** What others sent as its fields, whatever it is: none where it is no object of JSON. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** What may be absent may be undefined. */
export type Loose<T> = { readonly [K in keyof T]: object extends Pick<T, K> ? T[K] | undefined : T[K] };

/**
 * A value whose absent members may be there and undefined, where nobody tells the two apart: as JSON it is the same. A
 * copy without them would be one of V8's slow objects, in three times the memory.
 */
export function loosely<T extends object>(value: Loose<T>): T {
  return value as T;
}
