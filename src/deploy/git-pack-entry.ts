import { parseSize, type Parsed } from './git-delta.ts';
import type { GitReaders } from './git-commit.ts';
import type { ReadPart } from './git-pack-index.ts';

/** Kind and size, and the name or the distance of a base: in fact at most 30. */
const MAX_HEADER_BYTES = 32;
const NAME_BYTES = 20;
/** What stands before the first entry of a pack. */
const PACK_HEADER_BYTES = 12;
const COMMIT = 1;
const OFS_DELTA = 6;
const REF_DELTA = 7;

/** One entry of a pack: a commit's text, or how to make it from another entry, named or at an earlier offset. */
export type PackEntry =
  | { readonly kind: 'commit'; readonly bytes: Uint8Array }
  | { readonly kind: 'delta'; readonly bytes: Uint8Array; readonly base: string | number };

export interface EntryLimits {
  readonly readers: Pick<GitReaders, 'inflate'>;
  /** Of one entry when undone. */
  readonly maxBytes: number;
}

/** Undefined for an object of another kind, a broken one, and one of more than `maxBytes`. */
export async function readPackEntry(
  read: ReadPart,
  offset: number,
  { readers, maxBytes }: EntryLimits,
): Promise<PackEntry | undefined> {
  const head = await read(offset, MAX_HEADER_BYTES);
  const header = head && parseHeader(head, offset);
  if (!header || header.size === 0 || header.size > maxBytes) return undefined;
  const compressed = await read(offset + header.length, maxCompressed(header.size));
  const bytes = compressed && (await readers.inflate(compressed, header.size));
  if (bytes?.byteLength !== header.size) return undefined;
  return header.base === undefined ? { kind: 'commit', bytes } : { kind: 'delta', bytes, base: header.base };
}

/** A pack does not say where an entry ends. What zlib cannot make smaller, it makes larger by much less than this. */
function maxCompressed(size: number): number {
  return size + Math.ceil(size / 256) + 64;
}

interface Header {
  readonly length: number;
  /** Bytes when undone. */
  readonly size: number;
  /** Of a delta. */
  readonly base?: string | number;
}

/** A bit that goes on, three of kind, four of size, then the size's other bits. */
function parseHeader(head: Uint8Array, offset: number): Header | undefined {
  const [first = 0] = head;
  const rest = first < 0x80 ? { value: 0, next: 1 } : parseSize(head, 1);
  if (!rest) return undefined;
  const size = (first & 0x0f) + rest.value * 16;
  switch ((first >> 4) & 7) {
    case COMMIT:
      return { size, length: rest.next };
    case OFS_DELTA: {
      const distance = parseDistance(head, rest.next);
      const base = offset - (distance?.value ?? 0);
      return distance && base >= PACK_HEADER_BYTES && base < offset ? { size, base, length: distance.next } : undefined;
    }
    case REF_DELTA: {
      const length = rest.next + NAME_BYTES;
      return { size, length, base: Buffer.from(head.subarray(rest.next, length)).toString('hex') };
    }
    default:
      return undefined;
  }
}

/** As a size, but the highest group first, and each that goes on counts one more, so that no number has two forms. */
function parseDistance(head: Uint8Array, at: number): Parsed | undefined {
  let value = -1;
  for (const [index, byte] of head.subarray(at).entries()) {
    value = (value + 1) * 0x80 + (byte & 0x7f);
    if (byte < 0x80) return { value, next: at + index + 1 };
  }
  return undefined;
}
