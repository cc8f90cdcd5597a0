import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What came of one target's turn. */
export interface Outcome {
  readonly name: string;
  /** Inputs, those of a minimisation among them. */
  readonly runs: number;
  readonly elapsedMs: number;
  /** Processor time of the slowest input. */
  readonly slowestMs: number;
  readonly growthMib: number;
  readonly find: Find | undefined;
}

export interface Find {
  readonly words: string;
  /** The smallest that still shows it. */
  readonly input: string;
  readonly seed: number;
  /** Empty where no single input is at fault. */
  readonly path: string;
}

export interface Turn {
  readonly name: string;
  readonly seed: number;
  readonly seconds: number;
  readonly path?: string | undefined;
}

type Message = { readonly runs: number } | { readonly outcome: Outcome };

/** Any input has its answer long before; so whoever works for so long and says nothing hangs. */
const MAX_SILENT_WORK_MS = 60_000;
/** Whoever waits for what never comes does no work. A busy machine may need minutes to start a process. */
const MAX_SILENCE_MS = 600_000;
const LOOK_MS = 5000;
/** Of the kernel's clock, in which it counts a process's work. */
const MS_PER_TICK = 10;
const WORKER = new URL('./worker.ts', import.meta.url);

/** One turn in a process of its own: what hangs, or ends the process, is a find too. */
export function runTurn({ name, seed, seconds, path }: Turn): Promise<Outcome> {
  const startedAt = Date.now();
  const args = [name, String(seed), String(seconds), ...(path === undefined ? [] : [path])];
  const child = fork(WORKER, args, {
    execArgv: ['--no-warnings', '--expose-gc'],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  return new Promise((resolve) => {
    let [runs, said, heardAt, workAt] = [0, '', Date.now(), 0];
    let outcome: Outcome | undefined;
    const look = setInterval(() => {
      const hangs = workOf(child.pid) - workAt > MAX_SILENT_WORK_MS || Date.now() - heardAt > MAX_SILENCE_MS;
      if (hangs) child.kill('SIGKILL');
    }, LOOK_MS);
    child.stderr?.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2000)));
    child.on('message', (message: Message) => {
      [heardAt, workAt] = [Date.now(), workOf(child.pid)];
      if ('outcome' in message) outcome = message.outcome;
      else runs = message.runs;
    });
    child.once('close', (_, signal) => {
      clearInterval(look);
      const words = signal === 'SIGKILL' ? 'no answer' : `the process ended: ${said}`;
      const find = { words, input: `one after number ${String(runs)}`, seed, path: '' };
      const elapsedMs = Date.now() - startedAt;
      resolve(outcome ?? { name, runs, elapsedMs, slowestMs: elapsedMs, growthMib: 0, find });
    });
  });
}

/** Processor time of a process, milliseconds; 0 where the system does not tell it in this way. */
function workOf(pid: number | undefined): number {
  try {
    const fields =
      readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
  } catch {
    return 0;
  }
}
