/** Whose turn it is to be worked on. */
export interface Work<T> {
  readonly count: number;
  /** So many lie together: whoever begins with them goes on with them. */
  readonly together: number;
  /** @returns whether there was anything to do */
  here(number: number): Promise<boolean>;
  /** By another thread; undefined where that has failed. */
  readonly aside?: ((number: number) => Promise<T | undefined>) | undefined;
  /** Takes what came of it. */
  take(done: T): Promise<void>;
  /** Gives the other thread's answers their turn; rejects where the run is stopped. */
  rest(): Promise<void>;
}

/** On their way to the other thread at once: it never runs dry while this one is busy. */
const LANES = 8;
/** Answers that wait to be taken. */
const MOST_WAITING = 8;

/**
 * Does all of it, each number once: this thread from the first on, the other one from the last. Whatever the other one
 * could not do is done here.
 */
export async function workAll<T>(work: Work<T>): Promise<void> {
  const split = new Split(work);
  const lanes = Array.from({ length: work.aside ? LANES : 0 }, () => split.goAside());
  try {
    for (let number = split.nextHere(); number !== undefined; number = split.nextHere()) {
      const wasWork = await work.here(number);
      await split.takeAll();
      if (wasWork) await work.rest();
    }
    const over = Promise.all(lanes).then(() => true);
    while (!(await Promise.race([over, work.rest().then(() => false)]))) await split.takeAll();
    await split.takeAll();
    for (const number of split.leftOver()) await work.here(number);
  } finally {
    split.stop();
  }
}

class Split<T> {
  readonly #work: Work<T>;
  readonly #done: T[] = [];
  readonly #failed: number[] = [];
  #fault: { readonly error: unknown } | undefined;
  readonly #waiting: (() => void)[] = [];
  /** Numbers of what was begun with, and where the rest of it begins and ends. */
  readonly #here: number[] = [];
  readonly #aside: number[] = [];
  #first = 0;
  #last: number;
  #stopped = false;

  constructor(work: Work<T>) {
    this.#work = work;
    this.#last = work.count;
  }

  nextHere(): number | undefined {
    if (this.#here.length === 0) {
      const end = Math.min(this.#last, this.#first + this.#work.together);
      for (; this.#first < end; this.#first += 1) this.#here.push(this.#first);
    }
    return this.#here.shift();
  }

  /** Never rejects: {@link takeAll} tells what went wrong. */
  async goAside(): Promise<void> {
    for (let number = this.#nextAside(); number !== undefined; number = this.#nextAside()) {
      const done = await this.#work.aside?.(number).catch((error: unknown) => {
        this.#fault ??= { error };
        return undefined;
      });
      if (done === undefined) {
        this.#failed.push(number);
        this.#stopped = true;
        return;
      }
      this.#done.push(done);
      if (this.#done.length > MOST_WAITING) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async takeAll(): Promise<void> {
    if (this.#fault) throw this.#fault.error;
    for (let done = this.#done.shift(); done !== undefined; done = this.#done.shift()) {
      await this.#work.take(done);
      this.#waiting.shift()?.();
    }
  }

  /** What the other thread could not do, and what it would have gone on with. */
  leftOver(): readonly number[] {
    return [...this.#failed, ...this.#aside];
  }

  /** Lets go whoever waits. */
  stop(): void {
    this.#stopped = true;
    for (const resume of this.#waiting.splice(0)) resume();
  }

  #nextAside(): number | undefined {
    if (this.#stopped) return undefined;
    if (this.#aside.length === 0) {
      const begin = Math.max(this.#first, this.#last - this.#work.together);
      for (let number = begin; number < this.#last; number += 1) this.#aside.push(number);
      this.#last = begin;
    }
    return this.#aside.shift();
  }
}
