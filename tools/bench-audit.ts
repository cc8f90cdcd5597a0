/**
 * `npm run bench:audit`: the built pipe audits 100,000 deployments with 100,000 results and as many intents, a third of
 * them keyless, whose last checkpoint has proved all but the last day. Ends with 1 where time or memory are missed. Its
 * own time is that in which at least one of its threads had work, on two cores: what is left of the time from start to
 * end it waited for the servers, whose speed is not its own. The CPU of all threads is told beside it. What else a machine
 * does can only add to it: up to three nightly audits are tried, and the quickest counts; of their peaks the largest.
 *
 * One build took 62 seconds and 94 within minutes, as machines and hours differ. So before each night it is measured how
 * long this one takes to read, hash and parse the records alone, and told how many times that a night takes: a figure that
 * can be compared between machines. It decides nothing: the bound is in seconds. That reading also leaves the records in
 * the system's file cache, as in a step that has just fetched them.
 */
import { fork } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { folderOf, openKeys, type Population } from './bench/audit-population.ts';
import { measureFloor, runAuditOnce, startAuditServer, type AuditFigures, type AuditRun } from './bench/audit-run.ts';
import { buildPrograms } from './bench/programs.ts';
import { buildBundle } from './bundle.ts';
import { compileAhead } from './compile-ahead.ts';

const MOST_MS = 60_000;
const MOST_MIB = 300;
const DAY_MS = 86_400_000;
const MOST_NIGHTS = 3;
/** Processes that sign: a part of the cache. */
const SIGNERS = 2;
const USAGE = 'npm run bench:audit -- [--deployments N] [--seed N]   default: 100000, 1';

async function main(population: Population): Promise<void> {
  const bundle = await buildBundle();
  await compileAhead(bundle);
  const { hook } = await buildPrograms();
  const folder = await makeRecords(population);
  const keys = await openKeys(folder);
  tell('starting Vercel and Bitbucket');
  const server = await startAuditServer([population.seed, population.deployments, SIGNERS]);
  const scratch = await mkdtemp(join(tmpdir(), 'vercel-oidc-deploy-bench-audit-'));
  try {
    const { until } = server.served;
    const shared = { bundle: bundle.main, hook, scratch, folder, signingKey: keys.texts.stored };
    const audit = (run: Omit<AuditRun, keyof typeof shared>): Promise<AuditFigures> => {
      tell(run.title);
      return runAuditOnce({ ...shared, ...run }, server);
    };
    const before = { records: ['records'], until: until - DAY_MS, out: `${scratch}/first` };
    const first = await audit({
      title: 'the first audit, of all but the last day, which proves every record',
      ...before,
    });
    const all = { records: ['records', 'last-day'], until, out: `${scratch}/nightly`, checkpoint: before.out };
    tell('reading, hashing and parsing the records alone, before each night');
    const readRecords = (): Promise<number> => measureFloor({ ...shared, records: all.records });
    // From the disk, which takes longer.
    await readRecords();
    const floors: number[] = [];
    const nights: AuditFigures[] = [];
    do {
      await rm(all.out, { recursive: true, force: true });
      floors.push(await readRecords());
      nights.push(await audit({ title: 'a nightly audit, which goes on from its checkpoint', ...all }));
    } while (nights.length < MOST_NIGHTS && !isQuick(nights));
    console.log(describe(population, server.served, [first, ...nights]));
    console.log(describeFloor(nights, floors));
    const met = isQuick(nights) && nights.every(({ peakBytes }) => peakBytes <= MOST_MIB * 1024 ** 2);
    console.log(
      `\nNightly: at most ${seconds(MOST_MS)} of its own and ${String(MOST_MIB)} MiB: ${met ? 'met' : 'missed'}`,
    );
    const differing = nights.flatMap((night) => findDifferences(server.served.classes, night));
    for (const line of differing) console.log(line);
    if (!met || differing.length > 0) process.exitCode = 1;
  } finally {
    server.end();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Signs the records, unless that was done before. */
async function makeRecords(population: Population): Promise<string> {
  const folder = folderOf(population);
  if (await exists(`${folder}/done`)) return folder;
  tell(`signing the records of ${folder}: this takes minutes, once`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const { trust } = await openKeys(folder);
  await Promise.all(Array.from({ length: SIGNERS }, (_, part) => sign(population, part)));
  const authorities = await Promise.all(
    Array.from({ length: SIGNERS }, (_, part) => readFile(`${folder}/tsa-${String(part)}.pem`, 'utf8')),
  );
  await writeFile(`${folder}/tsa.pem`, authorities.join(''));
  await writeFile(`${folder}/keys-list.json`, trust.keyList);
  await writeFile(`${folder}/issuer-keys.json`, trust.issuerKeys);
  await writeFile(`${folder}/done`, '');
  return folder;
}

function sign({ seed, deployments }: Population, part: number): Promise<void> {
  const args = [seed, deployments, part, SIGNERS].map(String);
  return new Promise((resolve, reject) => {
    fork(new URL('bench/audit-signer.ts', import.meta.url), args, { execArgv: ['--max-old-space-size=6000'] })
      .once('error', reject)
      .once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a signer ended with ${String(code)}`))));
  });
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function describe(
  { seed }: Population,
  { deployments, events, pipelines, classes }: Awaited<ReturnType<typeof startAuditServer>>['served'],
  figures: readonly AuditFigures[],
): string {
  const runs = figures.flatMap(({ title, busyMs, lateMs, cpuMs, wallMs, peakBytes, requests, serverCpuMs, counts }) => [
    `\n${title}`,
    `  own time ${seconds(busyMs)}, in which one of its threads at least had work; CPU of all of them ${seconds(cpuMs)}`,
    `  from start to end ${seconds(wallMs)}, looks late by ${seconds(lateMs)} in all; beside it the servers' CPU ${seconds(serverCpuMs)}`,
    `  peak ${(peakBytes / 1024 ** 2).toFixed(0)} MiB, ${String(requests)} requests`,
    ...Object.entries(counts).map(
      ([kind, count]) => `  ${kind}: ${String(count.seen)} seen; ${tellClasses(count.classes)}`,
    ),
  ]);
  return [
    `\n${String(deployments)} deployments, ${String(events)} events, ${String(pipelines)} pipelines; seed ${String(seed)}; ${String(availableParallelism())} cores`,
    `planted, deployments and changes together: ${tellClasses(classes)}`,
    ...runs,
  ].join('\n');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function isQuick(nights: readonly AuditFigures[]): boolean {
  return nights.some(({ busyMs }) => busyMs <= MOST_MS);
}

function describeFloor(nights: readonly AuditFigures[], floors: readonly number[]): string {
  const floor = Math.min(...floors);
  const least = (of: (night: AuditFigures) => number): string => (Math.min(...nights.map(of)) / floor).toFixed(1);
  return [
    `\nto read, hash and parse the records alone takes ${floors.map(seconds).join(', ')} of CPU`,
    `  the quickest nightly audit takes ${least(({ busyMs }) => busyMs)} times the least of that, and ${least(({ cpuMs }) => cpuMs)} times as much CPU`,
  ].join('\n');
}

/** A quick audit that finds something else is none. */
function findDifferences(planted: Readonly<Record<string, number>>, { counts }: AuditFigures): readonly string[] {
  const got = (name: string): number =>
    ['deployment', 'change'].reduce((sum, kind) => sum + (counts[kind]?.classes[name] ?? 0), 0);
  const found = Object.values(counts).flatMap(({ classes }) => Object.keys(classes));
  const names = [...new Set([...Object.keys(planted), ...found])];
  return names.flatMap((name) =>
    got(name) === (planted[name] ?? 0)
      ? []
      : [`${name}: planted ${String(planted[name] ?? 0)}, found ${String(got(name))}`],
  );
}

function tellClasses(classes: Readonly<Record<string, number>>): string {
  return Object.entries(classes)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${String(count)}`)
    .join(', ');
}

function tell(text: string): void {
  process.stderr.write(`  ${text}\n`);
}

try {
  const { values } = parseArgs({
    options: { deployments: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) console.log(USAGE);
  else await main({ deployments: Number(values.deployments ?? 100_000), seed: Number(values.seed ?? 1) });
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
