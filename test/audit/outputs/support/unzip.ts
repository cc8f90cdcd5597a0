import { inflateRawSync } from 'node:zlib';

export interface Unzipped {
  readonly name: string;
  readonly bytes: Buffer;
  readonly time: number;
  readonly offset: number;
}

/** Reads an archive by the format's own page: from its end, by its list, with every header compared with the list. */
export function unzip(zip: Buffer): readonly Unzipped[] {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let [entries, at] = [zip.readUInt16LE(end + 10), zip.readUInt32LE(end + 16)];
  if (zip.readUInt32LE(end - 20) === 0x07064b50) {
    const large = Number(zip.readBigUInt64LE(end - 20 + 8));
    need(zip.readUInt32LE(large) === 0x06064b50, 'the larger end');
    [entries, at] = [Number(zip.readBigUInt64LE(large + 32)), Number(zip.readBigUInt64LE(large + 48))];
  }
  return Array.from({ length: entries }, () => {
    need(zip.readUInt32LE(at) === 0x02014b50, 'a line of the list');
    const [nameLength, extraLength] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30)];
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const [method, time, packed, size] = [10, 12, 20, 24].map((place) =>
      place < 20 ? zip.readUInt16LE(at + place) : zip.readUInt32LE(at + place),
    );
    const offset = zip.readUInt32LE(at + 42);
    need(zip.readUInt32LE(offset) === 0x04034b50, 'a header');
    // Version to checksum and sizes are the same in both.
    need(zip.subarray(offset + 4, offset + 26).equals(zip.subarray(at + 6, at + 28)), 'a header as in the list');
    const start = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
    const body = zip.subarray(start, start + (packed ?? 0));
    const bytes = method === 8 ? inflateRawSync(body) : body;
    need(bytes.length === size, 'the size');
    at += 46 + nameLength + extraLength;
    return { name, bytes, time: time ?? 0, offset };
  });
}

/** Not jest's: tens of thousands of its expectations take half a minute. */
function need(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the archive is not sound: ${what}`);
}
