/** 1980-01-01 00:00: the first that the format knows, so that equal files are equal archives. */
const DATE = 0x0021;
const UTF8_NAMES = 0x0800;
const PLAIN_VERSION = 20;
const ZIP64_VERSION = 45;
/** A regular file that its owner may write and all may read, as Unix says it. */
const UNIX = 3 << 8;
const MODE = (0o100644 << 16) >>> 0;
const MAX_32 = 0xffffffff;
const MAX_16 = 0xffff;

/** A file in the archive, as its headers tell of it. Sizes and offset are bytes. */
export interface ZipEntry {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly crc32: number;
  readonly size: number;
  readonly packedSize: number;
  /** Of its local header. */
  readonly offset: number;
}

/** What stands before the file's bytes (APPNOTE 4.3.7). */
export function writeLocalHeader(entry: ZipEntry): Uint8Array {
  const { name, size, packedSize } = entry;
  const large = size >= MAX_32 || packedSize >= MAX_32;
  const extra = large ? writeExtra([size, packedSize]) : Buffer.alloc(0);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(0x04034b50);
  const sizes = large ? [MAX_32, MAX_32] : [packedSize, size];
  return Buffer.concat([head, describe(entry, large, sizes), writeLengths(name, extra), Buffer.from(name), extra]);
}

/** Its line of the list at the end (APPNOTE 4.3.12). */
export function writeCentralHeader(entry: ZipEntry): Uint8Array {
  const { name, size, packedSize, offset } = entry;
  const large = [size, packedSize, offset].filter((value) => value >= MAX_32);
  const extra = large.length > 0 ? writeExtra(large) : Buffer.alloc(0);
  const head = Buffer.alloc(6);
  head.writeUInt32LE(0x02014b50);
  head.writeUInt16LE(UNIX | ZIP64_VERSION, 4);
  // Comment, disk and internal attributes are 0.
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(MODE, 6);
  tail.writeUInt32LE(Math.min(offset, MAX_32), 10);
  const sizes = [packedSize, size].map((value) => Math.min(value, MAX_32));
  const parts = [head, describe(entry, large.length > 0, sizes), writeLengths(name, extra), tail];
  return Buffer.concat([...parts, Buffer.from(name), extra]);
}

/** The end of the archive, with the larger form before it where the smaller cannot hold the numbers. */
export function writeEnd(entries: number, size: number, offset: number): Uint8Array {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  for (const at of [8, 10]) end.writeUInt16LE(Math.min(entries, MAX_16), at);
  end.writeUInt32LE(Math.min(size, MAX_32), 12);
  end.writeUInt32LE(Math.min(offset, MAX_32), 16);
  if (entries < MAX_16 && size < MAX_32 && offset < MAX_32) return end;
  const large = Buffer.alloc(56);
  large.writeUInt32LE(0x06064b50);
  large.writeBigUInt64LE(44n, 4);
  large.writeUInt16LE(UNIX | ZIP64_VERSION, 12);
  large.writeUInt16LE(ZIP64_VERSION, 14);
  [entries, entries, size, offset].forEach((value, index) => large.writeBigUInt64LE(BigInt(value), 24 + 8 * index));
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([large, locator, end]);
}

/** What both headers have in common. */
function describe({ method, crc32 }: ZipEntry, large: boolean, sizes: readonly number[]): Buffer {
  const common = Buffer.alloc(22);
  common.writeUInt16LE(large ? ZIP64_VERSION : PLAIN_VERSION, 0);
  common.writeUInt16LE(UTF8_NAMES, 2);
  common.writeUInt16LE(method === 'deflated' ? 8 : 0, 4);
  common.writeUInt16LE(DATE, 8);
  common.writeUInt32LE(crc32, 10);
  sizes.forEach((value, index) => common.writeUInt32LE(value, 14 + 4 * index));
  return common;
}

function writeLengths(name: string, extra: Uint8Array): Buffer {
  const lengths = Buffer.alloc(4);
  lengths.writeUInt16LE(Buffer.byteLength(name), 0);
  lengths.writeUInt16LE(extra.byteLength, 2);
  return lengths;
}

/** The numbers that are too large for their places (APPNOTE 4.5.3). */
function writeExtra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, index) => extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index));
  return extra;
}
