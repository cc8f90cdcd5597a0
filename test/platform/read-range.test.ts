import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nodeFiles } from '../../src/platform/files.ts';
import { readRange } from '../../src/platform/read-range.ts';

const folder = mkdtempSync(`${tmpdir()}/read-range-test-`);
const file = `${folder}/ten`;
beforeAll(() => writeFileSync(file, '0123456789'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (offset: number, length: number, path = file): string =>
  Buffer.from(readRange(path, offset, length)).toString();

describe('readRange', () => {
  it.each([
    { offset: 0, length: 10, expected: '0123456789' },
    { offset: 3, length: 4, expected: '3456' },
    { offset: 8, length: 100, expected: '89' },
    { offset: 10, length: 1, expected: '' },
    { offset: 2 ** 52, length: 1, expected: '' },
    { offset: 3, length: 0, expected: '' },
  ])('reads $length bytes from $offset', ({ offset, length, expected }) => {
    expect(read(offset, length)).toBe(expected);
  });

  it('takes no more memory than there are bytes', () => {
    expect(readRange(file, 5, 2 ** 45).buffer.byteLength).toBe(5);
  });

  it('reads far into a large file', () => {
    // Full of nothing, so that it takes no room.
    const fd = openSync(`${folder}/large`, 'w');
    writeSync(fd, 'here', 2 ** 32 + 7);
    closeSync(fd);
    expect(read(2 ** 32 + 7, 4, `${folder}/large`)).toBe('here');
  });

  it('follows no link, and does not wait at a pipe', () => {
    symlinkSync('ten', `${folder}/link`);
    expect(() => read(0, 1, `${folder}/link`)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
    execFileSync('mkfifo', [`${folder}/fifo`]);
    expect(read(0, 10, `${folder}/fifo`)).toBe('');
  });

  it('leaves no file open', () => {
    const count = (): number => readdirSync('/proc/self/fd').length;
    const before = count();
    for (let round = 0; round < 20; round += 1) {
      read(0, 1);
      expect(() => read(0, 1, folder)).toThrow(expect.objectContaining({ code: 'EISDIR' }));
    }
    expect(count()).toBe(before);
  });

  it('opens once for many parts, also those that come later', async () => {
    const growing = `${folder}/growing`;
    writeFileSync(growing, 'abc');
    const parts = await nodeFiles.openRanges(growing);
    appendFileSync(growing, 'def');
    expect([parts?.read(0, 2), parts?.read(2, 9)].map((part) => Buffer.from(part ?? []).toString())).toEqual([
      'ab',
      'cdef',
    ]);
    parts?.close();
    expect(() => parts?.read(0, 1)).toThrow(expect.objectContaining({ code: 'EBADF' }));
    expect(await nodeFiles.openRanges(`${folder}/gone`)).toBeUndefined();
  });

  it('is undefined among the files where nothing is', async () => {
    expect(await nodeFiles.readRange(`${folder}/gone`, 0, 1)).toBeUndefined();
    expect(await nodeFiles.readRange(`${file}/below`, 0, 1)).toBeUndefined();
    expect(await nodeFiles.readRange(file, 1, 2)).toEqual(new Uint8Array(Buffer.from('12')));
  });
});
