import { describe, expect, it } from '@jest/globals';
import { runPool } from '../../src/deploy/pool.ts';
import { NEVER } from './support/fake-api.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('runPool', () => {
  it('works on every item once, and on no more at a time than it may', async () => {
    const done: number[] = [];
    let open = 0;
    let most = 0;
    await runPool([1, 2, 3, 4, 5, 6, 7], 3, NEVER, async (item) => {
      open += 1;
      most = Math.max(most, open);
      await turn();
      done.push(item);
      open -= 1;
    });
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  it('throws the first failure when all that were begun have ended, and begins no other', async () => {
    const failure = new Error('the second');
    const ended: number[] = [];
    const work = async (item: number, signal: AbortSignal): Promise<void> => {
      if (item === 2) throw failure;
      while (!signal.aborted) await turn();
      ended.push(item);
      throw new Error('a later one');
    };
    await expect(runPool([1, 2, 3, 4], 3, NEVER, work)).rejects.toBe(failure);
    expect(ended).toEqual([1, 3]);
  });

  it("stops with the signal's own reason", async () => {
    const stop = new AbortController();
    const reason = new Error('stopped by the user');
    const begun: number[] = [];
    const pool = runPool([1, 2, 3], 1, stop.signal, async (item) => {
      begun.push(item);
      stop.abort(reason);
      await turn();
    });
    await expect(pool).rejects.toBe(reason);
    expect(begun).toEqual([1]);
  });
});
