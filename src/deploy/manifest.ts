import { FileDigest, sha1Hex, sha256Hex } from '../digest.ts';
import { PipeError } from '../errors.ts';
import type { Files } from '../platform/types.ts';
import { createBuffers, type Buffers } from './buffers.ts';
import type { OutputPlan } from './plan.ts';
import { runPool } from './pool.ts';
import type { PlannedEntry } from './tree.ts';
import type { Manifest, ManifestEntry } from './types.ts';
import { NO_LINKS } from './reader.ts';
import { changed, toChanged } from './unreadable.ts';

/** Up to here a file is read whole, which is quicker; above it is streamed, so that memory does not grow with it. */
export const WHOLE_FILE_BYTES = 1024 * 1024;
const HASHED_AT_ONCE = 16;

/**
 * Reads every planned file once, and names its content.
 * @throws {PipeError} `OUTPUT_CHANGED` for a file that cannot be read as it was planned; or the signal's reason.
 */
export async function buildManifest(plan: OutputPlan, files: Files, signal: AbortSignal): Promise<Manifest> {
  const entries = new Array<ManifestEntry>(plan.entries.length);
  const buffers = createBuffers();
  await runPool([...plan.entries.entries()], HASHED_AT_ONCE, signal, async ([index, entry], either) => {
    try {
      entries[index] = await hashEntry({ files, buffers, signal: either }, plan.root, entry);
    } catch (error) {
      throw toChanged(error);
    }
  });
  const json = toCanonicalJson(entries);
  return {
    entries,
    functions: plan.functions,
    totalBytes: entries.reduce((sum, entry) => sum + (entry.kind === 'directory' ? 0 : entry.size), 0),
    digest: sha256Hex(json),
    json,
  };
}

interface Hashing {
  readonly files: Files;
  readonly buffers: Buffers;
  readonly signal: AbortSignal;
}

async function hashEntry(hashing: Hashing, root: string, entry: PlannedEntry): Promise<ManifestEntry> {
  const { path, at = path, kind, mode, size, linkTarget = '' } = entry;
  switch (kind) {
    case 'directory':
      return { kind, path, mode };
    case 'symlink':
      return { kind, path, mode, size, sha1: sha1Hex(linkTarget), sha256: sha256Hex(linkTarget), linkTarget };
    case 'file': {
      const source = `${root}/${at}`;
      return { kind, path, mode, source, ...(await hashFile(hashing, source, size)) };
    }
  }
}

/** Digests and size of one pass over the bytes, so that they belong together whatever happens to the file. */
async function hashFile(
  { files, buffers, signal }: Hashing,
  source: string,
  size: number,
): Promise<{ readonly size: number; readonly sha1: string; readonly sha256: string }> {
  if (size <= WHOLE_FILE_BYTES) {
    // One byte more shows a file that grew since it was planned.
    const buffer = buffers.take(size + 1);
    const bytes = await readSmall(files, source, buffer);
    if (!bytes) throw Object.assign(new Error('vanished'), { code: 'ENOENT', path: source });
    const hashed = { size: bytes.byteLength, sha1: sha1Hex(bytes), sha256: sha256Hex(bytes) };
    buffers.give(buffer);
    return hashed;
  }
  const digest = new FileDigest();
  let read = 0;
  for await (const chunk of files.stream(source, NO_LINKS)) {
    // One file may take minutes.
    signal.throwIfAborted();
    digest.update(chunk);
    read += chunk.byteLength;
    // Whoever appends to it may never end.
    if (read > size) throw changed(`more bytes at ${source} than the ${String(size)} that were planned`);
  }
  return { size: read, ...digest.finish() };
}

async function readSmall(files: Files, source: string, buffer: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await files.read(source, WHOLE_FILE_BYTES, buffer, NO_LINKS);
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    throw changed(`more bytes at ${source} than the ${String(WHOLE_FILE_BYTES)} that a small file has`);
  }
}

/** One file a line, sorted by path: what people compare with `diff`, and whose SHA-256 is the manifest's digest. */
function toCanonicalJson(entries: readonly ManifestEntry[]): string {
  const lines = entries.map((entry) => {
    const { path, kind } = entry;
    const mode = entry.mode.toString(8).padStart(6, '0');
    if (entry.kind === 'directory') return JSON.stringify({ path, kind, mode });
    const { size, sha1, sha256 } = entry;
    return JSON.stringify({ path, kind, mode, size, sha1, sha256 });
  });
  return `{"version":1,"files":[\n${lines.join(',\n')}\n]}\n`;
}
