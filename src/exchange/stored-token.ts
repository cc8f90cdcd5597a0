import { isToken, Secret } from '../secret.ts';

/**
 * What a secret store holds, as a token; undefined for what no header could carry. A line break at its end is not part
 * of it: most tools that store a secret from a file or a pipe leave one there.
 */
export function readStoredToken(value: unknown): Secret | undefined {
  if (typeof value !== 'string') return undefined;
  const token = value.replace(/\r?\n$/, '');
  return isToken(token) ? new Secret(token) : undefined;
}
