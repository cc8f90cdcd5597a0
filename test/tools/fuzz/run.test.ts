import { describe, expect, it } from '@jest/globals';
import { runTurn } from '../../../tools/fuzz/run.ts';

describe('a turn', () => {
  it('counts the inputs of a target, and what they cost', async () => {
    const outcome = await runTurn({ name: 'git-deltas', seed: 1, seconds: 3 });
    expect([outcome.name, outcome.find]).toEqual(['git-deltas', undefined]);
    expect(outcome.runs).toBeGreaterThan(10);
    expect(outcome.growthMib).toBeLessThan(24);
  }, 120_000);

  it('whose process ends has found something', async () => {
    const { find } = await runTurn({ name: 'no such target', seed: 5, seconds: 1 });
    expect(find).toMatchObject({ words: expect.stringContaining('no target no such target'), seed: 5, path: '' });
  }, 120_000);
});
