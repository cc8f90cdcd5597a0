import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { BitbucketAsker } from '../../src/audit/collect/index.ts';
import { createRowFile, writeRow, type RowSource } from '../../src/audit/outputs/index.ts';
import { NOT_ASKED, reviewQuestion, withReview, type NeededReview } from '../../src/audit/reconcile/index.ts';
import { createReviews, type Reviews } from '../../src/audit/reviews.ts';
import { openSpool, type Spool } from '../../src/audit/spool/index.ts';
import type { Asked, Row, RowReview, SeenReview } from '../../src/audit/types.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { makeRow, WHOLE_ROW } from './outputs/support/samples.ts';

const REPOSITORY = '11111111-2222-4333-8444-555555555555';
const repository = { issuer: 'https://issuer.example', workspaceUuid: REPOSITORY, repositoryUuid: `{${REPOSITORY}}` };
const WAITS = { name: 'review', state: 'missing', found: NOT_ASKED.unknown } as const;
const folder = mkdtempSync(`${tmpdir()}/reviews-`);
let spool: Spool;

beforeAll(async () => {
  spool = await openSpool(nodeFiles, folder, { scope: 'one' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function waiting(number: number, commit: string, more: Partial<Row> = {}): Row {
  const build = { repositoryUuid: REPOSITORY, pipelineUuid: REPOSITORY, commit };
  return makeRow(number, { build, checks: [{ name: 'record', state: 'ok', found: 'a' }, WAITS], ...more });
}

const REVIEW: SeenReview = { pullRequest: 7, createdAt: 0, author: 'Ann', approvals: [{ by: 'Grace', at: 1 }] };
/** As a row of any later moment has it. */
const SHOWN: RowReview = { pullRequest: 7, author: 'Ann', approvedBy: ['Grace'] };

class Asker {
  readonly asked: string[] = [];
  /** Of each question, by the commit: the last counts. */
  readonly moments: Record<string, number | undefined> = {};
  readonly #answers: Readonly<Record<string, Asked<SeenReview>>>;

  constructor(answers: Readonly<Record<string, Asked<SeenReview>>>) {
    this.#answers = answers;
  }

  askReview({ commit, at }: { readonly commit: string; readonly at?: number }): Promise<Asked<SeenReview>> {
    this.asked.push(commit);
    this.moments[commit] = at;
    return Promise.resolve(this.#answers[commit] ?? { absent: true });
  }
}

function open(asker: Asker, known = [repository]): Promise<Reviews> {
  return createReviews(asker as unknown as BitbucketAsker, known, spool);
}

function needOf(row: Row): NeededReview | undefined {
  const question = reviewQuestion(row);
  return question && { ...question, at: row.at };
}

async function fill(reviews: Reviews, rows: readonly Row[]): Promise<RowSource> {
  const file = await createRowFile(nodeFiles, folder);
  for (const row of rows) await file.add(row);
  return reviews.fill(file);
}

async function allOf(rows: RowSource): Promise<readonly Row[]> {
  const all: Row[] = [];
  for await (const row of rows.read()) all.push(row);
  return all;
}

describe('reviews', () => {
  it('are asked for once each, and stand in the rows that waited for them', async () => {
    const asker = new Asker({ aa: { found: REVIEW } });
    const reviews = await open(asker);
    const [first, second, none] = [waiting(1, 'aa'), waiting(2, 'aa'), waiting(3, 'bb')];
    const questions = [first, second, none].flatMap((row) => needOf(row) ?? []);
    expect(questions).toHaveLength(3);
    await reviews.need(questions.slice(0, 2));
    await reviews.need(questions.slice(1));
    await reviews.ask(new AbortController().signal);
    expect(asker.asked.toSorted()).toEqual(['aa', 'bb']);
    const rows = await fill(reviews, [first, second, none, makeRow(4)]);
    const check = { name: 'review', state: 'ok', found: 'Pull request 7, approved by Grace.' };
    const [one, two, three, four] = await allOf(rows);
    expect(one).toEqual({ ...first, review: SHOWN, checks: [first.checks[0], check] });
    expect(two?.review).toEqual(SHOWN);
    expect(three).toEqual({
      ...none,
      checks: [none.checks[0], { name: 'review', state: 'none', found: 'No merged pull request has this commit.' }],
    });
    expect(four).toEqual(makeRow(4));
    expect(rows).toMatchObject({ count: 4, classes: { VERIFIED: 4 } });
  });

  it('tell each row what was said before its own moment', async () => {
    const reviews = await open(
      new Asker({ aa: { found: { ...REVIEW, createdAt: 5, approvals: [{ by: 'Bob', at: 9 }] } } }),
    );
    const rows = [waiting(1, 'aa', { at: 4 }), waiting(2, 'aa', { at: 8 }), waiting(3, 'aa', { at: 9 })];
    const filled = await allOf(await fill(reviews, rows));
    expect(filled.map(({ review }) => review?.approvedBy)).toEqual([undefined, [], ['Bob']]);
    expect(filled[0]?.checks.at(-1)?.state).toBe('none');
  });

  it('are not asked for again where that was in vain: each row says why', async () => {
    const asker = new Asker({ aa: { unknown: 'The token reads no pull requests.' } });
    const reviews = await open(asker);
    await reviews.need([{ repositoryUuid: REPOSITORY, commit: 'aa', at: 0 }]);
    await reviews.ask(new AbortController().signal);
    const rows = await allOf(await fill(reviews, [waiting(1, 'aa'), waiting(2, 'aa')]));
    expect(rows.map(({ checks }) => checks.at(-1)?.found)).toEqual(Array(2).fill('The token reads no pull requests.'));
    expect(asker.asked).toEqual(['aa']);
  });

  it('are about the latest moment of all rows that wait for them, in whole seconds', async () => {
    const asker = new Asker({});
    const reviews = await open(asker);
    const need = { repositoryUuid: REPOSITORY, commit: 'aa' };
    for (const at of [5_000, 1_794_312_000_001, 7_000]) await reviews.need([{ ...need, at }]);
    await reviews.need([{ ...need, commit: 'bb', at: Infinity }]);
    await reviews.ask(new AbortController().signal);
    expect(asker.moments).toEqual({ aa: 1_794_312_001_000, bb: 4_294_967_295_000 });
    expect(await allOf(await fill(reviews, [waiting(1, 'aa')]))).toHaveLength(1);
    expect(asker.moments['aa']).toBe(1_794_312_001_000);
  });

  it('of a repository that is not known are not asked for', async () => {
    const asker = new Asker({});
    const reviews = await open(asker, []);
    await reviews.need([{ repositoryUuid: REPOSITORY, commit: 'aa', at: 0 }]);
    await reviews.ask(new AbortController().signal);
    const [row] = await allOf(await fill(reviews, [waiting(1, 'aa')]));
    expect(row?.checks.at(-1)?.found).toMatch(/^Its repository is in no verified record/);
    expect(asker.asked).toEqual([]);
  });

  it('are not asked for when the run is stopped', async () => {
    const asker = new Asker({});
    const reviews = await open(asker);
    await reviews.need([{ repositoryUuid: REPOSITORY, commit: 'aa', at: 0 }]);
    await expect(reviews.ask(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
    expect(asker.asked).toEqual([]);
  });
});

describe('a row with its review', () => {
  it('is written with the text that belongs to it, its members in order', async () => {
    const reviews = await open(new Asker({ aa: { found: REVIEW } }));
    const { review, ...rest } = WHOLE_ROW;
    const row: Row = { ...rest, build: { ...rest.build, commit: 'aa' }, checks: [WAITS] };
    expect(review).toBeDefined();
    for await (const written of (await fill(reviews, [row])).readWritten?.() ?? []) {
      expect(written).toHaveLength(1);
      for (const { row: filled, text } of written) {
        expect(filled.review).toEqual(SHOWN);
        expect(Buffer.from(text).toString()).toBe(writeRow(filled));
        expect(Buffer.from(text).toString()).toBe(JSON.stringify(filled));
      }
    }
  });

  it('waits for nothing where it has its answer, or where no commit is known', () => {
    const row = waiting(1, 'aa');
    expect(reviewQuestion(withReview(row, { absent: true }))).toBeUndefined();
    expect(reviewQuestion(makeRow(1, { checks: row.checks }))).toBeUndefined();
    expect(reviewQuestion(makeRow(1))).toBeUndefined();
  });
});
