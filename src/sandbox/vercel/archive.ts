import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { apiRefusal } from '../reply.ts';
import { findTreeFault, isSafePath, TYPE_BITS_OF, type SentFile } from './file-entries.ts';
import type { State } from './state.ts';
import { readTar, type TarEntry } from './tar.ts';

const PART = /^\.vercel\/source\.tgz\.part(\d+)$/;
/** The CLI gives an archive's parts 0o666, without the bits of a file's type. */
const PART_MODE = 0o666;
/** What the checks of a build output read. */
const READ_WHOLE = /(?:^\.vercel\/output\/config\.json|\/\.vc-config\.json)$/;

/** An archive's parts in their order; undefined where the files are sent one by one. */
export function findParts(files: readonly SentFile[]): readonly SentFile[] | undefined {
  const parts = files.flatMap((file) => {
    const number = PART.exec(file.file)?.[1];
    return number === undefined ? [] : [{ file, number: Number(number) }];
  });
  if (parts.length === 0) return undefined;
  if (parts.length < files.length) throw bad('`files` holds parts of an archive and other files');
  for (const { file } of parts) {
    if (file.mode !== PART_MODE) throw bad(`${file.file} has the mode ${String(file.mode)}, and a part has 438`);
  }
  return parts.sort((a, b) => a.number - b.number).map(({ file }) => file);
}

export interface Unpacked {
  readonly files: readonly SentFile[];
  /** Why the build cannot unpack it. */
  readonly fault: string | undefined;
}

/** The files that the archive holds, up to where it is broken. */
export async function unpack(state: State, parts: readonly SentFile[]): Promise<Unpacked> {
  const files: SentFile[] = [];
  const gunzip = createGunzip();
  const source = pipeline(Readable.from(readParts(state, parts)), gunzip);
  // Each fault of the source also comes out of the stream that is read below.
  source.catch(() => undefined);
  try {
    for await (const entry of readTar(gunzip)) files.push(await readEntry(entry));
    return { files, fault: findTreeFault(files)?.message };
  } catch (error) {
    gunzip.destroy();
    return { files, fault: `The archive is broken: ${(error as Error).message}` };
  }
}

function* readParts(state: State, parts: readonly SentFile[]): Generator<Uint8Array> {
  for (const [index, { file, sha, inline }] of parts.entries()) {
    if (file !== `.vercel/source.tgz.part${String(index + 1)}`) {
      throw new Error(`.vercel/source.tgz.part${String(index + 1)} is missing`);
    }
    const chunks = inline ? [inline] : state.files.get(sha ?? '')?.chunks();
    if (!chunks) throw new Error(`${file} is larger than what the sandbox keeps`);
    yield* chunks;
  }
}

async function readEntry({ path, kind, mode, size, linkPath, content }: TarEntry): Promise<SentFile> {
  if (!isSafePath(path)) throw new Error(`the entry "${path}" is not a relative path`);
  const named = { file: path, kind, mode: TYPE_BITS_OF[kind] | mode };
  if (kind === 'directory') return { ...named, sha: undefined, size: 0, inline: undefined };
  const whole = kind === 'symlink' || READ_WHOLE.test(path);
  const hash = createHash('sha1');
  const kept: Uint8Array[] = [];
  for await (const piece of kind === 'symlink' ? [Buffer.from(linkPath)] : content()) {
    hash.update(piece);
    if (whole) kept.push(new Uint8Array(piece));
  }
  const inline = whole ? new Uint8Array(Buffer.concat(kept)) : undefined;
  return { ...named, sha: hash.digest('hex'), size: inline?.byteLength ?? size, inline };
}

function bad(message: string): Error {
  return apiRefusal(400, 'bad_request', `Invalid request: ${message}.`);
}
