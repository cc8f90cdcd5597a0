import type { RepositoryName } from '../bitbucket/index.ts';
import type { BitbucketAsker } from './collect/index.ts';
import { writeRow, type RowFile, type RowSource, type WrittenRow } from './outputs/index.ts';
import { reviewQuestion, withReview, type BuiltCommit, type NeededReview } from './reconcile/index.ts';
import { findAmong, NO_REPOSITORY, type FindRepositories } from './repositories.ts';
import { KeyTable, type BucketWriter, type Spool } from './spool/index.ts';
import { spread } from './spread.ts';
import type { Asked, SeenReview } from './types.ts';

/** Later than any answer. */
const NEVER_S = 2 ** 32 - 1;

/**
 * The reviews of what changed production. They decide no class, and may use up what a service allows: so they are asked
 * for when all else is known, and stand in the rows when these are read.
 */
export interface Reviews {
  /** What rows that were made wait for. */
  need(needs: readonly NeededReview[]): Promise<void>;
  /** Asks for all of them, each once. */
  ask(signal: AbortSignal): Promise<void>;
  /** The same rows, with what was answered. */
  fill(rows: RowFile): RowSource;
}

export async function createReviews(
  asker: BitbucketAsker,
  repositories: readonly RepositoryName[],
  spool: Spool,
): Promise<Reviews> {
  const desk = new Desk(asker, repositories, await spool.createBuckets<BuiltCommit>('needed-reviews'));
  return {
    need: (needs) => desk.need(needs),
    ask: (signal) => desk.ask(signal),
    fill: (rows) => fill(rows, desk),
  };
}

class Desk {
  readonly #asker: BitbucketAsker;
  readonly #repositories: FindRepositories;
  readonly #writer: BucketWriter<BuiltCommit>;
  /** The latest moment that each is about, in seconds. */
  readonly #needed = new KeyTable();
  /** What was asked in vain, which the asker would ask again: by the number of the reason. */
  readonly #inVain = new KeyTable();
  readonly #reasons: string[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(asker: BitbucketAsker, repositories: readonly RepositoryName[], writer: BucketWriter<BuiltCommit>) {
    this.#asker = asker;
    this.#repositories = findAmong(repositories);
    this.#writer = writer;
  }

  async need(needs: readonly NeededReview[]): Promise<void> {
    for (const need of needs) {
      const key = keyOf(need);
      const [before, at] = [this.#needed.get(key), Math.min(Math.ceil(need.at / 1000), NEVER_S)];
      if (before === undefined) this.#writer.add(key, { repositoryUuid: need.repositoryUuid, commit: need.commit });
      this.#needed.set(key, Math.max(before ?? 0, at));
    }
    await this.#writer.settle();
  }

  async ask(signal: AbortSignal): Promise<void> {
    const needed = await this.#writer.finish();
    for (let bucket = 0; bucket < needed.count; bucket += 1) {
      signal.throwIfAborted();
      await spread(await needed.read(bucket), async (need) => {
        const answer = await this.#look(need);
        if ('unknown' in answer) this.#inVain.set(keyOf(need), this.#numberOf(answer.unknown));
      });
    }
  }

  async find(need: BuiltCommit): Promise<Asked<SeenReview>> {
    const unknown = this.#reasons[this.#inVain.get(keyOf(need)) ?? -1];
    return unknown === undefined ? this.#look(need) : { unknown };
  }

  async #look(need: BuiltCommit): Promise<Asked<SeenReview>> {
    const { repositoryUuid, commit } = need;
    const [repository] = this.#repositories(repositoryUuid);
    const at = (this.#needed.get(keyOf(need)) ?? NEVER_S) * 1000;
    return repository ? this.#asker.askReview({ repository, commit, at }) : NO_REPOSITORY;
  }

  #numberOf(reason: string): number {
    const known = this.#numbers.get(reason);
    if (known !== undefined) return known;
    const number = this.#reasons.push(reason) - 1;
    this.#numbers.set(reason, number);
    return number;
  }
}

function keyOf({ repositoryUuid, commit }: BuiltCommit): string {
  return `${repositoryUuid}/${commit}`;
}

function fill(rows: RowFile, desk: Pick<Desk, 'find'>): RowSource {
  async function* readWritten(): AsyncGenerator<readonly WrittenRow[]> {
    for await (const some of rows.readWritten()) {
      const filled: WrittenRow[] = [];
      for (const one of some) {
        const question = reviewQuestion(one.row);
        filled.push(question ? fillOne(one, await desk.find(question)) : one);
      }
      yield filled;
    }
  }
  return {
    ...{ count: rows.count, classes: rows.classes, readWritten },
    async *read() {
      for await (const some of readWritten()) for (const { row } of some) yield row;
    },
  };
}

const CHECKS = Buffer.from(',"checks":[');
const END = ']}';

/** Most of a text stays as it is: to write it anew costs as much as all else that is done for a row here. */
function fillOne({ row, text }: WrittenRow, answer: Asked<SeenReview>): WrittenRow {
  const filled = withReview(row, answer);
  const [before, after] = [row.checks.at(-1), filled.checks.at(-1)];
  // An exception stands between the review and the checks.
  if (filled.exception) return { row: filled, text: Buffer.from(writeRow(filled)) };
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  // In no text of the row: there each quote is escaped.
  const checks = bytes.indexOf(CHECKS);
  const tail = Buffer.byteLength(JSON.stringify(before)) + END.length;
  const review = filled.review === undefined ? '' : `,"review":${JSON.stringify(filled.review)}`;
  const parts = [
    ...[bytes.subarray(0, checks), Buffer.from(review), bytes.subarray(checks, bytes.length - tail)],
    Buffer.from(`${JSON.stringify(after)}${END}`),
  ];
  return { row: filled, text: Buffer.concat(parts) };
}
