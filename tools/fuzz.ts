/**
 * `npm run fuzz`: hostile inputs for everything that reads what others write, for as long as one likes. Two targets at a
 * time, each in a process of its own. Status 1 where something was found; it is told with how to see it again.
 */
import { availableParallelism } from 'node:os';
import { TARGETS } from '../test/fuzz/targets/index.ts';
import { readOptions, USAGE, type Options } from './fuzz/options.ts';
import { runTurn, type Outcome, type Turn } from './fuzz/run.ts';

/** Of one turn: a process that remembers every secret it was sent must not live long. */
const MAX_TURN_SECONDS = 30;
const SIDE_BY_SIDE = Math.min(2, availableParallelism());

/** Every target in turn, as often as there is time for; each turn has inputs of its own. */
function listTurns({ seconds, seed, targets, path }: Options): readonly Turn[] {
  if (path !== undefined) return targets.map((name) => ({ name, seed, seconds, path }));
  const each = (seconds * SIDE_BY_SIDE) / targets.length;
  const rounds = Math.ceil(each / MAX_TURN_SECONDS);
  return Array.from({ length: rounds }, (_, round) =>
    targets.map((name) => ({ name, seed: seed + round, seconds: each / rounds })),
  ).flat();
}

async function runAll(turns: readonly Turn[]): Promise<readonly Outcome[]> {
  const waiting = [...turns];
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (let turn = waiting.shift(); turn; turn = waiting.shift()) {
      const outcome = await runTurn(turn);
      outcomes.push(outcome);
      if (outcome.find) tellFind(outcome, outcome.find);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return outcomes;
}

function tellFind({ name }: Outcome, { words, input, seed, path }: NonNullable<Outcome['find']>): void {
  const shown = input.length > 4000 ? `${input.slice(0, 4000)}… (${String(input.length)} characters)` : input;
  const again = `npm run fuzz -- --target ${name} --seed ${String(seed)}${path === '' ? '' : ` --path ${path}`}`;
  console.log(`\nFOUND in ${name}: ${words}\n  input: ${shown}\n  again: ${again}\n`);
}

function tellCounts(outcomes: readonly Outcome[]): void {
  const byName = Map.groupBy(outcomes, ({ name }) => name);
  console.log('target                 inputs   a second   slowest   heap   found');
  for (const [name, turns] of byName) {
    const sum = (of: (one: Outcome) => number): number => turns.reduce((total, one) => total + of(one), 0);
    const most = (of: (one: Outcome) => number): number => Math.max(...turns.map(of));
    const rate = (sum(({ runs }) => runs) * 1000) / sum(({ elapsedMs }) => elapsedMs);
    const cells = [
      String(sum(({ runs }) => runs)).padStart(9),
      rate.toFixed(0).padStart(10),
      `${most(({ slowestMs }) => slowestMs).toFixed(0)} ms`.padStart(10),
      most(({ growthMib }) => growthMib)
        .toFixed(1)
        .padStart(6),
      String(turns.filter(({ find }) => find).length).padStart(7),
    ];
    console.log(`${name.padEnd(20)}${cells.join(' ')}`);
  }
  const runs = outcomes.reduce((total, one) => total + one.runs, 0);
  const finds = outcomes.filter(({ find }) => find).length;
  console.log(`${String(runs)} inputs, ${String(finds)} finds`);
  if (finds > 0) process.exitCode = 1;
}

if (process.argv.includes('--help')) console.log(USAGE);
else {
  try {
    const options = readOptions(
      process.argv.slice(2),
      TARGETS.map(({ name }) => name),
    );
    console.log(`seed ${String(options.seed)}, ${String(options.seconds)} s, ${String(SIDE_BY_SIDE)} side by side`);
    tellCounts(await runAll(listTurns(options)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
}
