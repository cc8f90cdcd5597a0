import { expect, test } from '@jest/globals';
import { measureGuard } from '../../../tools/bench/guard.ts';

test('identity and policy stay far below their targets in a warm process', async () => {
  const figures = await measureGuard(25);
  expect(figures.map(({ title, mostMs }) => [title, mostMs])).toEqual([
    ['identity and policy together, warm', 15],
    ['a parsed policy with 500 grants decided: granted', 5],
    ['a parsed policy with 500 grants decided: denied and explained', 5],
  ]);
  for (const { ours, peer, mostMs } of figures) {
    // The least: a busy machine can only add.
    expect(ours.least).toBeLessThan(mostMs);
    expect(ours.least).toBeGreaterThan(0);
    expect(peer.least).toBeGreaterThan(0);
  }
});
