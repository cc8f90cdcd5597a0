import type { Clock } from '../platform/types.ts';

/** How a request ends before its answer: by its own signal, or by the deadline. */
export interface Deadline {
  readonly deadline: AbortSignal;
  /** Either of both. */
  readonly signal: AbortSignal;
}

interface Slice extends Deadline {
  readonly begunAt: number;
  readonly ms: number;
}

/** Of a deadline: requests that begin so close to each other have one. */
const SLICE = 1 / 30;
const LEAST_SHARED_MS = 10_000;

/**
 * Deadlines of many requests. A signal of its own for each, and one of both, are alive until the deadline has come: an
 * audit had 14,000 of them beside their timers. Requests of one second share theirs, which for the last of them comes a
 * thirtieth too early.
 */
export class Deadlines {
  readonly #clock: Pick<Clock, 'now' | 'timeout'>;
  readonly #slices = new WeakMap<AbortSignal, Slice>();

  constructor(clock: Pick<Clock, 'now' | 'timeout'>) {
    this.#clock = clock;
  }

  of(signal: AbortSignal, ms: number): Deadline {
    const now = this.#clock.now();
    const known = this.#slices.get(signal);
    if (known?.ms === ms && !known.signal.aborted && Math.abs(now - known.begunAt) < ms * SLICE) return known;
    const deadline = this.#clock.timeout(ms);
    const slice = { deadline, signal: AbortSignal.any([signal, deadline]), begunAt: now, ms };
    if (ms >= LEAST_SHARED_MS) this.#slices.set(signal, slice);
    return slice;
  }
}
