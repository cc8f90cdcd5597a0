import { parseArgs } from 'node:util';

export const ROOMS = ['identity', 'policy', 'record'] as const;
export type Room = (typeof ROOMS)[number];

export const USAGE = `npm run mutation -- [options]
  --room NAME    only this one (identity, policy, record); may be given more than once
  --file PATH    only this file, as src/record/bundle.ts; may be given more than once
  --sample N     only N per cent of the mutants (default 100)
  --seed N       of which choice (default 1)`;

export interface Options {
  readonly rooms: readonly Room[];
  /** Empty: every file. */
  readonly files: readonly string[];
  readonly sample: number;
  readonly seed: number;
}

/** @throws {Error} in words for people. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      room: { type: 'string', multiple: true, default: [] },
      file: { type: 'string', multiple: true, default: [] },
      sample: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
    },
  });
  const unknown = values.room.filter((name) => !(ROOMS as readonly string[]).includes(name));
  if (unknown.length > 0) throw new Error(`--room: ${unknown.join(', ')}; wanted of ${ROOMS.join(', ')}`);
  const rooms = ROOMS.filter((room) =>
    values.file.length > 0
      ? values.file.some((file) => file.startsWith(`src/${room}/`))
      : values.room.length === 0 || values.room.includes(room),
  );
  const elsewhere = values.file.filter((file) => !ROOMS.some((room) => file.startsWith(`src/${room}/`)));
  if (elsewhere.length > 0)
    throw new Error(`--file: ${elsewhere.join(', ')}; wanted one of src/${ROOMS.join(', src/')}`);
  return {
    rooms,
    files: values.file,
    sample: readNumber('--sample', values.sample, 1, 100),
    seed: readNumber('--seed', values.seed, 0, 2 ** 31),
  };
}

function readNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new Error(`${name}: not ${JSON.stringify(text)}; wanted ${String(least)} to ${String(most)}`);
  }
  return value;
}
