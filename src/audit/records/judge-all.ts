import type { JudgeBatch, JudgedBatch, NamedFile } from './judge-batch.ts';
import type { Helper } from './judge-thread.ts';

/** A thread takes as long to come as some hundred records to be judged. */
const START_AFTER = 16;
/** Batches that wait for the other thread: it never runs dry. */
const ASIDE = 6;
/** Batches that are judged and wait for one before them. */
const AHEAD = 16;

export interface JudgedFiles {
  readonly batch: readonly NamedFile[];
  readonly judged: JudgedBatch;
}

interface Pending {
  readonly batch: readonly NamedFile[];
  isDone: boolean;
  /** Undefined while it is judged, and where the thread that was to do it has failed. */
  judged: (() => JudgedBatch) | undefined;
  readonly done: Promise<void>;
}

/**
 * Judges batches in this thread, and where there are many of them in another one as well; gives them in their order.
 * @param start undefined where there is no other thread to be had
 * @param rest gives the other thread's answers their turn
 */
export async function* judgeAll(
  batches: AsyncIterable<readonly NamedFile[]>,
  judge: JudgeBatch,
  { start, rest }: { readonly start: () => Helper | undefined; readonly rest: () => Promise<void> },
): AsyncGenerator<JudgedFiles> {
  const desk = new Desk(judge, start);
  try {
    for await (const batch of batches) {
      await desk.take(batch);
      while (desk.isNextDone() || desk.length > AHEAD) yield await desk.next();
      await rest();
    }
    while (desk.length > 0) yield await desk.next();
  } finally {
    await desk.end();
  }
}

class Desk {
  readonly #judge: JudgeBatch;
  readonly #start: () => Helper | undefined;
  readonly #pending: Pending[] = [];
  #helper: Helper | undefined;
  #seen = 0;
  #aside = 0;
  #hasFailed = false;

  constructor(judge: JudgeBatch, start: () => Helper | undefined) {
    [this.#judge, this.#start] = [judge, start];
  }

  get length(): number {
    return this.#pending.length;
  }

  isNextDone(): boolean {
    return this.#pending[0]?.isDone === true;
  }

  async take(batch: readonly NamedFile[]): Promise<void> {
    this.#seen += 1;
    if (this.#seen === START_AFTER) this.#helper = this.#start();
    if (this.#helper && !this.#hasFailed && this.#aside < ASIDE) {
      this.#pending.push(this.#send(batch, this.#helper));
      return;
    }
    const judged = await this.#judge(batch);
    this.#pending.push({ batch, isDone: true, judged: () => judged, done: Promise.resolve() });
  }

  async next(): Promise<JudgedFiles> {
    const next = this.#pending.shift();
    if (!next) throw new Error('no batch is waiting');
    await next.done;
    const { batch, judged } = next;
    // Whatever has ended the thread: here its work is done again, and what is wrong is told.
    return { batch, judged: judged?.() ?? (await this.#judge(batch)) };
  }

  async end(): Promise<void> {
    await this.#helper?.end();
  }

  #send(batch: readonly NamedFile[], helper: Helper): Pending {
    this.#aside += 1;
    const pending: Pending = {
      ...{ batch, isDone: false, judged: undefined },
      done: helper.judge(batch).then((judged) => {
        this.#aside -= 1;
        this.#hasFailed ||= judged === undefined;
        [pending.isDone, pending.judged] = [true, judged];
      }),
    };
    return pending;
  }
}
