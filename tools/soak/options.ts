import { parseArgs } from 'node:util';

export const USAGE = `npm run soak -- [options]
  --runs N      runs of the pipe in all (default 500)
  --seed N      of what happens (default: a new one, which is printed)
  --bundle N    how many of them are the built program in a process of its own (default 10, at most --runs)
  --verbose     a line for each run`;

export interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly bundle: number;
  readonly verbose: boolean;
}

/** @throws {Error} in words for people. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '500' },
      seed: { type: 'string' },
      bundle: { type: 'string', default: '10' },
      verbose: { type: 'boolean', default: false },
    },
  });
  const runs = readNumber('--runs', values.runs, 1);
  return {
    runs,
    seed: values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : readNumber('--seed', values.seed, 0),
    bundle: Math.min(runs, readNumber('--bundle', values.bundle, 0)),
    verbose: values.verbose,
  };
}

function readNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > 2 ** 31)
    throw new Error(`${name}: got ${JSON.stringify(text)}; wanted a whole number from ${String(least)}`);
  return value;
}
