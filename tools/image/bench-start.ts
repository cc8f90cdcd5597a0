import { spawn } from 'node:child_process';
import { RUN_OPTIONS } from './runtime.ts';

/** Milliseconds that the pipe may take longer than Node alone. */
export const MAX_START_MS = 250;

export interface StartOptions {
  readonly image: string;
  readonly base: string;
  readonly runs: number;
}

/** Milliseconds from the start of `podman run` to the first byte of output, medians, taken in turns. */
export async function measureStarts({ image, base, runs }: StartOptions): Promise<{ pipe: number; node: number }> {
  const pipe: number[] = [];
  const node: number[] = [];
  // One of each first that is not counted: files are in the cache then.
  for (let run = 0; run <= runs; run += 1) {
    const bare = await timeToOutput([base, '/usr/local/bin/node', '-p', '0']);
    const first = await timeToOutput([image]);
    if (run === 0) continue;
    node.push(bare);
    pipe.push(first);
  }
  return { pipe: median(pipe), node: median(node) };
}

function timeToOutput(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn('podman', [...RUN_OPTIONS, '--network=host', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    let until = Infinity;
    child.stdout.once('data', () => {
      until = performance.now() - startedAt;
      child.stdout.resume();
    });
    child.once('error', reject);
    child.once('close', () => resolve(until));
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Infinity;
}
