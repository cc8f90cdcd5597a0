import { resolveInRoot } from './paths.ts';
import type { Reader } from './reader.ts';

const MAX_JSON_BYTES = 16 * 1024 * 1024;

export type Json = Readonly<Record<string, unknown>>;

/** A JSON object of the build; a text says what is wrong instead. Undefined where nothing is. */
export async function readJson(files: Reader, root: string, path: string): Promise<Json | string | undefined> {
  const found = await resolveInRoot(files, root, path);
  if (found.kind === 'missing') return undefined;
  if (found.kind !== 'file') return 'not a file in the deployed folder';
  const real = `${root}/${found.path}`;
  if (((await files.lstat(real))?.size ?? 0) > MAX_JSON_BYTES) return 'larger than 16 MiB';
  const bytes = await files.read(real, MAX_JSON_BYTES);
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isJson(value) ? value : 'not a JSON object';
  } catch {
    return 'not JSON';
  }
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
