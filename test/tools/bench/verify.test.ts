import { expect, test } from '@jest/globals';
import { measureVerify, printVerify } from '../../../tools/bench/verify.ts';

test('records are verified one after the other, and a keyless one costs more', async () => {
  const figure = await measureVerify(60);
  expect(figure.records).toBe(60);
  expect(figure.plainMs).toBeGreaterThan(0);
  expect(figure.keylessMs).toBeGreaterThan(figure.plainMs);
  expect(figure.totalMs).toBeGreaterThan(0);
  expect(printVerify(figure)).toContain('60, a third keyless');
});
