import { FileDigest, sha1Hex } from '../digest.ts';
import { PipeError } from '../errors.ts';
import type { Files, SendBody } from '../platform/types.ts';
import { WHOLE_FILE_BYTES } from './manifest.ts';
import { NO_LINKS } from './reader.ts';
import type { ManifestEntry } from './types.ts';
import { changed, toChanged } from './unreadable.ts';

/** What has bytes to send. */
export type Content = Exclude<ManifestEntry, { readonly kind: 'directory' }>;

type FileContent = Extract<Content, { readonly kind: 'file' }>;

/**
 * The bytes as they were hashed: Vercel must not be given others under their name.
 * @param onChunk hears of every part of a large file that is on its way
 * @param into holds a small file, see {@link Files.read}
 */
export async function readContent(
  files: Files,
  content: Content,
  onChunk: (bytes: number) => void = () => undefined,
  into?: Uint8Array,
): Promise<SendBody> {
  if (content.kind === 'symlink') return new TextEncoder().encode(content.linkTarget);
  if (content.size > WHOLE_FILE_BYTES) return () => streamChecked(files, content, onChunk);
  return readChecked(files, content, into);
}

/** A small file in one piece. */
export async function readChecked(
  files: Files,
  { source, size, sha1 }: FileContent,
  into?: Uint8Array,
): Promise<Uint8Array> {
  try {
    const bytes = await files.read(source, WHOLE_FILE_BYTES, into, NO_LINKS);
    if (bytes?.byteLength === size && sha1Hex(bytes) === sha1) return bytes;
  } catch (error) {
    // What was small enough to be read whole when it was hashed has grown since.
    throw error instanceof PipeError ? otherBytes(source) : toChanged(error, source);
  }
  throw otherBytes(source);
}

/** Breaks off before the last bytes of a file that is not what was hashed, so that no whole body arrives. */
export async function* streamChecked(
  files: Files,
  { source, size, sha1 }: FileContent,
  onChunk: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const digest = new FileDigest();
  let length = 0;
  let held: Uint8Array | undefined;
  try {
    for await (const chunk of files.stream(source, NO_LINKS)) {
      if (held) yield held;
      if (held) onChunk(held.byteLength);
      digest.update(chunk);
      length += chunk.byteLength;
      // Beyond its length a body would be read as the next request.
      if (length > size) throw otherBytes(source);
      held = chunk;
    }
  } catch (error) {
    throw toChanged(error, source);
  }
  if (length !== size || digest.finish().sha1 !== sha1) throw otherBytes(source);
  if (!held) return;
  yield held;
  onChunk(held.byteLength);
}

function otherBytes(source: string): PipeError {
  return changed(`other bytes at ${source} than were hashed for the manifest`);
}
