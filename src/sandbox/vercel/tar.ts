/** What is wrong with an archive, said as the build would. */
class TarFault extends Error {
  override readonly name = 'TarFault';
}

export interface TarEntry {
  readonly path: string;
  readonly kind: 'file' | 'symlink' | 'directory';
  /** Permission bits. */
  readonly mode: number;
  readonly size: number;
  /** A symlink's target. */
  readonly linkPath: string;
  /** The content, to be read before the next entry; what is left unread is passed over. */
  readonly content: () => AsyncIterable<Uint8Array>;
}

const BLOCK = 512;
const MAX_PAX_BYTES = 1024 * 1024;
const KINDS: Readonly<Record<string, TarEntry['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '2': 'symlink',
  '5': 'directory',
};

/** Entries of a POSIX tar (ustar, with pax headers for long names), in their order. Throws a `TarFault` where it is none. */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const reader = new ByteReader(source);
  let pax: Readonly<Record<string, string>> = {};
  for (;;) {
    const block = await reader.take(BLOCK);
    if (isZero(block)) return reader.expectEnd();
    const header = readHeader(block);
    if (header.type === 'x') {
      if (header.size > MAX_PAX_BYTES) throw new TarFault('a pax header is too large');
      pax = readPax(await reader.take(header.size));
      await reader.skip(padding(header.size));
      continue;
    }
    const kind = KINDS[header.type];
    const path = (pax['path'] ?? header.path).replace(/\/$/, '');
    if (!kind)
      throw new TarFault(
        `the entry "${path}" is of the type ${JSON.stringify(header.type)}, which a build does not take`,
      );
    const size = pax['size'] === undefined ? header.size : Number(pax['size']);
    let left = size;
    const content = async function* (): AsyncGenerator<Uint8Array> {
      while (left > 0) {
        const piece = await reader.some(left);
        left -= piece.byteLength;
        yield piece;
      }
    };
    yield { path, kind, mode: header.mode, size, linkPath: pax['linkpath'] ?? header.linkPath, content };
    await reader.skip(left + padding(size));
    pax = {};
  }
}

interface Header {
  readonly path: string;
  readonly mode: number;
  readonly size: number;
  readonly type: string;
  readonly linkPath: string;
}

function readHeader(block: Buffer): Header {
  const said = readOctal(block, 148, 8);
  let sum = 0;
  for (const [index, byte] of block.entries()) sum += index >= 148 && index < 156 ? 0x20 : byte;
  if (said !== sum) throw new TarFault(`a header has the checksum ${String(sum)}, and says ${String(said)}`);
  if (readText(block, 257, 5) !== 'ustar') throw new TarFault('a header is not of the ustar format');
  const [prefix, name] = [readText(block, 345, 155), readText(block, 0, 100)];
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    mode: readOctal(block, 100, 8) & 0o7777,
    size: readOctal(block, 124, 12),
    type: block.toString('latin1', 156, 157),
    linkPath: readText(block, 157, 100),
  };
}

function readText(block: Buffer, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

function readOctal(block: Buffer, start: number, length: number): number {
  const text = readText(block, start, length).trim();
  if (!/^[0-7]+$/.test(text)) throw new TarFault(`a header holds "${text}" in place of an octal number`);
  return parseInt(text, 8);
}

/** Records of `length key=value\n`; the length counts itself, in bytes. */
function readPax(bytes: Buffer): Readonly<Record<string, string>> {
  const records: Record<string, string> = {};
  for (let offset = 0; offset < bytes.byteLength;) {
    const space = bytes.indexOf(' ', offset);
    const length = Number(bytes.toString('latin1', offset, space));
    const record = bytes.toString('utf8', space + 1, offset + length);
    const equals = record.indexOf('=');
    if (space < 0 || !(length > 0) || equals < 0 || !record.endsWith('\n'))
      throw new TarFault('a pax header is broken');
    records[record.slice(0, equals)] = record.slice(equals + 1, -1);
    offset += length;
  }
  return records;
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** One byte at least, `most` at most. */
  async some(most: number): Promise<Buffer> {
    while (this.#rest.byteLength === 0) {
      const next = await this.#source.next();
      if (next.done === true) throw new TarFault('it ends in the middle');
      const { buffer, byteOffset, byteLength } = next.value;
      this.#rest = Buffer.from(buffer, byteOffset, byteLength);
    }
    const piece = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(piece.byteLength);
    return piece;
  }

  async take(length: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let left = length; left > 0;) {
      const piece = await this.some(left);
      left -= piece.byteLength;
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0;) left -= (await this.some(left)).byteLength;
  }

  /** Zeros alone up to the end, which is read: there the compression's own checksum is compared. */
  async expectEnd(): Promise<void> {
    for (let zero = isZero(this.#rest); zero;) {
      const next = await this.#source.next();
      if (next.done === true) return;
      zero = isZero(next.value);
    }
    throw new TarFault('something follows its end');
  }
}
