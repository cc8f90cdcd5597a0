import { deflateSync } from 'node:zlib';

export const COMMIT = 1;
export const BLOB = 3;
export const OFS_DELTA = 6;
export const REF_DELTA = 7;

/** An entry to be packed. What it says of itself need not be true. */
export interface PackItem {
  /** 40 hex digits: what the index calls it. */
  readonly name: string;
  readonly type: number;
  readonly body: Uint8Array;
  /** Of a delta: a name, or which item before this one; zero is itself. */
  readonly base?: string | number;
  /** Default: the body's own size. */
  readonly size?: number;
}

export interface MadePack {
  readonly pack: Buffer;
  readonly index: Buffer;
  /** Where each item begins. */
  readonly offsets: readonly number[];
}

/** A pack and its index, as git writes them but for their checksums, which nobody here reads. */
export function makePack(items: readonly PackItem[]): MadePack {
  const parts = [Buffer.from('PACK\0\0\0\x02'), uint32(items.length)];
  const offsets: number[] = [];
  for (const item of items) {
    offsets.push(parts.reduce((sum, { length }) => sum + length, 0));
    const { base } = item;
    const from = offsets.at(-1 - (typeof base === 'number' ? base : 0)) ?? 0;
    parts.push(makeEntry(typeof base === 'number' ? { ...item, base: (offsets.at(-1) ?? 0) - from } : item));
  }
  const index = makeIndex(items.map(({ name }, place) => ({ name, offset: offsets[place] ?? 0 })));
  return { pack: Buffer.concat([...parts, Buffer.alloc(20)]), index, offsets };
}

/** Here a base that is a number is how many bytes before this entry it begins. */
export function makeEntry({ type, body, base, size = body.byteLength }: Omit<PackItem, 'name'>): Buffer {
  const low = (type << 4) | (size & 0x0f);
  const head = size < 16 ? Buffer.of(low) : Buffer.concat([Buffer.of(0x80 | low), encodeSize(Math.floor(size / 16))]);
  const from =
    typeof base === 'string' ? Buffer.from(base, 'hex') : base === undefined ? Buffer.of() : encodeDistance(base);
  return Buffer.concat([head, from, deflateSync(body)]);
}

/** Offsets from `largeFrom` on go through the table of 64 bits. */
export function makeIndex(
  objects: readonly { readonly name: string; readonly offset: number }[],
  largeFrom = 0x80000000,
): Buffer {
  const sorted = objects.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const fanout = Array.from({ length: 256 }, (_, byte) =>
    uint32(sorted.filter(({ name }) => Number.parseInt(name.slice(0, 2), 16) <= byte).length),
  );
  const large: Buffer[] = [];
  const offsets = sorted.map(({ offset }) => {
    if (offset < largeFrom) return uint32(offset);
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(offset));
    return uint32(0x80000000 + large.push(bytes) - 1);
  });
  return Buffer.concat([
    Buffer.from('\xfftOc\0\0\0\x02', 'latin1'),
    ...fanout,
    ...sorted.map(({ name }) => Buffer.from(name, 'hex')),
    Buffer.alloc(sorted.length * 4),
    ...offsets,
    ...large,
    Buffer.alloc(40),
  ]);
}

/** What the two have in common at their beginning is copied, and the rest is put in. */
export function makeDelta(base: Uint8Array, target: Uint8Array): Buffer {
  let same = 0;
  while (same < 0xffff && same < base.length && base[same] === target[same]) same += 1;
  const steps = same === 0 ? [] : [Buffer.of(0xb0, same & 0xff, same >> 8)];
  for (let at = same; at < target.length; at += 127) {
    const piece = target.subarray(at, at + 127);
    steps.push(Buffer.of(piece.length), Buffer.from(piece));
  }
  return Buffer.concat([encodeSize(base.length), encodeSize(target.length), ...steps]);
}

export function encodeSize(size: number): Buffer {
  const bytes: number[] = [];
  let rest = size;
  do {
    bytes.push((rest % 0x80) | (rest >= 0x80 ? 0x80 : 0));
    rest = Math.floor(rest / 0x80);
  } while (rest > 0);
  return Buffer.from(bytes);
}

function encodeDistance(distance: number): Buffer {
  const bytes = [distance % 0x80];
  for (let rest = Math.floor(distance / 0x80); rest > 0; rest = Math.floor(rest / 0x80)) {
    rest -= 1;
    bytes.unshift(0x80 | (rest % 0x80));
  }
  return Buffer.from(bytes);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
