import { apiRefusal } from '../reply.ts';
import { sha1 } from './state.ts';
import type { FileEntry } from './deployment-types.ts';

const MAX_FILES = 15_000;
const SHA1 = /^[0-9a-f]{40}$/;
const TYPE_BITS = 0o170000;
const KINDS: Readonly<Record<number, FileEntry['kind']>> = {
  // Archive parts come with permission bits alone.
  0: 'file',
  0o100000: 'file',
  0o120000: 'symlink',
  0o040000: 'directory',
};
export const TYPE_BITS_OF: Readonly<Record<FileEntry['kind'], number>> = {
  file: 0o100000,
  symlink: 0o120000,
  directory: 0o040000,
};
const DEFAULT_MODE = 0o100644;

/** One entry, and the bytes of an inline one. */
export interface SentFile extends FileEntry {
  readonly inline: Uint8Array | undefined;
}

/** `files[]` of a create request: each in one of the known forms, no path twice, none outside. */
export function readFileEntries(value: unknown): SentFile[] {
  if (!Array.isArray(value)) throw bad('`files` should be array');
  if (value.length > MAX_FILES) {
    throw apiRefusal(400, 'too_many_files', `\`files\` should NOT have more than ${String(MAX_FILES)} items`);
  }
  const entries = value.map((item, index) => readEntry(item, index));
  const fault = findTreeFault(entries);
  if (fault) throw apiRefusal(400, fault.code, fault.message);
  return entries;
}

function readEntry(item: unknown, index: number): SentFile {
  const at = `\`files[${String(index)}]\``;
  if (typeof item !== 'object' || item === null || Array.isArray(item)) throw bad(`${at} should be object`);
  const entry = item as Record<string, unknown>;
  const { file } = entry;
  if (typeof file !== 'string' || !isSafePath(file)) throw bad(`${at}.file is not a relative path: ${String(file)}`);
  const mode = readMode(entry['mode'], at);
  const kind = KINDS[mode & TYPE_BITS];
  if (!kind) throw bad(`${at}.mode ${String(mode)} is of no file, directory or symlink`);
  if (kind === 'directory') {
    checkKeys(entry, ['file', 'mode'], at);
    return { file, kind, mode, sha: undefined, size: 0, inline: undefined };
  }
  return 'data' in entry ? readInline(entry, { file, kind, mode }, at) : readUploaded(entry, { file, kind, mode }, at);
}

type Named = Pick<SentFile, 'file' | 'kind' | 'mode'>;

function readInline(entry: Readonly<Record<string, unknown>>, named: Named, at: string): SentFile {
  checkKeys(entry, ['file', 'mode', 'data', 'encoding'], at);
  const { data, encoding = 'utf-8' } = entry;
  if (typeof data !== 'string') throw bad(`${at}.data should be string`);
  if (encoding !== 'utf-8' && encoding !== 'base64') throw bad(`${at}.encoding should be base64 or utf-8`);
  const inline = new Uint8Array(Buffer.from(data, encoding));
  return { ...named, sha: sha1(inline), size: inline.byteLength, inline };
}

function readUploaded(entry: Readonly<Record<string, unknown>>, named: Named, at: string): SentFile {
  checkKeys(entry, ['file', 'mode', 'sha', 'size'], at);
  const { sha, size } = entry;
  if (typeof sha !== 'string' || !SHA1.test(sha)) throw bad(`${at}.sha should be SHA-1 in lower-case hex`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw bad(`${at}.size should be integer`);
  return { ...named, sha, size, inline: undefined };
}

function readMode(mode: unknown, at: string): number {
  if (mode === undefined) return DEFAULT_MODE;
  if (typeof mode !== 'number' || !Number.isInteger(mode) || mode < 0 || mode > 0o177777) {
    throw bad(`${at}.mode should be integer`);
  }
  return mode;
}

function checkKeys(entry: Readonly<Record<string, unknown>>, known: readonly string[], at: string): void {
  const other = Object.keys(entry).find((key) => !known.includes(key));
  if (other !== undefined) throw bad(`${at} should NOT have additional property \`${other}\``);
}

export function isSafePath(path: string): boolean {
  return !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** What keeps these entries from being one tree. */
export function findTreeFault(
  entries: readonly SentFile[],
): { readonly code: string; readonly message: string } | undefined {
  const kinds = new Map<string, FileEntry['kind']>();
  for (const { file, kind } of entries) {
    if (kinds.has(file)) {
      return { code: 'conflicting_file_path', message: `Two entries of \`files\` have the path ${file}` };
    }
    kinds.set(file, kind);
  }
  for (const { file } of entries) {
    for (let end = file.indexOf('/'); end > 0; end = file.indexOf('/', end + 1)) {
      const parent = file.slice(0, end);
      if ((kinds.get(parent) ?? 'directory') === 'directory') continue;
      const message = `${parent} is a file, and ${file} needs it as a directory`;
      return { code: 'conflicting_path_segment', message };
    }
  }
  return undefined;
}

function bad(message: string): Error {
  return apiRefusal(400, 'bad_request', `Invalid request: ${message}.`);
}
