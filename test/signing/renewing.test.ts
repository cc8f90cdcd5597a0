import { describe, expect, it } from '@jest/globals';
import { renewing, type Ending, type Renewing } from '../../src/signing/renewing.ts';
import { bench, NEVER } from '../http/support/bench.ts';

const START = 1_000_000;

interface Opened {
  readonly first: Ending;
  readonly sessions: Renewing<Ending>;
  /** The session that is used so many milliseconds after the first was opened. */
  readonly at: (ms: number) => Promise<Ending>;
}

function open(lifeMs: number | undefined, next: () => Promise<Ending>): Opened {
  let now = START;
  const { clock } = bench([], { now: () => now });
  const first: Ending = { expiresAt: lifeMs === undefined ? undefined : START + lifeMs };
  const sessions = renewing(first, next, clock);
  const at = (ms: number): Promise<Ending> => {
    now = START + ms;
    return sessions.get(NEVER);
  };
  return { first, sessions, at };
}

describe('a session that is opened again', () => {
  const second = { expiresAt: START + 3_600_000 };
  const give = (): Promise<Ending> => Promise.resolve(second);
  const refuse = (): Promise<Ending> => Promise.reject(new Error('no'));

  it.each([
    { name: 'a long one', life: 900_000, kept: 839_000, renewed: 841_000 },
    { name: 'one of a minute', life: 60_000, kept: 29_000, renewed: 31_000 },
    { name: 'one of two seconds', life: 2_000, kept: 900, renewed: 1_100 },
  ])('is used until near its end: $name', async ({ life, kept, renewed }) => {
    const { first, at } = open(life, give);
    expect(await at(kept)).toBe(first);
    expect(await at(renewed)).toBe(second);
  });

  it('without an end is used for ever', async () => {
    const { first, at } = open(undefined, refuse);
    expect(await at(1e12)).toBe(first);
  });

  it('is used to its very end where there is no other, and no longer', async () => {
    const { first, at } = open(900_000, refuse);
    expect(await at(899_999)).toBe(first);
    await expect(at(900_000)).rejects.toThrow('no');
  });

  it('is not used by who does not wait any more', async () => {
    const { sessions, at } = open(900_000, refuse);
    await at(850_000);
    await expect(sessions.get(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('no');
  });

  it('is given to be revoked once, where it still lives', async () => {
    const { first, sessions, at } = open(900_000, give);
    await at(850_000);
    expect(sessions.takeLive()).toEqual([first, second]);
    expect(sessions.takeLive()).toEqual([]);
    const other = open(900_000, give);
    await other.at(950_000);
    expect(other.sessions.takeLive()).toEqual([second]);
  });
});
