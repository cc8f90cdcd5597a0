import { redact } from '../secret.ts';

/** The last line: a server's error or a variable that repeats a secret reaches the record without it. */
export function dropSecrets<T>(value: T): T {
  return drop(value) as T;
}

function drop(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(drop);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, drop(child)]));
}
