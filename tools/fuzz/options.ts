import { parseArgs } from 'node:util';

export const USAGE = `npm run fuzz -- [options]
  --seconds N     how long in all, shared out among the targets (default 60)
  --seed N        of the inputs (default: a new one, which is printed)
  --target NAME   only this one; may be given more than once
  --path P        with --seed and --target: the one input that an earlier run has found`;

export interface Options {
  readonly seconds: number;
  readonly seed: number;
  readonly targets: readonly string[];
  readonly path: string | undefined;
}

/** @throws {Error} in words for people. */
export function readOptions(args: readonly string[], known: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string' },
      target: { type: 'string', multiple: true, default: [] },
      path: { type: 'string' },
    },
  });
  const unknown = values.target.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`--target: ${unknown.join(', ')}; wanted of ${known.join(', ')}`);
  if (values.path !== undefined && (values.seed === undefined || values.target.length !== 1)) {
    throw new Error('--path: wanted with --seed and one --target');
  }
  if (values.path !== undefined && !/^\d+(?::\d+)*$/.test(values.path))
    throw new Error('--path: wanted as it was printed');
  return {
    seconds: readNumber('--seconds', values.seconds, 1),
    seed:
      values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : readNumber('--seed', values.seed, -(2 ** 31)),
    targets: values.target.length > 0 ? values.target : known,
    path: values.path,
  };
}

function readNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > 2 ** 31)
    throw new Error(`${name}: not ${JSON.stringify(text)}`);
  return value;
}
