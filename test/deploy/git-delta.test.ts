import { describe, expect, it } from '@jest/globals';
import { applyDelta, parseSize } from '../../src/deploy/git-delta.ts';
import { encodeSize, makeDelta } from './support/git-pack.ts';

const BASE = Buffer.from('0123456789');

/** The sizes that a delta begins with, then its steps. */
function delta(steps: readonly number[], { from = BASE.length, to = 3 } = {}): Buffer {
  return Buffer.concat([encodeSize(from), encodeSize(to), Buffer.from(steps)]);
}

function apply(bytes: Uint8Array, base: Uint8Array = BASE, maxBytes = 1_000_000): string | undefined {
  const made = applyDelta(base, bytes, maxBytes);
  return made && Buffer.from(made).toString('latin1');
}

describe('parseSize', () => {
  it.each([0, 1, 127, 128, 300, 2 ** 21, 2 ** 32 + 5])('reads %d', (size) => {
    const bytes = Buffer.concat([Buffer.of(0xff), encodeSize(size), Buffer.of(1)]);
    expect(parseSize(bytes, 1)).toEqual({ value: size, next: bytes.length - 1 });
  });

  it.each([
    { name: 'nothing', bytes: [] },
    { name: 'a size that is cut off', bytes: [0x80] },
    { name: 'a size without an end', bytes: Array.from({ length: 9 }, () => 0x80) },
  ])('knows no size in $name', ({ bytes }) => {
    expect(parseSize(Uint8Array.from(bytes), 0)).toBeUndefined();
  });
});

describe('applyDelta', () => {
  it.each([
    { name: 'bytes of its own', steps: [3, 0x61, 0x62, 0x63], made: 'abc' },
    { name: 'a copy from the beginning', steps: [0x90, 3], made: '012' },
    { name: 'a copy to the end', steps: [0x91, 7, 3], made: '789' },
    { name: 'copies and bytes', steps: [0x91, 9, 1, 1, 0x2d, 0x90, 1], made: '9-0' },
  ])('makes $name', ({ steps, made }) => {
    expect(apply(delta(steps))).toBe(made);
  });

  it('reads all bytes of an offset and a size', () => {
    const base = Buffer.alloc(0x1020304 + 0x10203);
    base.write('here', 0x1020304);
    const steps = [0xff, 4, 3, 2, 1, 3, 2, 1];
    const made = apply(delta(steps, { from: base.length, to: 0x10203 }), base);
    expect(made?.slice(0, 5)).toBe('here\0');
    expect(made).toHaveLength(0x10203);
  });

  it('takes a copy without a size for 64 KiB', () => {
    const base = Buffer.alloc(0x10000, 'ab');
    expect(apply(delta([0x80], { from: 0x10000, to: 0x10000 }), base)).toBe(base.toString());
  });

  it.each([
    { name: 'of another base', bytes: delta([0x90, 3], { from: 9 }) },
    { name: 'that makes too little', bytes: delta([0x90, 2]) },
    { name: 'that makes too much', bytes: delta([0x90, 4]) },
    { name: 'that copies from behind the base', bytes: delta([0x91, 8, 3]) },
    { name: 'that copies from far behind it', bytes: delta([0x98, 0xff, 3]) },
    { name: 'with bytes that are cut off', bytes: delta([3, 0x61, 0x62], { to: 2 }) },
    { name: 'with a copy that is cut off', bytes: delta([0x91, 7]) },
    { name: 'with a step that git does not know', bytes: delta([0x90, 3, 0]) },
    { name: 'without a second size', bytes: encodeSize(BASE.length) },
    { name: 'without anything', bytes: Buffer.of() },
  ])('makes nothing of one $name', ({ bytes }) => {
    expect(apply(bytes)).toBeUndefined();
  });

  it('makes no more than it may, and takes no memory for what is too much', () => {
    expect(apply(delta([0x90, 3]), BASE, 3)).toBe('012');
    expect(apply(delta([0x90, 3]), BASE, 2)).toBeUndefined();
    expect(apply(delta([0x90, 3], { to: 2 ** 48 }))).toBeUndefined();
  });

  it('ends, and throws nothing, for any damage', () => {
    const target = Buffer.from('0123456-and-more-of-its-own');
    const whole = makeDelta(BASE, target);
    expect(apply(whole)).toBe(target.toString());
    for (let at = 0; at < whole.length; at += 1) {
      expect(apply(whole.subarray(0, at))).toBeUndefined();
      for (let value = 0; value < 256; value += 1) {
        const damaged = Buffer.from(whole);
        damaged[at] = value;
        expect([undefined, target.length]).toContain(apply(damaged)?.length);
      }
    }
  });
});
