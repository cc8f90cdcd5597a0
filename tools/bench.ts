/**
 * `npm run bench`: the whole chain of the built pipe against Vercel's own client, or its CLI, on the same trees and
 * the same machine. Ratios, because machines differ; targets beside them.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, tmpdir, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { measureGuard, printGuard } from './bench/guard.ts';
import { METHOD } from './bench/measure.ts';
import { readOptions, USAGE, type Options } from './bench/options.ts';
import { summarizeProfile } from './bench/profile.ts';
import { buildPrograms } from './bench/programs.ts';
import { ROW_NAMES, ROWS, type Row } from './bench/rows.ts';
import { runOnce, runRow, type Arena, type Result } from './bench/run-rows.ts';
import { startSandboxProcess } from './bench/server-process.ts';
import { cleanClone, prepareOurs, preparePeer } from './bench/sides.ts';
import { printTable, toSection } from './bench/table.ts';
import { measureStart, printStart } from './bench/start.ts';
import { makeTree } from './bench/trees.ts';
import { measureVerify, printVerify } from './bench/verify.ts';
import { buildBundle, ROOT, type Bundle } from './bundle.ts';
import { compileAhead } from './compile-ahead.ts';

async function main(options: Options): Promise<void> {
  if (options.guard) return raceGuard(options);
  if (options.verify) return timeVerify(options);
  const bundle = options.bundle === undefined ? (await buildCompiled()).main : resolve(options.bundle);
  if (options.start) return timeStart(bundle, options);
  const scratch = await mkdtemp(join(tmpdir(), 'vercel-oidc-deploy-bench-'));
  const sandbox = startSandboxProcess();
  try {
    const arena: Arena = {
      ...{ sandbox, scratch, runs: options.runs, latencyMs: options.latencyMs, warm: options.warm },
      contestants: { bundle, programs: await buildPrograms(), cli: options.cli && resolve(options.cli) },
      tell: (text) => void process.stderr.write(`  ${text}\n`),
    };
    await warmUp(arena);
    const results: Result[] = [];
    for (const name of options.rows) results.push(await runRow(arena, name));
    const sections = results.map(toSection);
    console.log(`\n${await describe(options)}\n\n${printTable(sections)}\n`);
    tellOmitted(options);
    if (options.json !== undefined) await writeFile(options.json, JSON.stringify({ options, results }, undefined, 2));
    if (options.profile) await profileRows(arena, options);
    const missed = sections.flatMap(({ lines }) => lines).filter(({ verdict }) => verdict === 'missed');
    if (options.check && missed.length > 0) process.exitCode = 1;
  } finally {
    sandbox.end();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function raceGuard({ check }: Options): Promise<void> {
  const figures = await measureGuard();
  console.log(printGuard(figures));
  if (check && figures.some(({ verdict }) => verdict === 'missed')) process.exitCode = 1;
}

async function timeVerify({ check }: Options): Promise<void> {
  const figure = await measureVerify();
  console.log(printVerify(figure));
  if (check && figure.verdict === 'missed') process.exitCode = 1;
}

async function timeStart(bundle: string, { check }: Options): Promise<void> {
  const figure = await measureStart(bundle);
  console.log(printStart(figure));
  if (check && figure.verdict === 'missed') process.exitCode = 1;
}

/** Built as it ships. */
async function buildCompiled(...options: Parameters<typeof buildBundle>): Promise<Bundle> {
  const bundle = await buildBundle(...options);
  await compileAhead(bundle);
  return bundle;
}

/** One run of each that is not counted: files are in the cache, and the sandbox's code is compiled. */
async function warmUp(arena: Arena): Promise<void> {
  const clone = `${arena.scratch}/clone`;
  makeTree(clone, ROWS['14'].tree);
  await runOnce(arena, clone, false, (opened) => prepareOurs(arena.contestants, {}, { clone, opened }));
  cleanClone(clone);
  await runOnce(arena, clone, false, (opened) => preparePeer(arena.contestants, { archive: false }, { clone, opened }));
  await rm(clone, { recursive: true });
}

/** Of a build with names that people can read. */
async function profileRows({ contestants, ...arena }: Arena, { rows }: Options): Promise<void> {
  const { scratch } = arena;
  const { main: bundle, app } = await buildCompiled(`${ROOT}build/bench/readable`, { minify: false });
  for (const name of rows) {
    const row: Row = ROWS[name];
    if (row.kind !== 'race') continue;
    const folder = `${ROOT}build/bench/profile/${name}`;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const clone = `${scratch}/clone`;
    makeTree(clone, row.tree);
    await runOnce({ ...arena, contestants }, clone, row.again, (opened) => {
      const program = prepareOurs({ ...contestants, bundle }, row.variables, { clone, opened });
      return {
        ...program,
        args: ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=200', ...program.args],
      };
    });
    await rm(clone, { recursive: true });
    console.log(`${row.title}: profile in ${folder}\n${await summarizeProfile(folder, app)}\n`);
  }
}

async function describe({ cli, runs, latencyMs, warm }: Options): Promise<string> {
  const peer = cli === undefined ? `${ROOT}node_modules/@vercel/client` : dirname(dirname(resolve(cli)));
  const { name, version } = JSON.parse(await readFile(`${peer}/package.json`, 'utf8')) as Record<string, string>;
  const memory = `${String(Math.round(totalmem() / 1024 ** 3))} GiB`;
  return [
    `${String(availableParallelism())} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${memory}, ${process.platform} ${release()}, Node ${process.version}`,
    `Peer: ${String(name)} ${String(version)}${cli === undefined ? ' (the targets were set for the CLI, which needs more to start: --cli PATH)' : ''}`,
    `A sandbox that answers after ${String(latencyMs)} ms; at most ${String(runs)} runs a side, alternating; medians, in brackets the spread.`,
    'A verdict is given only where every run is on one side of the target.',
    METHOD,
    warm
      ? 'Home and temporary folder are kept between runs.'
      : 'Each run has an empty home and temporary folder, as in a new container.',
  ].join('\n');
}

function tellOmitted({ rows }: Options): void {
  const omitted = ROW_NAMES.filter((name) => !rows.includes(name));
  if (omitted.length > 0) console.log(`Not run: ${omitted.join(', ')} (--rows)`);
}

try {
  if (process.argv.includes('--help')) console.log(USAGE);
  else await main(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
