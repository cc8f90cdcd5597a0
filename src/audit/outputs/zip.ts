import { createHash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';
import { sha256Hex } from '../../digest.ts';
import type { Files } from '../../platform/types.ts';
import { growFile, orDiscard, type GrowingFile } from './text-file.ts';
import { writeCentralHeader, writeEnd, writeLocalHeader, type ZipEntry } from './zip-headers.ts';

const LEVEL = 6;
const LIST = 'list';
const PACKED = 'packed';
/** What gzip (RFC 1952) has around the same bytes: a head without name, and checksum and size. */
const GZIP_HEAD = 10;
const GZIP_TAIL = 8;

/** An archive that is being written: sizes are known before the bytes, so that every reader can stream it. */
export interface ZipWriter {
  readonly entries: number;
  /** Returns the SHA-256 of the file's own bytes, hex. */
  add(name: string, bytes: Uint8Array): Promise<string>;
  /** The same for a file of any size; undefined where nothing is at that path. */
  addFile(name: string, path: string): Promise<string | undefined>;
  /** Writes the list of what is in it. */
  finish(): Promise<void>;
  /** Closes what is open, where it is not finished. The archive itself is its owner's. */
  discard(): Promise<void>;
}

/** Where the archive goes. */
export type Out = Pick<GrowingFile, 'bytes' | 'write' | 'writeBytes'>;

/**
 * The same archive for the same files: they stand in it in the order of their coming, with one time for all. Names must
 * be relative, of ASCII, and each its own.
 * @param work an empty folder for what is packed and not yet written.
 */
export async function createZip(files: Files, out: Out, work: string): Promise<ZipWriter> {
  // On disk: in memory each small header would keep the whole slab alive that Node has cut it from.
  const list = await growFile(files, work, LIST);
  let entries = 0;
  const begin = async (entry: Omit<ZipEntry, 'offset'>): Promise<void> => {
    const whole = { ...entry, offset: out.bytes };
    entries += 1;
    await list.writeBytes(writeCentralHeader(whole));
    await out.writeBytes(writeLocalHeader(whole));
  };
  return {
    get entries() {
      return entries;
    },
    async add(name, bytes) {
      const packed = deflateRawSync(bytes, { level: LEVEL });
      const smaller = packed.byteLength < bytes.byteLength;
      const body = smaller ? packed : bytes;
      const [size, packedSize] = [bytes.byteLength, body.byteLength];
      await begin({ name, method: smaller ? 'deflated' : 'stored', crc32: crc32(bytes), size, packedSize });
      await out.writeBytes(body);
      return sha256Hex(bytes);
    },
    async addFile(name, path) {
      if ((await files.lstat(path))?.kind !== 'file') return undefined;
      const { size, digest, crc, bytes } = await pack(files, path, work);
      const packedSize = bytes - GZIP_HEAD - GZIP_TAIL;
      await begin({ name, method: 'deflated', crc32: crc, size, packedSize });
      await copyPart(files, `${work}/${PACKED}`, GZIP_HEAD, packedSize, out);
      await files.remove(`${work}/${PACKED}`);
      return digest;
    },
    async finish() {
      const offset = out.bytes;
      const { bytes } = await list.close();
      await copyPart(files, `${work}/${LIST}`, 0, bytes, out);
      await files.remove(`${work}/${LIST}`);
      await out.writeBytes(writeEnd(entries, bytes, offset));
    },
    discard: () => list.discard(),
  };
}

/** Packs a file into the folder, and measures it on the way: it is read once, so that it cannot change in between. */
async function pack(
  files: Files,
  path: string,
  work: string,
): Promise<{ readonly size: number; readonly digest: string; readonly crc: number; readonly bytes: number }> {
  const hash = createHash('sha256');
  let [size, crc] = [0, 0];
  async function* measure(): AsyncGenerator<Uint8Array> {
    for await (const chunk of files.stream(path)) {
      hash.update(chunk);
      crc = crc32(chunk, crc);
      size += chunk.byteLength;
      yield chunk;
    }
  }
  const packed = await growFile(files, work, PACKED);
  const { bytes } = await orDiscard(packed, async () => {
    for await (const chunk of files.gzip(measure(), LEVEL)) await packed.writeBytes(chunk);
    return packed.close();
  });
  return { size, digest: hash.digest('hex'), crc, bytes };
}

async function copyPart(files: Files, path: string, from: number, length: number, out: Out): Promise<void> {
  let at = 0;
  for await (const chunk of files.stream(path)) {
    const part = chunk.subarray(Math.max(0, from - at), Math.max(0, from + length - at));
    at += chunk.byteLength;
    if (part.byteLength > 0) await out.writeBytes(part);
  }
}
