import { sha1Hex } from '../digest.ts';
import type { Files } from '../platform/types.ts';
import { decodeUtf8, readGitBytes } from './git-files.ts';
import { readPackedCommit } from './git-pack.ts';
import type { Reader } from './reader.ts';

const MAX_COMPRESSED_BYTES = 256 * 1024;
const MAX_COMMIT_BYTES = 1024 * 1024;
const MAX_LINE_LENGTH = 1000;

/** What git's objects need beside whole files: zlib undone, and a part of a file that may be very large. */
export type GitReaders = Pick<Files, 'inflate' | 'readRange'>;

export interface GitCommit {
  readonly authorName: string | undefined;
  readonly authorEmail: string | undefined;
  /** First line of the message. */
  readonly message: string | undefined;
}

interface Wanted {
  /** Hex. */
  readonly commit: string;
  readonly readers: GitReaders;
}

/**
 * A commit out of a file of its own or a pack; undefined where it is in neither, or is not what its name says, as none is
 * in a repository of SHA-256.
 */
export async function readCommit(
  files: Reader,
  root: string,
  path: string,
  wanted: Wanted,
): Promise<GitCommit | undefined> {
  const bytes = (await readLoose(files, root, path, wanted)) ?? (await readPacked(files, root, path, wanted));
  if (!bytes || sha1Hex(bytes) !== wanted.commit) return undefined;
  const text = decodeUtf8(bytes);
  return text === undefined ? undefined : parseCommit(text);
}

/** Where `git commit` and a small fetch leave it. */
async function readLoose(
  files: Reader,
  root: string,
  path: string,
  { commit, readers }: Wanted,
): Promise<Uint8Array | undefined> {
  const file = `${path}/objects/${commit.slice(0, 2)}/${commit.slice(2)}`;
  const compressed = await readGitBytes(files, root, file, MAX_COMPRESSED_BYTES);
  return compressed && readers.inflate(compressed, MAX_COMMIT_BYTES);
}

/** Where `git clone` leaves it: without the header, which is part of what its name is a digest of. */
async function readPacked(files: Reader, root: string, path: string, wanted: Wanted): Promise<Uint8Array | undefined> {
  const body = await readPackedCommit(files, root, path, { ...wanted, maxBytes: MAX_COMMIT_BYTES });
  return body && Buffer.concat([Buffer.from(`commit ${String(body.byteLength)}\0`), body]);
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
