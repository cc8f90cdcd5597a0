import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, expect, test } from '@jest/globals';
import { measureStart, printStart } from '../../../tools/bench/start.ts';

const folder = mkdtempSync(`${tmpdir()}/bench-start-`);
afterAll(() => rmSync(folder, { recursive: true }));

test('a program is timed to its first line, not to its end', async () => {
  const main = `${folder}/main.cjs`;
  writeFileSync(main, "process.stdout.write('first\\n'); setTimeout(() => process.stdout.write('last\\n'), 700);");
  const figure = await measureStart(main, 3);
  expect(figure.first.least).toBeGreaterThan(0);
  expect(figure.first.least).toBeLessThan(700 + figure.bare.least);
  expect(printStart(figure)).toMatch(/the pipe \d+ ms [^]*node -e 0, to its end \d+ ms [^]*ratio \d/);
});

test('a program that says nothing has no first line, and misses', async () => {
  const main = `${folder}/silent.cjs`;
  writeFileSync(main, '');
  expect(await measureStart(main, 1)).toMatchObject({ first: { median: Infinity }, verdict: 'missed' });
});
