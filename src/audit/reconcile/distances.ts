/** Up to here every millisecond is counted by itself. */
const EXACT_MS = 10_000;
/** Beyond that, so many digits: half a percent, in at most a few thousand counters, whatever comes in. */
const DIGITS = 3;

/** Differences in milliseconds, counted: ends exact, the median exact up to ten seconds and within half a percent beyond. */
export class Distances {
  readonly #counts = new Map<number, number>();
  #pairs = 0;
  #min = Infinity;
  #max = -Infinity;
  #overOneSecond = 0;

  add(ms: number): void {
    if (!Number.isFinite(ms)) return;
    const key = coarse(ms);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    this.#pairs += 1;
    this.#min = Math.min(this.#min, ms);
    this.#max = Math.max(this.#max, ms);
    if (Math.abs(ms) > 1000) this.#overOneSecond += 1;
  }

  get pairs(): number {
    return this.#pairs;
  }

  /** Undefined where nothing was counted. Of an even number the lower one of the two in the middle. */
  median(): number | undefined {
    const middle = Math.ceil(this.#pairs / 2);
    let passed = 0;
    for (const key of [...this.#counts.keys()].sort((a, b) => a - b)) {
      passed += this.#counts.get(key) ?? 0;
      if (passed >= middle && passed > 0) return Math.min(Math.max(key, this.#min), this.#max);
    }
    return undefined;
  }

  summary(): { pairs: number; min: number; median: number; max: number; overOneSecond: number } | undefined {
    const median = this.median();
    if (median === undefined) return undefined;
    return { pairs: this.#pairs, min: this.#min, median, max: this.#max, overOneSecond: this.#overOneSecond };
  }
}

function coarse(ms: number): number {
  const whole = Math.round(ms);
  return Math.abs(whole) <= EXACT_MS ? whole : Number(whole.toPrecision(DIGITS));
}
