import { describe, expect, it } from '@jest/globals';
import { atMost } from '../../src/audit/at-most.ts';

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('work of which so much is done at once', () => {
  it('waits in its order, and never runs dry', async () => {
    const gate = atMost(3);
    const begun: number[] = [];
    let [running, most] = [0, 0];
    const work = async (number: number): Promise<number> => {
      begun.push(number);
      running += 1;
      most = Math.max(most, running);
      for (let turns = 0; turns < number % 3; turns += 1) await turn();
      running -= 1;
      return number;
    };
    const numbers = Array.from({ length: 20 }, (_, number) => number);
    expect(await Promise.all(numbers.map((number) => gate(() => work(number))))).toEqual(numbers);
    expect([begun, most, running]).toEqual([numbers, 3, 0]);
    expect(await gate(() => work(20))).toBe(20);
  });

  it('gives its place away also where it fails', async () => {
    const gate = atMost(1);
    const failed = gate(() => Promise.reject(new Error('broken')));
    const behind = gate(() => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('broken');
    expect(await behind).toBe('done');
  });
});
