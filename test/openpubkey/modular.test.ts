import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countBits, invert, preparePowers, toBytes, toInteger } from '../../src/openpubkey/modular.ts';
import { power } from './support/oracle.ts';

const odd = fc.bigInt({ min: 3n, max: 2n ** 512n }).map((value) => value | 1n);
const exponent = fc.bigInt({ min: 0n, max: 2n ** 80n - 1n });

describe('preparePowers', () => {
  it('multiplies by the power that the definition gives', () => {
    fc.assert(
      fc.property(odd, fc.bigInt({ min: 0n }), fc.bigInt({ min: 0n }), exponent, (n, base, factor, by) => {
        const timesPower = preparePowers(base % n, 80, n);
        expect(timesPower(factor % n, by)).toBe(((factor % n) * power(base % n, by, n)) % n);
      }),
    );
  });

  it.each([1, 2, 3, 8, 16, 17])('reads the highest of %d bits', (bits) => {
    const highest = 2n ** BigInt(bits) - 1n;
    expect(preparePowers(5n, bits, 1_000_003n)(2n, highest)).toBe((2n * power(5n, highest, 1_000_003n)) % 1_000_003n);
  });
});

describe('invert', () => {
  it('gives the inverse, or nothing where there is none', () => {
    fc.assert(
      fc.property(odd, fc.bigInt({ min: 0n }), (n, any) => {
        const value = any % n;
        const inverse = invert(value, n);
        if (inverse === undefined) {
          expect(gcd(value, n)).not.toBe(1n);
        } else {
          expect((inverse * value) % n).toBe(1n);
          expect(inverse > 0n && inverse < n).toBe(true);
        }
      }),
    );
  });

  it.each([0n, 3n, 5n, 10n])('gives nothing for %d modulo 15', (value) => {
    expect(invert(value, 15n)).toBeUndefined();
  });
});

describe('integers as bytes', () => {
  it('come back, at the length that was asked for', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        expect(new Uint8Array(toBytes(toInteger(bytes), bytes.length))).toEqual(bytes);
      }),
    );
    expect(toInteger(Buffer.of())).toBe(0n);
    expect(toInteger(Buffer.from('0010203040', 'hex').subarray(1, 3))).toBe(0x1020n);
  });

  it.each([
    { value: 1n, bits: 1 },
    { value: 255n, bits: 8 },
    { value: 65537n, bits: 17 },
  ])('of $value have $bits bits', ({ value, bits }) => {
    expect(countBits(value)).toBe(bits);
  });
});

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}
