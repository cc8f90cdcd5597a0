import { describe, expect, it } from '@jest/globals';
import { isoTime } from '../../src/audit/iso-time.ts';

describe('isoTime', () => {
  it('writes what Date writes, of any time', () => {
    const fixed = [0, -1, 0.5, -0.5, 999.9, -999.9, 8.64e15, -8.64e15, Date.UTC(2026, 11, 31, 23, 59, 59, 999)];
    const day = 86_400_000;
    const random = Array.from({ length: 5000 }, (_, at) => ((at * 2_654_435_761) % 4e12) * (at % 3 === 0 ? -7.1 : 1.3));
    for (const at of [...fixed, ...random, day, day - 1, -day, -day - 1]) {
      expect(isoTime(at)).toBe(new Date(at).toISOString());
    }
  });

  it.each([NaN, Infinity, -Infinity, 8.64e15 + 1, -8.64e15 - 1])('is undefined for %p', (at) => {
    expect(isoTime(at)).toBeUndefined();
  });
});
