import type { Clock } from '../../../src/platform/types.ts';

export interface VirtualClock extends Clock {
  /** Every sleep that was asked for, in milliseconds. */
  readonly slept: number[];
  /** Milliseconds that have gone by. */
  elapsed(): number;
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

const START = Date.UTC(2026, 10, 25);

/** Time that stands still while anything works, and then jumps to the next sleeper: the same in every run. */
export function virtualClock(): VirtualClock {
  const slept: number[] = [];
  const sleepers = new Set<Sleeper>();
  let now = START;
  let pumping = false;
  const pump = async (): Promise<void> => {
    pumping = true;
    while (sleepers.size > 0) {
      // A few turns of the event loop, so that everything that can go on has gone on.
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const [next] = [...sleepers].sort((a, b) => a.due - b.due);
      if (!next) break;
      sleepers.delete(next);
      now = Math.max(now, next.due);
      next.wake();
    }
    pumping = false;
  };
  return {
    slept,
    elapsed: () => now - START,
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const fail = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        };
        const sleeper: Sleeper = {
          due: now + ms,
          wake: () => {
            signal?.removeEventListener('abort', fail);
            resolve();
          },
        };
        slept.push(ms);
        if (signal?.aborted) {
          fail();
          return;
        }
        signal?.addEventListener('abort', fail);
        sleepers.add(sleeper);
        if (!pumping) void pump();
      }),
    timeout: () => new AbortController().signal,
  };
}
