import type { Header, Pack } from 'tar-stream';
import type { Files } from '../platform/types.ts';
import { WHOLE_FILE_BYTES } from './manifest.ts';
import type { ManifestEntry } from './types.ts';
import { readChecked, streamChecked, type Content } from './upload-content.ts';

type FileEntry = Extract<Content, { readonly kind: 'file' }>;
type EntryHeader = Partial<Header> & Pick<Header, 'name'>;

/** What is packed is passed on in blocks of at least this: a trip to the compressing thread for each header is dear. */
const BLOCK_BYTES = 256 * 1024;
const PERMISSION_BITS = 0o7777;
/** No time, no owner: the same tree gives the same bytes on every machine, and is not sent twice. */
const ANONYMOUS = { uid: 0, gid: 0, mtime: new Date(0) };

/**
 * The entries as a tar (ustar, with pax headers for long and non-ASCII names), in their order. Names and kinds are those
 * that Vercel's own client packs; permission bits are each file's own.
 * @throws {PipeError} where a file is no longer what was hashed; or the signal's reason.
 */
export async function* packTar(
  files: Files,
  entries: readonly ManifestEntry[],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  // Loaded here, not at the top: most runs pack nothing.
  const { pack } = await import('tar-stream');
  const tar = pack();
  const filled = fill(tar, files, entries, signal).catch((error: unknown) => tar.destroy(error as Error));
  try {
    // Its types do not say that it can be iterated, as every stream of its kind.
    yield* inBlocks(tar as unknown as AsyncIterable<Uint8Array>);
  } finally {
    tar.destroy();
    await filled;
  }
}

async function fill(tar: Pack, files: Files, entries: readonly ManifestEntry[], signal: AbortSignal): Promise<void> {
  for (const entry of entries) {
    signal.throwIfAborted();
    await addEntry(tar, files, entry, signal);
  }
  tar.finalize();
}

async function addEntry(tar: Pack, files: Files, entry: ManifestEntry, signal: AbortSignal): Promise<void> {
  const header: EntryHeader = { name: entry.path, mode: entry.mode & PERMISSION_BITS, ...ANONYMOUS };
  switch (entry.kind) {
    case 'directory':
      return addWhole(tar, { ...header, type: 'directory' });
    case 'symlink':
      return addWhole(tar, { ...header, type: 'symlink', linkname: entry.linkTarget });
    case 'file':
      if (entry.size > WHOLE_FILE_BYTES) return addStreamed(tar, files, header, entry, signal);
      return addWhole(tar, { ...header, type: 'file' }, await readChecked(files, entry));
  }
}

function addWhole(tar: Pack, header: EntryHeader, bytes: Uint8Array = new Uint8Array()): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error | null): void => (error ? reject(error) : resolve());
    if (header.type === 'file') tar.entry(header, bytes, settle);
    else tar.entry(header, settle);
  });
}

async function addStreamed(
  tar: Pack,
  files: Files,
  header: EntryHeader,
  entry: FileEntry,
  signal: AbortSignal,
): Promise<void> {
  const ended = Promise.withResolvers<undefined>();
  const sink = tar.entry({ ...header, type: 'file', size: entry.size }, (error) =>
    error ? ended.reject(error) : ended.resolve(undefined),
  );
  // The callback says the same; an 'error' event that nobody hears ends the process.
  sink.on('error', () => undefined);
  ended.promise.catch(() => undefined);
  for await (const chunk of streamChecked(files, entry, () => undefined)) {
    signal.throwIfAborted();
    if (sink.write(chunk)) continue;
    const drained = new Promise<void>((resolve) => sink.once('drain', resolve));
    // A tar that is given up drains no more.
    await Promise.race([drained, ended.promise]);
  }
  sink.end(null);
  await ended.promise;
}

async function* inBlocks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    held.push(chunk);
    size += chunk.byteLength;
    if (size < BLOCK_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held);
}
