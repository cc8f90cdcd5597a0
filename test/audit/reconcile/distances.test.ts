import { describe, expect, it } from '@jest/globals';
import { Distances } from '../../../src/audit/reconcile/distances.ts';

function of(...values: readonly number[]): Distances {
  const distances = new Distances();
  for (const value of values) distances.add(value);
  return distances;
}

describe('distances', () => {
  it('have no median where there are none', () => {
    expect(of().summary()).toBeUndefined();
    expect(of(NaN, Infinity).summary()).toBeUndefined();
  });

  it('are exact up to ten seconds', () => {
    expect(of(-3, 9999, 1001, 7, 8).summary()).toEqual({ pairs: 5, min: -3, median: 8, max: 9999, overOneSecond: 2 });
    expect(of(1, 2, 3, 4).median()).toBe(2);
  });

  it('are within half a percent beyond, with exact ends', () => {
    const values = Array.from({ length: 10_001 }, (_, index) => 3_600_000 + index * 97);
    const { min, median = 0, max } = of(...values).summary() ?? { min: 0, max: 0 };
    expect([min, max]).toEqual([3_600_000, 4_570_000]);
    expect(Math.abs(median / 4_085_000 - 1)).toBeLessThan(0.005);
    expect(of(123_456).median()).toBe(123_456);
  });
});
