import { describe, expect, it } from '@jest/globals';
import {
  createBitbucketAsker,
  createCarriedAnswers,
  type BitbucketAsker,
  type CarriedAnswers,
} from '../../../src/audit/collect/index.ts';
import type { KeptAnswer } from '../../../src/audit/types.ts';
import { bench, NEVER, SINCE, type Bench } from './support/bench.ts';

const DAY = 24 * 60 * 60_000;
const PIPELINE = 'aaaaaaaa-0000-4000-8000-000000000001';
const OTHER = 'aaaaaaaa-0000-4000-8000-000000000002';
const STEP = 'bbbbbbbb-0000-4000-8000-000000000001';
const COMMIT = 'c0ffee'.padEnd(40, '0');
const ENDED = { uuid: STEP, startedAt: SINCE, completedAt: SINCE + 1000 };

function steps(askedAt: number, found: unknown = [ENDED]): KeptAnswer {
  return { about: 'steps', key: PIPELINE, askedAt, answer: { found } };
}

async function open(b: Bench, answers: readonly KeptAnswer[] = []): Promise<BitbucketAsker> {
  const spool = await b.open();
  return createBitbucketAsker(b.bitbucket, spool, NEVER, { carried: await createCarriedAnswers(spool, [answers]) });
}

function plant({ sandbox }: Bench, uuid = PIPELINE, completedAt: number | 'never' = SINCE + 2000): void {
  sandbox.bitbucket.plantPipeline({ uuid: `{${uuid}}`, createdAt: SINCE });
  const ended = completedAt === 'never' ? {} : { completedAt };
  sandbox.bitbucket.plantStep({ pipeline: `{${uuid}}`, uuid: `{${STEP}}`, startedAt: SINCE, ...ended });
}

async function settledOf(asker: Pick<BitbucketAsker, 'settled'>): Promise<readonly KeptAnswer[]> {
  return (await Array.fromAsync(asker.settled())).flat();
}

describe('what Bitbucket has said to an earlier audit', () => {
  it('is not asked again, and says when it was said', async () => {
    const b = await bench();
    const [askedAt, key] = [SINCE + DAY, `${b.repository.repositoryUuid.slice(1, -1)}/${COMMIT}`];
    const none: KeptAnswer = { about: 'review', key, askedAt, answer: { absent: true } };
    const asker = await open(b, [steps(askedAt), none]);
    expect(await asker.askSteps(`{${PIPELINE.toUpperCase()}}`, b.repository, SINCE)).toEqual({
      found: [ENDED],
      askedAt,
    });
    const question = { repository: b.repository, commit: COMMIT, at: SINCE };
    expect(await asker.askReview(question)).toEqual({ absent: true, askedAt });
    expect(b.sandbox.journal).toEqual([]);
    const notes = ['1 as Bitbucket has said to earlier audits.'];
    expect(asker.states()).toEqual([
      { name: 'pipelines', seen: 0, missing: [] },
      { name: 'steps', seen: 1, missing: [], notes },
      { name: 'reviews', seen: 1, missing: [], notes },
    ]);
  });

  it('is asked again of a review that has no times', async () => {
    const b = await bench();
    const key = `${b.repository.repositoryUuid.slice(1, -1)}/${COMMIT}`;
    const old = { pullRequest: 9, approvedBy: ['Mallory'] };
    const asker = await open(b, [{ about: 'review', key, askedAt: SINCE + DAY, answer: { found: old } }]);
    expect(await asker.askReview({ repository: b.repository, commit: COMMIT, at: SINCE })).toEqual({ absent: true });
  });

  it.each<[string, number, number | undefined]>([
    ['less than a day behind what it is about', SINCE + DAY - 1, SINCE],
    ['before it', SINCE, SINCE + 1],
    ['of which nobody says when that was', SINCE + DAY, undefined],
  ])('is asked again where it was said %s', async (_, askedAt, at) => {
    const b = await bench();
    plant(b);
    const asker = await open(b, [steps(askedAt)]);
    const now = { found: [{ ...ENDED, completedAt: SINCE + 2000 }] };
    expect(await asker.askSteps(PIPELINE, b.repository, at)).toEqual(now);
    expect(b.asked(/steps/)).toHaveLength(1);
    expect(asker.states()[1]).toEqual({ name: 'steps', seen: 1, missing: [] });
  });

  it('is handed on as it is, also where a later moment had it asked again', async () => {
    const b = await bench();
    plant(b);
    const asker = await open(b, [steps(SINCE + DAY)]);
    await asker.askSteps(PIPELINE, b.repository, SINCE);
    await asker.askSteps(PIPELINE, b.repository, SINCE + 1);
    expect(b.asked(/steps/)).toHaveLength(1);
    expect(await asker.askSteps(PIPELINE, b.repository, SINCE)).toMatchObject({ askedAt: SINCE + DAY });
    expect(await settledOf(asker)).toEqual([steps(SINCE + DAY)]);
  });

  it('is forgotten where nobody asks for it', async () => {
    const asker = await open(await bench(), [steps(SINCE + DAY)]);
    expect(await settledOf(asker)).toEqual([]);
  });
});

describe('what is handed on to the next audit', () => {
  it('is what was asked, with the time before the question', async () => {
    const b = await bench();
    plant(b);
    const asker = await open(b);
    const before = b.platform.clock.now();
    await asker.askSteps(PIPELINE, b.repository);
    await asker.askReview({ repository: b.repository, commit: COMMIT });
    const answers = await settledOf(asker);
    expect(answers).toEqual([
      steps(expect.any(Number) as unknown as number, [{ ...ENDED, completedAt: SINCE + 2000 }]),
      {
        ...{ about: 'review', key: `${b.repository.repositoryUuid.slice(1, -1)}/${COMMIT}` },
        ...{ askedAt: expect.any(Number), answer: { absent: true } },
      },
    ]);
    for (const { askedAt } of answers) expect(askedAt).toBeGreaterThanOrEqual(before);
  });

  it('is no step that goes on, no pipeline without steps, and nothing that was asked in vain', async () => {
    const b = await bench();
    plant(b, PIPELINE, 'never');
    b.sandbox.bitbucket.plantPipeline({ uuid: `{${OTHER}}`, createdAt: SINCE });
    b.sandbox.misbehave({ match: { path: /pullrequests/ }, times: 99, action: { kind: 'status', status: 503 } });
    const asker = await open(b);
    expect(await asker.askSteps(PIPELINE, b.repository)).toHaveProperty('found');
    expect(await asker.askSteps(OTHER, b.repository)).toEqual({ found: [] });
    expect(await asker.askSteps(STEP, b.repository)).toEqual({ absent: true });
    expect(await asker.askReview({ repository: b.repository, commit: COMMIT })).toHaveProperty('unknown');
    expect(await settledOf(asker)).toEqual([]);
  });

  it('is also what a run has asked that did not come to its end', async () => {
    const b = await bench();
    plant(b);
    const first = await open(b);
    await first.askSteps(PIPELINE, b.repository);
    const [asked] = await settledOf(first);
    const second = await open(b);
    await second.askSteps(PIPELINE, b.repository);
    expect(await settledOf(second)).toEqual([asked]);
    expect(b.asked(/steps/)).toHaveLength(1);
  });
});

it('goes to disk, however much it is', async () => {
  const spool = await (await bench()).open();
  const many = Array.from({ length: 1200 }, (_, index): KeptAnswer => ({ ...steps(SINCE + DAY), key: String(index) }));
  const carried: CarriedAnswers = await createCarriedAnswers(spool, [many.slice(0, 700), many.slice(700)]);
  for (const { key } of many.slice(100)) expect(await carried.find('steps', key, SINCE)).toHaveProperty('found');
  expect(await carried.find('review', '7', SINCE)).toBeUndefined();
  expect([carried.used('steps'), carried.isUsed('steps', '99'), carried.isUsed('steps', '100')]).toEqual([
    1100,
    false,
    true,
  ]);
  expect((await Array.fromAsync(carried.all())).flat()).toEqual(many.slice(100));
});
