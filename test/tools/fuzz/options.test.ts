import { describe, expect, it } from '@jest/globals';
import { readOptions } from '../../../tools/fuzz/options.ts';

const KNOWN = ['der', 'records'];
const read = (...args: string[]): ReturnType<typeof readOptions> => readOptions(args, KNOWN);

describe('the options of npm run fuzz', () => {
  it('are a minute of every target, with a seed of its own for each run', () => {
    const { seconds, seed, targets, path } = read();
    expect([seconds, targets, path]).toEqual([60, KNOWN, undefined]);
    expect(Number.isInteger(seed)).toBe(true);
    expect(read().seed).not.toBe(seed);
  });

  it('repeat what was found', () => {
    expect(read('--target', 'der', '--seed=-7', '--path', '3:0:1')).toEqual({
      ...{ seconds: 60, seed: -7, targets: ['der'], path: '3:0:1' },
    });
  });

  it.each([
    [['--target', 'dre'], '--target: dre; wanted of der, records'],
    [['--seconds', '0'], '--seconds: not "0"'],
    [['--seed', 'x'], '--seed: not "x"'],
    [['--path', '1'], '--path: wanted with --seed and one --target'],
    [['--path', '1', '--seed', '1', '--target', 'der', '--target', 'records'], 'one --target'],
    [['--path', 'x', '--seed', '1', '--target', 'der'], '--path: wanted as it was printed'],
    [['--secnods', '1'], 'secnods'],
  ])('are refused: %j', (args, words) => {
    expect(() => read(...args)).toThrow(words);
  });
});
