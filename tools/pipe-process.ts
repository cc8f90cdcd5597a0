/** Runs the built pipe as Bitbucket would: one process, the step's environment, its working folder. */
import { spawn } from 'node:child_process';
import { ROOT } from './bundle.ts';

export interface Finished {
  /** The exit status, or the signal's name. */
  readonly status: number | string;
  readonly output: string;
}

export interface PipeOptions {
  /** Default `dist/main.js`. */
  readonly main?: string;
  readonly args?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDir: string;
  /** Gets the output while it comes. */
  readonly echo?: (text: string) => void;
}

/** Nothing of this machine's environment reaches the pipe, except where to find programs. */
export function runPipe({
  main = `${ROOT}dist/main.js`,
  args = [],
  environment,
  workingDir,
  echo,
}: PipeOptions): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], {
      cwd: workingDir,
      env: { PATH: process.env['PATH'] ?? '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        echo?.(text);
      });
    }
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ status: code ?? signal ?? 'unknown', output }));
  });
}
