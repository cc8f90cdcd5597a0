import { FileDigest } from '../digest.ts';
import type { Files, FileSink } from '../platform/types.ts';
import type { ManifestEntry } from './types.ts';

/** As the Vercel CLI cuts; Vercel takes no larger file. */
export const PART_BYTES = 100 * 1024 * 1024;
/** What the CLI gives its parts: a file that all may read and write. */
const PART_MODE = 0o666;

/** One file of the archive: sent like any other, under a name that tells Vercel to unpack it. */
export type ArchivePart = Extract<ManifestEntry, { readonly kind: 'file' }>;

interface OpenPart {
  readonly source: string;
  readonly sink: FileSink;
  readonly digest: FileDigest;
  size: number;
}

/** Writes the bytes as files of `partBytes` each into `folder`, hashing them on the way. */
export async function writeParts(
  files: Files,
  folder: string,
  bytes: AsyncIterable<Uint8Array>,
  partBytes: number,
): Promise<ArchivePart[]> {
  const parts: ArchivePart[] = [];
  let open: OpenPart | undefined;
  try {
    for await (const chunk of bytes) {
      for (let rest = chunk; rest.byteLength > 0;) {
        open ??= await openPart(files, `${folder}/part${String(parts.length + 1)}`);
        const piece = rest.subarray(0, partBytes - open.size);
        rest = rest.subarray(piece.byteLength);
        await open.sink.write(piece);
        open.digest.update(piece);
        open.size += piece.byteLength;
        if (open.size < partBytes) continue;
        parts.push(await closePart(open, parts.length + 1));
        open = undefined;
      }
    }
    if (open) parts.push(await closePart(open, parts.length + 1));
    return parts;
  } catch (error) {
    await open?.sink.close().catch(() => undefined);
    throw error;
  }
}

async function openPart(files: Files, source: string): Promise<OpenPart> {
  return { source, sink: await files.create(source), digest: new FileDigest(), size: 0 };
}

async function closePart({ source, sink, digest, size }: OpenPart, number: number): Promise<ArchivePart> {
  await sink.close();
  const path = `.vercel/source.tgz.part${String(number)}`;
  return { kind: 'file', path, mode: PART_MODE, source, size, ...digest.finish() };
}
