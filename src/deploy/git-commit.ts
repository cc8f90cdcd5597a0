import { sha1Hex } from '../digest.ts';
import { decodeUtf8, readGitBytes } from './git-files.ts';
import type { Reader } from './reader.ts';

const MAX_COMPRESSED_BYTES = 256 * 1024;
const MAX_COMMIT_BYTES = 1024 * 1024;
const MAX_LINE_LENGTH = 1000;

/** Undoes zlib; undefined for what is no zlib stream, or is more than `maxBytes` when undone. */
export type Inflate = (bytes: Uint8Array, maxBytes: number) => Promise<Uint8Array | undefined>;

export interface GitCommit {
  readonly authorName: string | undefined;
  readonly authorEmail: string | undefined;
  /** First line of the message. */
  readonly message: string | undefined;
}

/** A commit that lies in a file of its own; undefined where it is packed with others, or is not what its name says. */
export async function readCommit(
  files: Reader,
  root: string,
  path: string,
  { commit, inflate }: { readonly commit: string; readonly inflate: Inflate },
): Promise<GitCommit | undefined> {
  const file = `${path}/objects/${commit.slice(0, 2)}/${commit.slice(2)}`;
  const compressed = await readGitBytes(files, root, file, MAX_COMPRESSED_BYTES);
  const bytes = compressed && (await inflate(compressed, MAX_COMMIT_BYTES));
  if (!bytes || sha1Hex(bytes) !== commit) return undefined;
  const text = decodeUtf8(bytes);
  return text === undefined ? undefined : parseCommit(text);
}

/** `commit <size>`, a NUL, header lines, an empty line, the message. */
function parseCommit(text: string): GitCommit | undefined {
  const start = /^commit \d+\0/.exec(text);
  if (!start) return undefined;
  const end = text.indexOf('\n\n');
  const header = text.slice(start[0].length, end === -1 ? undefined : end);
  const [, name, email] = /^author ([^<>\n]*)<([^<>\n]*)> \d+ [+-]\d{4}$/m.exec(header) ?? [];
  const message = end === -1 ? '' : (text.slice(end).trimStart().split('\n', 1)[0] ?? '');
  return { authorName: toLine(name), authorEmail: toLine(email), message: toLine(message) };
}

/** One line without control characters; undefined where nothing is left. */
function toLine(text = ''): string | undefined {
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return line === '' ? undefined : line.slice(0, MAX_LINE_LENGTH).toWellFormed();
}
