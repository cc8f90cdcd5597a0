/** Up to here every millisecond is counted by itself. */
const EXACT_MS = 10_000;
/** Beyond that, so many digits: half a percent, in at most a few thousand counters, whatever comes in. */
const DIGITS = 3;

/** What was counted, as JSON has it. */
export interface DistancesState {
  readonly counts: readonly (readonly [key: number, count: number])[];
  /** Undefined where nothing was counted. */
  readonly ends?: readonly [min: number, max: number];
  readonly overOneSecond: number;
}

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

  /** For {@link join}. */
  state(): DistancesState {
    return {
      counts: [...this.#counts],
      ...(this.#pairs > 0 && { ends: [this.#min, this.#max] }),
      overOneSecond: this.#overOneSecond,
    };
  }

  join({ counts, ends, overOneSecond }: DistancesState): void {
    for (const [key, count] of counts) {
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
      this.#pairs += count;
    }
    if (!ends) return;
    [this.#min, this.#max] = [Math.min(this.#min, ends[0]), Math.max(this.#max, ends[1])];
    this.#overOneSecond += overOneSecond;
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
