import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { ROOT } from '../root.ts';
import { listSources, listTests } from './files.ts';
import type { Options, Room } from './options.ts';
import type { StrykerReport } from './report.ts';
import type { HouseOptions } from './runner.ts';

/** For this command alone, and large: not among what everyone installs. */
const STRYKER = '@stryker-mutator/core';
const VERSION = '10.1.1';
const TOOLS = `${ROOT}build/stryker`;
const REPORT = 'build/mutation.json';
const COPIED = ['src', 'test', 'schemas', 'docs', 'examples', 'tools', 'build/validators.js', 'package.json'];
/** What a test may take before its mutant counts as endless, beside half as much again as it took without one. */
const TIMEOUT_MS = 10_000;

/** Mutates a room in a copy of the project, never in the project. */
export async function mutateRoom(room: Room, options: Options): Promise<StrykerReport> {
  await installStryker();
  const folder = await mkdtemp(`${tmpdir()}/vercel-oidc-deploy-mutation-`);
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const tree = `${folder}/tree`;
    // Where tests leave files behind that a killed process could not remove.
    await mkdir(`${folder}/tmp`);
    await mkdir(`${tree}/build`, { recursive: true });
    for (const path of COPIED) await cp(`${ROOT}${path}`, `${tree}/${path}`, { recursive: true });
    await symlink(`${ROOT}node_modules`, `${tree}/node_modules`);
    await writeFile(`${tree}/stryker.conf.json`, JSON.stringify(await configure(room, options)));
    const { status } = spawnSync(process.execPath, [`${TOOLS}/node_modules/${STRYKER}/bin/stryker.js`, 'run'], {
      cwd: tree,
      env: { ...process.env, TMPDIR: `${folder}/tmp` },
      // Its progress belongs to stderr: what is told at the end is the report.
      stdio: ['ignore', 2, 2],
    });
    if (status !== 0) throw new Error(`Stryker ended with status ${String(status)}`);
    const text = await readFile(`${tree}/${REPORT}`, 'utf8');
    await writeFile(`${ROOT}build/mutation-${room}.json`, text);
    return JSON.parse(text) as StrykerReport;
  } finally {
    await remove();
  }
}

async function configure(room: Room, { files, sample, seed }: Options): Promise<object> {
  const sources = await listSources(room);
  const missing = files.filter((file) => file.startsWith(`src/${room}/`) && !sources.includes(file));
  if (missing.length > 0) throw new Error(`--file: ${missing.join(', ')}; wanted of ${sources.join(', ')}`);
  const house: HouseOptions = { testFiles: await listTests(room), sample, seed };
  return {
    house,
    mutate: files.length === 0 ? sources : sources.filter((source) => files.includes(source)),
    mutator: { excludedMutations: ['StringLiteral'] },
    testRunner: 'house',
    plugins: ['./tools/mutation/runner.ts'],
    testRunnerNodeArgs: ['--no-warnings'],
    coverageAnalysis: 'perTest',
    concurrency: 1,
    inPlace: true,
    // A copy is type-checked by nobody, and each reading of the sources is one more thing to go wrong.
    disableTypeChecks: false,
    timeoutMS: TIMEOUT_MS,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: REPORT },
    warnings: { unknownOptions: false },
    thresholds: { break: null },
  };
}

async function installStryker(): Promise<void> {
  if ((await readVersion()) === VERSION) return;
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', TOOLS];
  await mkdir(TOOLS, { recursive: true });
  const { status, error } = spawnSync('npm', [...args, `${STRYKER}@${VERSION}`], {
    cwd: TOOLS,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    throw new Error(`npm could not install ${STRYKER}@${VERSION}`, { cause: error });
  }
}

async function readVersion(): Promise<string | undefined> {
  try {
    const text = await readFile(`${TOOLS}/node_modules/${STRYKER}/package.json`, 'utf8');
    return (JSON.parse(text) as { version: string }).version;
  } catch {
    return undefined;
  }
}
