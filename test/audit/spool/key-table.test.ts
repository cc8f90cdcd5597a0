import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KeyTable } from '../../../src/audit/spool/index.ts';

const hexDigit = fc.nat(15).map((digit) => digit.toString(16));
const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: hexDigit, minLength: length, maxLength: length });
/** Few of them, so that they come again; and texts that nearly are one. */
const key = fc.oneof(
  fc.uuid(),
  fc.nat(40).map((n) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`),
  fc.nat(40).map((n) => `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`),
  fc.uuid().map((uuid) => uuid.toUpperCase()),
  fc.uuid().map((uuid) => uuid.replace('-', '0')),
  hex(64),
  fc.string({ maxLength: 40 }),
  fc.constantFrom('', '__proto__', 'g'.repeat(36), '-'.repeat(36)),
);

describe('a table of keys', () => {
  it('is as a map, whatever the keys are', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.nat(2 ** 31)), { maxLength: 200 }), fc.array(key), (pairs, others) => {
        const [table, map] = [new KeyTable(), new Map<string, number>()];
        for (const [name, value] of pairs) {
          expect(table.get(name)).toBe(map.get(name));
          table.set(name, value);
          map.set(name, value);
        }
        expect(table.size).toBe(map.size);
        for (const name of [...map.keys(), ...others]) expect(table.get(name)).toBe(map.get(name));
      }),
      { numRuns: 300 },
    );
  });

  it('grows, and holds the largest number', () => {
    const table = new KeyTable();
    const names = Array.from({ length: 5000 }, (_, n) =>
      n % 2 === 0 ? `name ${String(n)}` : `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
    );
    names.forEach((name, n) => {
      table.set(name, 2 ** 32 - 1 - n);
    });
    expect(table.size).toBe(5000);
    expect(names.filter((name, n) => table.get(name) !== 2 ** 32 - 1 - n)).toEqual([]);
  });

  it('begins anew when it was cleared', () => {
    const table = new KeyTable();
    for (let n = 0; n < 3000; n += 1) table.set(String(n), n);
    table.clear();
    expect([table.size, table.get('7')]).toEqual([0, undefined]);
    for (let n = 0; n < 3000; n += 1) table.set(String(n), n + 1);
    expect([table.size, table.get('7'), table.get('2999')]).toEqual([3000, 8, 3000]);
  });

  it('tells halves of pairs from each other, and from what stands for them in UTF-8', () => {
    const table = new KeyTable();
    const names = ['a\ud800', 'a\ud801', 'a\udc00', 'a\ufffd', 'a\ud800\udc00'];
    names.forEach((name, n) => {
      table.set(name, n);
    });
    expect(names.map((name) => table.get(name))).toEqual([0, 1, 2, 3, 4]);
  });

  it('tells a digest from a UUID of the same bits', () => {
    const table = new KeyTable();
    // The first 16 bytes of the SHA-256 of "name".
    table.set('82a3537f-f0db-ce7e-ec35-d69edc3a189e', 1);
    expect(table.get('name')).toBeUndefined();
  });
});
