/** How soon the built pipe says its first line, against the end of a `node -e 0`, in turns. */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { ratiosOf, spreadOf, type Spread, type Verdict } from './figures.ts';

export interface StartFigure {
  /** Milliseconds from the start of the process to its first line. */
  readonly first: Spread;
  /** Milliseconds that Node alone takes from start to end. */
  readonly bare: Spread;
  /** Of a run's two. */
  readonly ratio: Spread;
  readonly verdict: Verdict;
}

const MOST_RATIO = 2.5;

/** @param main what is started: it has no variables, so its first line is that of its faults. */
export async function measureStart(main: string, runs = 30): Promise<StartFigure> {
  const first: number[] = [];
  const bare: number[] = [];
  for (let run = -1; run < runs; run += 1) {
    const pair = [await timeUntil('exit', ['-e', '0']), await timeUntil('line', [main])] as const;
    // The first brings both into the file cache.
    if (run < 0) continue;
    bare.push(pair[0]);
    first.push(pair[1]);
  }
  const ratio = spreadOf(ratiosOf(first, bare));
  const verdict = ratio.median <= MOST_RATIO ? 'met' : 'missed';
  return { first: spreadOf(first), bare: spreadOf(bare), ratio, verdict };
}

export function printStart({ first, bare, ratio, verdict }: StartFigure): string {
  const tell = ({ median, least, most }: Spread): string =>
    `${median.toFixed(0)} ms (${least.toFixed(0)}–${most.toFixed(0)})`;
  return [
    'From the start of the process to its first line: median, in brackets the spread.',
    [
      `the pipe ${tell(first)}`,
      `node -e 0, to its end ${tell(bare)}`,
      `difference ${(first.median - bare.median).toFixed(0)} ms`,
      `ratio ${ratio.median.toFixed(2)} (${ratio.least.toFixed(2)}–${ratio.most.toFixed(2)}; median ≤ ${String(MOST_RATIO)})`,
      verdict,
    ].join('   '),
  ].join('\n');
}

/** Milliseconds from the start of a process to its first output or to its end; `Infinity` where it says nothing. */
function timeUntil(event: 'exit' | 'line', args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, args, { env: {}, stdio: ['ignore', 'pipe', 'ignore'] });
    let until = Infinity;
    child.stdout.once('data', () => {
      until = performance.now() - startedAt;
      child.stdout.resume();
    });
    child.once('exit', () => resolve(event === 'line' ? until : performance.now() - startedAt));
  });
}
