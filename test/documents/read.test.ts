import { describe, expect, it } from '@jest/globals';
import { readDocument } from '../../src/documents/index.ts';
import { faultsOf, invalid, read } from './support/document.ts';

describe('readDocument', () => {
  it('gives plain values, by the core schema of YAML 1.2', () => {
    expect(read('a: no\nb: 1.0\nc: [yes, 2026-11-30, 0x10, ~]\nd: { "e": "\\u0041" }\n').value).toEqual({
      ...{ a: 'no', b: 1, c: ['yes', '2026-11-30', 16, null], d: { e: 'A' } },
    });
  });

  it('gives an empty file as null', () => {
    expect(read('# nothing\n').value).toBeNull();
  });

  it.each([
    { name: 'a byte order mark', text: '\uFEFFa: 1\n' },
    { name: 'Windows line ends', text: 'a: 1\r\n' },
    { name: 'tabs after the indent', text: 'a:\t1\t# one\n' },
    { name: 'the marks of one document', text: '---\na: 1\n...\n' },
  ])('takes $name', ({ text }) => {
    expect(read(text).value).toEqual({ a: 1 });
  });

  it.each([
    {
      name: 'the file by the name that it is given',
      text: 'x'.repeat(256 * 1024 + 1),
      says: '1:1 test file: 262145 bytes',
    },
    { name: 'a character that does not show', text: 'a: 1\nb: "x\u202ey"', says: '2:6 the character \\u202e; wanted' },
    { name: 'a soft hyphen', text: 'a: pre\u00adview', says: '1:7 the character \\u00ad; wanted' },
    {
      name: 'a separator of lines that YAML does not know',
      text: 'a: 1 # x\u2028b: 2',
      says: '1:9 the character \\u2028',
    },
    { name: 'a second document', text: 'a: 1\n---\nb: 1', says: '2:1 a second document; wanted one' },
  ])('refuses, and places, $name', ({ text, says }) => {
    expect(faultsOf(text)).toEqual([expect.stringContaining(says)]);
  });

  it('takes exactly 256 KiB', () => {
    expect(read(`a: 1 #${'x'.repeat(256 * 1024 - 6)}`).value).toEqual({ a: 1 });
  });

  it('throws what its caller makes of the lines', () => {
    expect(() => readDocument(new Uint8Array([0xff]), 'test file', invalid)).toThrow(
      expect.objectContaining({ code: 'USAGE', faults: ['1:1 test file: not UTF-8; wanted text saved as UTF-8'] }),
    );
  });
});

describe('describe', () => {
  const document = read('a:\n  - b: 1\n    c: 2\n"d\u00e9": 3\n');
  const fault = (path: readonly string[], what = 'wrong') => ({ path, what, wanted: 'right' });

  it('places each fault at its key or item, from top to bottom', () => {
    const faults = [fault(['d\u00e9']), fault(['a', '0', 'c']), fault(['a', '0']), fault([])];
    expect(document.describe(faults)).toEqual([
      '1:1 test file: wrong; wanted right',
      '2:5 a[0]: wrong; wanted right',
      '3:5 a[0].c: wrong; wanted right',
      '4:1 d\\u00e9: wrong; wanted right',
    ]);
  });

  it('places what is missing at what it is missing from', () => {
    expect(document.describe([fault(['a', '0', 'x', 'y'])])).toEqual(['2:5 a[0].x.y: wrong; wanted right']);
  });

  it('tells one fault for each value, the first, and fifty in all', () => {
    expect(document.describe([fault(['a'], 'one'), fault(['a'], 'two')])).toEqual(['1:1 a: one; wanted right']);
    expect(document.describe(Array.from({ length: 200 }, (_, index) => fault(['a', String(index)])))).toHaveLength(50);
  });

  it('cuts long names', () => {
    expect(document.describe([fault(['x'.repeat(1000)])])).toEqual([`1:1 ${'x'.repeat(80)}: wrong; wanted right`]);
  });
});
