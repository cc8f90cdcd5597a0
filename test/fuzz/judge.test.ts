import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PipeError } from '../../src/errors.ts';
import { Find } from './support/judge.ts';
import { CANARIES } from './support/secrets.ts';
import { defineTarget } from './support/target.ts';
import { hostileReplies, hostileWorld, never } from './support/world.ts';

const error = (got: string): PipeError => new PipeError({ code: 'USAGE', message: 'No.', got });
const half = CANARIES.key.slice(0, 20);

/** What comes of one input. */
async function judge(run: () => unknown): Promise<string> {
  const target = defineTarget({ name: 'x', runs: 1, inputs: fc.constant('x'), run, maxCpuMs: 200 });
  const { failed, errorInstance } = await fc.check(
    target.property(() => undefined),
    { numRuns: 1 },
  );
  return failed ? String(errorInstance) : 'held';
}

function thrown(value: unknown): () => never {
  return () => {
    throw value as Error;
  };
}

describe('a target', () => {
  it.each<readonly [string, () => unknown]>([
    ['a value', () => 7],
    ['an error of ours', thrown(error('x'))],
    ['a promise of one', () => Promise.reject(error('x'))],
    ['a whole secret, which the log takes out', thrown(error(`x ${CANARIES.key} y`))],
    ['an escape sequence, which the error itself makes harmless', thrown(error('\u001b[2J'))],
  ])('holds with %s', async (_, run) => {
    expect(await judge(run)).toBe('held');
  });

  it.each<readonly [string, () => unknown, string]>([
    ['an error of the language', thrown(new TypeError('x')), 'not a PipeError: TypeError'],
    ['a rejection with one', () => Promise.reject(new RangeError('x')), 'not a PipeError: RangeError'],
    ['a bug that we know', thrown(new PipeError({ code: 'INTERNAL', message: 'x' })), 'INTERNAL'],
    ['a line break in what was got', thrown(error('a\nb')), 'U+a in'],
    ['the half of a secret', thrown(error(`x ${half}`)), 'canary-access-ke in'],
    ['an endless text', thrown(error('x'.repeat(20_000))), 'a line of 20000 characters'],
    ['a find of its own', thrown(new Find('mine')), 'Find: mine'],
    ['much work', () => burn(300), 'ms of processor time'],
  ])('fails with %s', async (_, run, words) => {
    expect(await judge(run)).toContain(words);
  });

  it('lets the half of a secret pass where the input has no whole one', async () => {
    const run = thrown(error(half));
    const target = defineTarget({ name: 'x', runs: 1, inputs: fc.constant(half), run });
    const { failed } = await fc.check(
      target.property(() => undefined),
      { numRuns: 1 },
    );
    expect(failed).toBe(false);
  });
});

describe('the hostile world', () => {
  const reply = { status: 200, headers: {}, body: 'x' };

  it('tells of requests without end, and of a log that shows what it must not', async () => {
    const world = hostileWorld([reply]);
    const request = { service: 'x', method: 'GET', url: 'https://x.example', signal: never(), attempts: 1 } as const;
    for (let count = 0; count < 2100; count += 1) await world.http.request(request).catch(() => undefined);
    expect(world.settle).toThrow('requests');
    const other = hostileWorld([reply]);
    other.log.warn(`a ${half}`);
    expect(other.settle).toThrow('canary');
  });

  it('comes to good answers as well as to others', () => {
    const statuses = fc.sample(hostileReplies([{ a: 1 }], 1), { numRuns: 200, seed: 1 }).map(([one]) => one?.status);
    expect(new Set(statuses).size).toBeGreaterThan(10);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(50);
  });
});

function burn(ms: number): void {
  const before = process.cpuUsage();
  while (process.cpuUsage(before).user / 1000 < ms);
}
