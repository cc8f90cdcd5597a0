/** At most so many bytes from here in one file, fewer at its end; undefined where it is gone. */
export type ReadPart = (offset: number, length: number) => Promise<Uint8Array | undefined>;

/** `\xfftOc`, then the version. The older form begins at once with its table. */
const SIGNATURE = 0xff744f63;
const VERSION = 2;
const FANOUT_AT = 8;
const NAMES_AT = FANOUT_AT + 256 * 4;
const NAME_BYTES = 20;
const CHECKSUM_BYTES = 4;
const OFFSET_BYTES = 4;
const LARGE_OFFSET_BYTES = 8;
/** Marks an offset that stands in the table of the large ones. */
const LARGE = 0x80000000;

/**
 * Where the object of this name (40 hex digits) begins in the index's pack. Undefined where the index does not have it,
 * is broken, or is of another version than 2, which git has written since 2007.
 */
export async function findOffset(read: ReadPart, name: string): Promise<number | undefined> {
  const head = await readWhole(read, 0, NAMES_AT);
  if (head?.getUint32(0) !== SIGNATURE || head.getUint32(4) !== VERSION) return undefined;
  // How many names begin with at most this byte.
  const upTo = (byte: number): number => (byte < 0 ? 0 : head.getUint32(FANOUT_AT + byte * 4));
  const firstByte = Number.parseInt(name.slice(0, 2), 16);
  const position = await findName(read, name, { low: upTo(firstByte - 1), high: upTo(firstByte) });
  return position === undefined ? undefined : readOffset(read, position, upTo(0xff));
}

/** The names are sorted. */
async function findName(
  read: ReadPart,
  name: string,
  range: { readonly low: number; readonly high: number },
): Promise<number | undefined> {
  let { low, high } = range;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const bytes = await readWhole(read, NAMES_AT + middle * NAME_BYTES, NAME_BYTES);
    if (!bytes) return undefined;
    const found = toHex(bytes);
    if (found === name) return middle;
    if (found < name) low = middle + 1;
    else high = middle;
  }
  return undefined;
}

async function readOffset(read: ReadPart, position: number, count: number): Promise<number | undefined> {
  const offsetsAt = NAMES_AT + count * (NAME_BYTES + CHECKSUM_BYTES);
  const offset = (await readWhole(read, offsetsAt + position * OFFSET_BYTES, OFFSET_BYTES))?.getUint32(0);
  if (offset === undefined || offset < LARGE) return offset;
  const largeAt = offsetsAt + count * OFFSET_BYTES + (offset - LARGE) * LARGE_OFFSET_BYTES;
  const large = Number((await readWhole(read, largeAt, LARGE_OFFSET_BYTES))?.getBigUint64(0));
  return Number.isSafeInteger(large) ? large : undefined;
}

async function readWhole(read: ReadPart, offset: number, length: number): Promise<DataView | undefined> {
  const bytes = await read(offset, length);
  return bytes?.byteLength === length ? new DataView(bytes.buffer, bytes.byteOffset, length) : undefined;
}

function toHex(view: DataView): string {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('hex');
}
