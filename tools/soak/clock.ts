import type { Clock } from '../../src/platform/types.ts';

/** How often it is looked whether time may move on, and how long something under way can hold it up: real milliseconds. */
const TICK_MS = 1;
const STALLED_MS = 250;

/** The clock of one run. */
export interface RunClock extends Clock {
  /** Sleepers that nobody has woken: after a run there must be none. */
  sleepers(): number;
  /** How long its sleeps were together, in milliseconds of its own. */
  slept(): number;
  /** Its deadlines come now: what waits for them must not outlive the run. */
  end(): void;
}

/** Real time, and on top of it all that was slept: so it goes on for the world, and never back. */
export interface SpedClock {
  now(): number;
  /** Something is under way that a sleeper must not overtake. @returns ends it; may be called twice. */
  hold(): () => void;
  /** Something waits for a deadline alone. @returns ends it. */
  await(): () => void;
  startRun(): RunClock;
}

interface Due {
  readonly at: number;
  readonly meet: () => void;
}

/**
 * A clock on which nobody waits: where nothing is under way, time leaps to whoever is to be woken next, in the order of
 * their times. Deadlines come in that order, too.
 */
export function createSpedClock(real: () => number = Date.now): SpedClock {
  const sleepers = new Set<Due>();
  const deadlines = new Set<Due>();
  let [skipped, held, awaited, heldSince] = [0, 0, 0, 0];
  let ticking = false;
  // Whole milliseconds, as every clock of the product's; a wait may have had fractions.
  const now = (): number => Math.floor(real() + skipped);

  function tick(): void {
    ticking = false;
    // What was held for so long moves by itself, or not at all.
    if (held === 0 || real() - heldSince > STALLED_MS) leap();
    meetAll(deadlines, now());
    meetAll(sleepers, now());
    wind();
  }
  function leap(): void {
    const next = earliest(sleepers) ?? (awaited > 0 ? earliest(deadlines) : undefined);
    if (next !== undefined) skipped += Math.max(0, next - now());
  }
  function wind(): void {
    if (ticking || (sleepers.size === 0 && awaited === 0)) return;
    ticking = true;
    setTimeout(tick, TICK_MS);
  }
  function count(add: (by: 1 | -1) => void): () => void {
    let on = true;
    add(1);
    wind();
    return () => {
      if (on) add(-1);
      on = false;
    };
  }
  return {
    now,
    hold: () =>
      count((by) => {
        held += by;
        heldSince = real();
      }),
    await: () => count((by) => void (awaited += by)),
    startRun: () => startRun({ now, sleepers, deadlines, wind }),
  };
}

interface Inside {
  readonly now: () => number;
  readonly sleepers: Set<Due>;
  readonly deadlines: Set<Due>;
  readonly wind: () => void;
}

function startRun({ now, sleepers, deadlines, wind }: Inside): RunClock {
  const own = new Set<Due>();
  const mine = new Set<Due>();
  let slept = 0;
  return {
    now,
    sleepers: () => mine.size,
    slept: () => slept,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason as Error);
          return;
        }
        slept += ms;
        const stop = (): void => leave(() => reject(signal?.reason as Error));
        const due: Due = { at: now() + ms, meet: () => leave(resolve) };
        const leave = (settle: () => void): void => {
          sleepers.delete(due);
          mine.delete(due);
          signal?.removeEventListener('abort', stop);
          settle();
        };
        signal?.addEventListener('abort', stop);
        sleepers.add(due);
        mine.add(due);
        wind();
      });
    },
    timeout(ms) {
      const controller = new AbortController();
      const meet = (): void => controller.abort(new DOMException('The deadline has come.', 'TimeoutError'));
      const due: Due = { at: now() + ms, meet };
      deadlines.add(due);
      own.add(due);
      return controller.signal;
    },
    end() {
      // Sooner or later each of them comes, and Node keeps what listens for it until then.
      for (const due of own) if (deadlines.delete(due)) due.meet();
      own.clear();
    },
  };
}

function earliest(all: ReadonlySet<Due>): number | undefined {
  let first: number | undefined;
  for (const { at } of all) if (first === undefined || at < first) first = at;
  return first;
}

function meetAll(all: Set<Due>, now: number): void {
  const due = [...all].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
  for (const one of due) {
    all.delete(one);
    one.meet();
  }
}
