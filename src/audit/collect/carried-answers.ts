import { KeyTable, type Shelf, type Spool } from '../spool/index.ts';
import type { Answer, KeptAnswer, SeenStep } from '../types.ts';
import { asFields } from './fields.ts';

/**
 * What is said of a moment a day later stays as it is: clocks differ by seconds, and Bitbucket may take hours until it
 * knows which pull request a commit came by.
 */
const SETTLED_AFTER_MS = 24 * 60 * 60_000;

type About = KeptAnswer['about'];

/** What Bitbucket has said to earlier audits, as the checkpoint before hands it on. */
export interface CarriedAnswers {
  /**
   * Undefined where that was not asked, or too early for what it is about.
   * @param at the latest moment that the answer is about, milliseconds since 1970
   */
  find(about: About, key: string, at: number): Promise<Answer<unknown> | undefined>;
  isUsed(about: About, key: string): boolean;
  /** How many were found until now. */
  used(about: About): number;
  /** Those that were found, some at a time. */
  all(): AsyncGenerator<readonly KeptAnswer[]>;
}

const SOME = 500;

/** @param answers each thing once; they go to disk */
export async function createCarriedAnswers(
  spool: Pick<Spool, 'createShelf'>,
  answers: AsyncIterable<readonly KeptAnswer[]> | Iterable<readonly KeptAnswer[]>,
): Promise<CarriedAnswers> {
  const shelf = await spool.createShelf<KeptAnswer>('carried-answers');
  const numbers = new KeyTable();
  for await (const some of answers) {
    for (const answer of some) numbers.set(keyOf(answer.about, answer.key), shelf.add(answer));
    await shelf.settle();
  }
  await shelf.flush();
  return new Carried(shelf, numbers);
}

class Carried implements CarriedAnswers {
  readonly #shelf: Shelf<KeptAnswer>;
  readonly #numbers: KeyTable;
  readonly #used: Record<About, Set<number>> = { steps: new Set(), review: new Set() };

  constructor(shelf: Shelf<KeptAnswer>, numbers: KeyTable) {
    [this.#shelf, this.#numbers] = [shelf, numbers];
  }

  async find(about: About, key: string, at: number): Promise<Answer<unknown> | undefined> {
    const number = this.#numbers.get(keyOf(about, key));
    if (number === undefined) return undefined;
    const { answer, askedAt } = await this.#shelf.read(number);
    if (askedAt < at + SETTLED_AFTER_MS || (about === 'review' && !isTimed(answer))) return undefined;
    this.#used[about].add(number);
    return { ...answer, askedAt };
  }

  isUsed(about: About, key: string): boolean {
    const number = this.#numbers.get(keyOf(about, key));
    return number !== undefined && this.#used[about].has(number);
  }

  used(about: About): number {
    return this.#used[about].size;
  }

  async *all(): AsyncGenerator<readonly KeptAnswer[]> {
    const used = [...this.#used.steps, ...this.#used.review].sort((a, b) => a - b);
    for (let first = 0; first < used.length; first += SOME) {
      const some: KeptAnswer[] = [];
      for (const number of used.slice(first, first + SOME)) some.push(await this.#shelf.read(number));
      yield some;
    }
  }
}

function keyOf(about: About, key: string): string {
  return `${about} ${key}`;
}

/** A checkpoint of an older kind has reviews without their times, also of pull requests that were open: asked anew. */
function isTimed(answer: Answer<unknown>): boolean {
  return !('found' in answer) || Array.isArray(asFields(answer.found)['approvals']);
}

/**
 * Whether an answer is good for later audits. Of a step that has not ended, or that waits to be run again, Bitbucket will
 * say something else.
 */
export function isSettled({ about, answer }: Pick<KeptAnswer, 'about' | 'answer'>): boolean {
  if (about === 'review') return true;
  const steps = 'found' in answer ? (answer.found as readonly SeenStep[]) : [];
  return steps.length > 0 && steps.every(({ completedAt }) => completedAt !== undefined);
}
