import { PipeError } from '../errors.ts';
import { show } from '../text.ts';

/** One name of a deployment, as its manifest has it. */
export type ManifestItem =
  | { readonly path: string; readonly kind: 'directory'; readonly mode: number }
  | {
      readonly path: string;
      readonly kind: 'file' | 'symlink';
      readonly mode: number;
      /** Bytes; of a symlink those of its text. */
      readonly size: number;
      /** Hex, over the bytes; of a symlink over its text. */
      readonly sha1: string;
      readonly sha256: string;
    };

/**
 * What a manifest lists, in its order. The record vouches for the text; whether its paths may be opened is judged here.
 * @throws {PipeError} `RECORD_INVALID`.
 */
export function parseManifest(text: string): readonly ManifestItem[] {
  const { version, files } = parseJson(text);
  if (version !== 1 || !Array.isArray(files))
    throw unusable(`version ${show(version)}`, 'version 1 and a list of files');
  const seen = new Set<string>();
  return files.map((value: unknown, index) => {
    const item = readItem(value);
    if (!item)
      throw unusable(`entry ${String(index + 1)}: ${show(value)}`, 'path, kind, mode, and of files size and digests');
    if (!isInside(item.path)) throw unusable(`the path ${show(item.path)}`, 'a path below the deployed folder');
    if (seen.has(item.path)) throw unusable(`the path ${show(item.path)} twice`, 'each path once');
    seen.add(item.path);
    return item;
  });
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Told below, as for any other text.
  }
  throw unusable('no JSON object', 'JSON with version and files');
}

function readItem(value: unknown): ManifestItem | undefined {
  if (!isObject(value)) return undefined;
  const { path, kind, mode, size, sha1, sha256 } = value;
  if (typeof path !== 'string' || !isText(mode, /^[0-7]{6}$/)) return undefined;
  const bits = parseInt(mode, 8);
  if (kind === 'directory') return { path, kind, mode: bits };
  if (kind !== 'file' && kind !== 'symlink') return undefined;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined;
  if (!isText(sha1, /^[0-9a-f]{40}$/) || !isText(sha256, /^[0-9a-f]{64}$/)) return undefined;
  return { path, kind, mode: bits, size, sha1, sha256 };
}

/** Relative, without an empty part, `.` or `..`: it names the same file wherever the folder stands. */
function isInside(path: string): boolean {
  const parts = path.split('/');
  return path.isWellFormed() && !path.includes('\0') && parts.every((part) => !['', '.', '..'].includes(part));
}

function isText(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function unusable(got: string, wanted: string): PipeError {
  return new PipeError({
    code: 'RECORD_INVALID',
    message: 'The manifest is the one of the record, and cannot be used.',
    got,
    wanted,
  });
}
