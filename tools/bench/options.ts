import { parseArgs } from 'node:util';
import { ROW_NAMES, type RowName } from './rows.ts';

export const USAGE = `npm run bench -- [options]
  --rows LIST     of ${ROW_NAMES.join(',')}; or all (default: all but 10004, whose peer takes minutes)
  --runs N        of each side, alternating (default 5; fewer where a run takes long)
  --latency MS    before every answer of the sandbox (default 30)
  --cli PATH      measure against the real CLI, by its vc.js (default: against @vercel/client)
  --bundle FILE   measure another build, by its main.js (default: dist/main.js, built anew)
  --json FILE     write every figure of every run
  --warm          keep what a side leaves in its home and temporary folder for its next run (default: as in a new
                  container, nothing is left; the CLI then has to compile its code anew)
  --guard         identity and policy alone, warm, against jose's own check of the token; no other row
  --verify        records alone: 10,020 of them verified from memory, a third keyless; no other row
  --start         how soon the pipe says its first line, against node -e 0; no other row
  --profile       one more run of ours for each row, under V8's profiler
  --check         status 1 where a target is missed`;

export interface Options {
  readonly rows: readonly RowName[];
  readonly runs: number;
  readonly latencyMs: number;
  readonly cli: string | undefined;
  readonly bundle: string | undefined;
  readonly json: string | undefined;
  readonly warm: boolean;
  readonly guard: boolean;
  readonly verify: boolean;
  readonly start: boolean;
  readonly profile: boolean;
  readonly check: boolean;
}

/** @throws {Error} in words for people. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string' },
      runs: { type: 'string', default: '5' },
      latency: { type: 'string', default: '30' },
      cli: { type: 'string' },
      bundle: { type: 'string' },
      json: { type: 'string' },
      warm: { type: 'boolean', default: false },
      guard: { type: 'boolean', default: false },
      verify: { type: 'boolean', default: false },
      start: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
    },
  });
  return {
    rows: readRows(values.rows),
    runs: readCount('--runs', values.runs, 1),
    latencyMs: readCount('--latency', values.latency, 0),
    ...{ cli: values.cli, bundle: values.bundle, json: values.json },
    ...{ guard: values.guard, verify: values.verify, start: values.start },
    ...{ warm: values.warm, profile: values.profile, check: values.check },
  };
}

function readRows(text: string | undefined): readonly RowName[] {
  if (text === undefined) return ROW_NAMES.filter((name) => name !== '10004');
  if (text === 'all') return ROW_NAMES;
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !(ROW_NAMES as readonly string[]).includes(name));
  if (unknown.length > 0) throw new Error(`--rows: got ${unknown.join(', ')}, wanted some of ${ROW_NAMES.join(', ')}`);
  return ROW_NAMES.filter((name) => wanted.includes(name));
}

function readCount(name: string, text: string, least: number): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= least) return count;
  throw new Error(`${name}: got "${text}", wanted a whole number of at least ${String(least)}`);
}
