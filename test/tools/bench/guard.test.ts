import { expect, test } from '@jest/globals';
import { measureGuard, printGuard } from '../../../tools/bench/guard.ts';

test('identity and policy are timed beside the check of the token alone', async () => {
  const figures = await measureGuard(2);
  expect(figures.map(({ title, mostMs }) => [title, mostMs])).toEqual([
    ['identity and policy together, warm', 15],
    ['a parsed policy with 500 grants decided: granted', 5],
    ['a parsed policy with 500 grants decided: denied and explained', 5],
  ]);
  for (const { ours, peer } of figures) {
    expect(ours.least).toBeGreaterThan(0);
    expect(peer.least).toBeGreaterThan(0);
  }
  expect(printGuard(figures).match(/jwtVerify alone/g)).toHaveLength(3);
});
