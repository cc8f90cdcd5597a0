/**
 * `npm run soak`: hundreds of deploys in a row while all around them fails by a seed's chance. After each run, and at the
 * end of each season by an audit, everything is checked that must hold whatever happened. Status 1 where something did
 * not; it is told by its name, with the command that shows it again.
 */
import { performance } from 'node:perf_hooks';
import { buildBundle } from './bundle.ts';
import { readOptions, USAGE, type Options } from './soak/options.ts';
import { measureMemory, warmUp, type Memory } from './soak/leaks.ts';
import { playSeason, type Played } from './soak/season.ts';
import { checkGrowth, growthOf, printTable } from './soak/table.ts';
import type { Season } from './soak/types.ts';

/** Runs that share a sandbox. What they leave in it is let go of between two measurements. */
const SEASON_RUNS = 10;

async function main(options: Options): Promise<void> {
  const { runs, seed, bundle, verbose } = options;
  console.log(`seed ${String(seed)}: ${String(runs)} runs, ${String(bundle)} of them of the built program`);
  if (bundle > 0) await buildBundle();
  await warmUp();
  const startedAt = performance.now();
  const played: Played[] = [];
  const memory: Memory[] = [];
  for (const season of listSeasons(options)) {
    played.push(await playSeason(season, verbose ? (text) => console.log(text) : () => undefined));
    for (const { invariant, words } of played.at(-1)?.breaches ?? []) {
      console.log(`BROKEN ${invariant}: ${words}\n  again: ${again(season)}`);
    }
    if (season.kind === 'inside') memory.push(await measureMemory(memory.length * SEASON_RUNS));
  }
  const growth = checkGrowth(growthOf(memory));
  for (const { invariant, words } of growth) console.log(`BROKEN ${invariant}: ${words}`);
  const classes = new Map<string, number>();
  for (const name of played.flatMap((one) => one.classes)) classes.set(name, (classes.get(name) ?? 0) + 1);
  const all = played.flatMap((one) => one.figures);
  console.log(`\n${printTable({ runs: all, classes, memory, elapsedMs: performance.now() - startedAt })}`);
  const broken = growth.length + played.reduce((sum, { breaches }) => sum + breaches.length, 0);
  console.log(broken === 0 ? '\nEverything held.' : `\n${String(broken)} BROKEN.`);
  if (broken > 0) process.exitCode = 1;
}

/** Each season has a seed of its own, so that it happens again alone. */
function listSeasons({ runs, seed, bundle }: Options): readonly Season[] {
  const seasons: Season[] = [];
  const add = (kind: Season['kind'], count: number): void => {
    for (let left = count; left > 0; left -= SEASON_RUNS)
      seasons.push({ kind, seed: seed + seasons.length, runs: Math.min(left, SEASON_RUNS) });
  };
  add('process', bundle);
  add('inside', runs - bundle);
  return seasons;
}

function again({ kind, seed, runs }: Season): string {
  const bundle = kind === 'process' ? runs : 0;
  return `npm run soak -- --seed ${String(seed)} --runs ${String(runs)} --bundle ${String(bundle)} --verbose`;
}

if (process.argv.includes('--help')) console.log(USAGE);
else {
  try {
    await main(readOptions(process.argv.slice(2)));
  } catch (error) {
    console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 2;
  }
}
