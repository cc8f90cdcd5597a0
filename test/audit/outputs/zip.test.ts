import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { openSync, writeSync, closeSync, mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { growFile } from '../../../src/audit/outputs/text-file.ts';
import { createZip, type Out } from '../../../src/audit/outputs/zip.ts';
import { writeCentralHeader, writeLocalHeader } from '../../../src/audit/outputs/zip-headers.ts';
import { sha256Hex } from '../../../src/digest.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import { makeFolder, type Folder } from './support/folder.ts';
import { unzip } from './support/unzip.ts';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
  mkdirSync(`${folder.path}/work`);
});
afterEach(() => folder.end());

const python = (script: string): string =>
  execFileSync('python3', ['-c', script, `${folder.path}/a.zip`], { encoding: 'utf8' });
const TEXT = Buffer.from('to be packed, '.repeat(100));
const NOISE = randomBytes(300_000);

async function make(name = 'a.zip'): Promise<Buffer> {
  const out = await growFile(nodeFiles, folder.path, name);
  const zip = await createZip(nodeFiles, out, `${folder.path}/work`);
  expect(await zip.add('text.txt', TEXT)).toBe(sha256Hex(TEXT));
  await zip.add('empty', new Uint8Array());
  await zip.add('noise', NOISE.subarray(0, 1000));
  expect(await zip.addFile('large/noise', folder.write('noise', NOISE))).toBe(sha256Hex(NOISE));
  await zip.addFile('large/empty', folder.write('empty', ''));
  expect(await zip.addFile('none', `${folder.path}/none`)).toBeUndefined();
  expect(await zip.addFile('folder', folder.path)).toBeUndefined();
  expect(zip.entries).toBe(5);
  await zip.finish();
  await out.close();
  expect(folder.list('work')).toEqual([]);
  return folder.bytes(name);
}

describe('an archive', () => {
  it('has what was put in, by our own reading', async () => {
    const found = unzip(await make());
    expect(found.map(({ name }) => name)).toEqual(['text.txt', 'empty', 'noise', 'large/noise', 'large/empty']);
    expect(found.map(({ bytes }) => sha256Hex(bytes))).toEqual(
      [TEXT, '', NOISE.subarray(0, 1000), NOISE, ''].map((bytes) => sha256Hex(bytes)),
    );
    expect(new Set(found.map(({ time }) => time))).toEqual(new Set([0]));
  });

  it("has it by python's reading, and is sound by unzip's", async () => {
    await make();
    const script = `import sys,zipfile,hashlib
z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
for i in z.infolist(): print(i.filename, i.date_time, oct(i.external_attr >> 16), i.compress_type, hashlib.sha256(z.read(i)).hexdigest())`;
    const line = (name: string, type: number, bytes: Buffer | string): string =>
      `${name} (1980, 1, 1, 0, 0, 0) 0o100644 ${String(type)} ${sha256Hex(bytes)}\n`;
    expect(python(script)).toBe(
      [
        ...[line('text.txt', 8, TEXT), line('empty', 0, ''), line('noise', 0, NOISE.subarray(0, 1000))],
        ...[line('large/noise', 8, NOISE), line('large/empty', 8, '')],
      ].join(''),
    );
    expect(execFileSync('unzip', ['-t', `${folder.path}/a.zip`], { encoding: 'utf8' })).toContain('No errors detected');
  });

  it('is the same again', async () => {
    expect((await make('b.zip')).equals(await make())).toBe(true);
  });
});

it('holds more files than the old format can count', async () => {
  const out = await growFile(nodeFiles, folder.path, 'a.zip');
  const zip = await createZip(nodeFiles, out, `${folder.path}/work`);
  const bytes = Buffer.from('x');
  for (let number = 0; number < 70_000; number += 1) await zip.add(`f/${String(number)}`, bytes);
  await zip.finish();
  await out.close();
  expect(unzip(folder.bytes('a.zip'))).toHaveLength(70_000);
  expect(
    python('import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(len(z.namelist()), z.read("f/69999"))'),
  ).toBe("70000 b'x'\n");
}, 60_000);

/** Writes to a place behind `start` in a file that takes no room before it. */
function growBehind(start: number): { readonly file: Out; readonly close: () => void } {
  const fd = openSync(`${folder.path}/a.zip`, 'w');
  let at = start;
  const writeBytes = (bytes: Uint8Array): Promise<void> => {
    at += writeSync(fd, bytes, 0, bytes.byteLength, at);
    return Promise.resolve();
  };
  const file = {
    get bytes() {
      return at;
    },
    writeBytes,
    write: (text: string) => writeBytes(Buffer.from(text)),
  };
  return { file, close: () => closeSync(fd) };
}

it('reaches beyond four gigabytes', async () => {
  const { file, close } = growBehind(5 * 2 ** 30);
  const zip = await createZip(nodeFiles, file, `${folder.path}/work`);
  await zip.add('far.txt', TEXT);
  await zip.finish();
  close();
  const script =
    'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); i=z.infolist()[0]; print(i.header_offset, len(z.read(i)))';
  expect(python(script)).toBe(`${String(5 * 2 ** 30)} ${String(TEXT.length)}\n`);
});

it('tells sizes beyond four gigabytes in the larger form', () => {
  const entry = { name: 'a', method: 'deflated', crc32: 1, size: 2 ** 33, packedSize: 7, offset: 2 ** 34 } as const;
  const [local, central] = [Buffer.from(writeLocalHeader(entry)), Buffer.from(writeCentralHeader(entry))];
  expect([local.readUInt16LE(4), local.readUInt32LE(18), local.readUInt32LE(22)]).toEqual([45, 0xffffffff, 0xffffffff]);
  const extra = local.subarray(30 + 1);
  expect([extra.readUInt16LE(0), extra.readUInt16LE(2)]).toEqual([1, 16]);
  expect([extra.readBigUInt64LE(4), extra.readBigUInt64LE(12)]).toEqual([2n ** 33n, 7n]);
  expect([central.readUInt32LE(20), central.readUInt32LE(24), central.readUInt32LE(42)]).toEqual([
    7, 0xffffffff, 0xffffffff,
  ]);
  const more = central.subarray(46 + 1);
  expect([more.readUInt16LE(2), more.readBigUInt64LE(4), more.readBigUInt64LE(12)]).toEqual([16, 2n ** 33n, 2n ** 34n]);
});
