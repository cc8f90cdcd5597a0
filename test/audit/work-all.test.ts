import { describe, expect, it } from '@jest/globals';
import { workAll, type Work } from '../../src/audit/work-all.ts';

interface Watched {
  readonly here: number[];
  readonly taken: number[];
  /** The most that was on its way to the other thread at once. */
  most: number;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function run(count: number, change: Partial<Work<number>> = {}): Promise<Watched> {
  const watched: Watched = { here: [], taken: [], most: 0 };
  let under = 0;
  await workAll<number>({
    ...{ count, together: 4, rest: turn },
    here: async (number) => {
      watched.here.push(number);
      await turn();
      return true;
    },
    aside: async (number) => {
      under += 1;
      watched.most = Math.max(watched.most, under);
      await turn();
      under -= 1;
      return number;
    },
    take: async (number) => {
      watched.taken.push(number);
      await turn();
    },
    ...change,
  });
  return watched;
}

const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, at) => from + at);

describe('work for two threads', () => {
  it.each([0, 1, 3, 4, 5, 64, 67])('is each done once: %i', async (count) => {
    const { here, taken } = await run(count);
    expect([...here, ...taken].toSorted((a, b) => a - b)).toEqual(numbers(0, count));
  });

  it('is begun at both ends, by what lies together', async () => {
    const { here, taken, most } = await run(64);
    expect(here.slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(taken.slice(0, 4)).toEqual([60, 61, 62, 63]);
    expect(taken.length).toBeGreaterThan(10);
    expect(most).toBe(8);
  });

  it('is done here where there is no other thread', async () => {
    expect(await run(9, { aside: undefined })).toMatchObject({ here: numbers(0, 9), taken: [] });
  });

  it.each([0, 1, 2, 9])('is done here where the other thread fails after %i', async (most) => {
    let asked = 0;
    const aside = async (number: number): Promise<number | undefined> => {
      await turn();
      asked += 1;
      return asked > most ? undefined : number;
    };
    const { here, taken } = await run(40, { aside });
    expect(taken.length).toBeLessThanOrEqual(most);
    expect([...here, ...taken].toSorted((a, b) => a - b)).toEqual(numbers(0, 40));
  });

  it('does not pile up where this thread is slow', async () => {
    let [ahead, most] = [0, 0];
    await run(64, {
      aside: (number) => {
        ahead += 1;
        most = Math.max(most, ahead);
        return Promise.resolve(number);
      },
      here: async () => {
        for (let turns = 0; turns < 20; turns += 1) await turn();
        return true;
      },
      take: () => {
        ahead -= 1;
        return Promise.resolve();
      },
    });
    expect(most).toBeLessThan(20);
  });

  it('rests where there was anything to do', async () => {
    let rests = 0;
    const here = (number: number): Promise<boolean> => Promise.resolve(number % 2 === 0);
    await run(64, { aside: undefined, here, rest: () => Promise.resolve(void (rests += 1)) });
    // And until what the other thread does is over.
    expect([32, 33]).toContain(rests);
  });

  it('ends with what went wrong in either of them', async () => {
    const fails = (): Promise<never> => Promise.reject(new Error('broken'));
    for (const change of [{ here: fails }, { aside: fails }, { take: fails }, { rest: fails }]) {
      await expect(run(64, change)).rejects.toThrow('broken');
    }
  });
});
