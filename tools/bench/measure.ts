import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { watchBusyTime, type BusyTime } from './busy-time.ts';
import type { HookReport } from './usage-hook.ts';

const SHOWN_OUTPUT_CHARS = 3000;

export interface Usage {
  /** From spawn to exit. */
  readonly wallMs: number;
  /** User and system, of all Node processes that the program started. */
  readonly cpuMs: number;
  /** Of the process that needed most. */
  readonly peakBytes: number;
  /** Of the wall time: that in which a thread of the program's first process had work. All of it where nobody looked. */
  readonly busyMs: number;
  /** By which that may be off, because looks came late. */
  readonly lateMs: number;
}

export interface Program {
  readonly title: string;
  /** For Node: the script and its arguments. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** With which it may end. Default: 0 alone. */
  readonly statuses?: readonly number[];
}

export const METHOD =
  'CPU (user + system) and peak memory (VmHWM) are read inside each process by a hook at its exit, for both sides\n' +
  'alike; wall is from spawn to exit. Both run by the same Node.';

export interface Measuring {
  readonly hook: string;
  readonly scratch: string;
  /** One home and temporary folder for all runs, instead of an empty one for each. */
  readonly warm: boolean;
  /** Whether the program is looked at while it runs, for `busyMs`: that takes a hundredth of a core. */
  readonly watched?: boolean;
}

/**
 * Runs the program by this Node, to its end.
 * @throws {Error} with the end of its output where it fails: a failure is quick, and no figure.
 */
export async function measure(program: Program, { hook, scratch, warm, watched = false }: Measuring): Promise<Usage> {
  const folder = await mkdtemp(`${scratch}/usage-`);
  const [reportDir, home] = [`${folder}/reports`, warm ? `${scratch}/home` : `${folder}/home`];
  await mkdir(reportDir);
  // Empty, as in a step's new container: the CLI keeps its compiled code there, and would start quicker.
  await mkdir(home, { recursive: true });
  const hooked = { NODE_OPTIONS: `--require ${hook}`, BENCH_USAGE_DIR: reportDir, HOME: home, TMPDIR: home };
  const startedAt = performance.now();
  const { status, output, busy } = await run(program, hooked, watched);
  const wallMs = performance.now() - startedAt;
  if (typeof status !== 'number' || !(program.statuses ?? [0]).includes(status)) {
    throw new Error(`${program.title} ended with ${String(status)}:\n${output.slice(-SHOWN_OUTPUT_CHARS)}`);
  }
  const reports: HookReport[] = [];
  for (const name of await readdir(reportDir)) {
    reports.push(JSON.parse(await readFile(`${reportDir}/${name}`, 'utf8')) as HookReport);
  }
  await rm(folder, { recursive: true });
  return {
    wallMs,
    cpuMs: reports.reduce((sum, { cpuMicros }) => sum + cpuMicros / 1000, 0),
    peakBytes: Math.max(...reports.map(({ peakKiB }) => peakKiB * 1024)),
    ...(busy ?? { busyMs: wallMs, lateMs: 0 }),
  };
}

interface Ended {
  readonly status: number | string;
  readonly output: string;
  readonly busy: ReturnType<BusyTime['end']> | undefined;
}

function run(
  { args, cwd, environment }: Program,
  extra: Readonly<Record<string, string>>,
  watched: boolean,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'] ?? '', ...environment, ...extra };
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const watch = watched ? watchBusyTime(child.pid ?? 0) : undefined;
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    let busy: Ended['busy'];
    child.once('exit', () => (busy = watch?.end()));
    child.once('error', (error) => {
      watch?.end();
      reject(error);
    });
    child.once('close', (code, signal) => resolve({ status: code ?? signal ?? 'unknown', output, busy }));
  });
}
