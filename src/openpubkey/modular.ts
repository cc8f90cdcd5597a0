/** Arithmetic on integers modulo n, 0 ≤ value < n. None of it takes a constant time: see `bind.ts` for what that means. */

/** Big-endian, as RSA writes integers. */
export function toInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`);
}

export function toBytes(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex');
}

/** Number of bits of a value above 0. */
export function countBits(value: bigint): number {
  return value.toString(2).length;
}

/** The value whose product with this one is 1, by Euclid; undefined where the two share a factor. */
export function invert(value: bigint, n: bigint): bigint | undefined {
  let [high, low] = [n, value];
  let [before, now] = [0n, 1n];
  while (low !== 0n) {
    const quotient = high / low;
    [high, low] = [low, high - quotient * low];
    [before, now] = [now, before - quotient * now];
  }
  if (high !== 1n) return undefined;
  return before < 0n ? before + n : before;
}

/** Exponents are read in windows of this many bits: for 16 exponents of 16 bits the fewest multiplications. */
const WINDOW_BITS = 3;

/**
 * Multiplies by powers of one base. The base's repeated squares, and the products of those that lie in one window, are
 * computed once; an exponent then takes one multiplication for each of its windows.
 * @param bits the exponents' length at most.
 * @returns `(factor, exponent)` → factor · base^exponent mod n
 */
export function preparePowers(base: bigint, bits: number, n: bigint): (factor: bigint, exponent: bigint) => bigint {
  const windows: (readonly bigint[])[] = [];
  for (let start = 0, square = base; start < bits; start += WINDOW_BITS) {
    const products = [1n];
    for (let bit = 0; bit < WINDOW_BITS; bit++) {
      const times = square;
      products.push(...products.map((product) => (product * times) % n));
      square = (square * square) % n;
    }
    windows.push(products);
  }
  return (factor, exponent) => {
    let product = factor;
    windows.forEach((products, at) => {
      const power = products[Number(BigInt.asUintN(WINDOW_BITS, exponent >> BigInt(at * WINDOW_BITS)))];
      if (power !== undefined && power !== 1n) product = (product * power) % n;
    });
    return product;
  };
}
