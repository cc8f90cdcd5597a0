import { describe, expect, it } from '@jest/globals';
import { bench } from './support/bench.ts';
import {
  ADA,
  commitOf,
  LIST,
  listingAsker,
  plantMerge,
  reviewOf,
  reviewsOf,
  SINGLE,
  upTo,
  built,
  listPipelines,
  entered,
  entry,
} from './support/merges.ts';

describe('reviews of merges', () => {
  it('are told by one list, as single questions tell them', async () => {
    const b = await built(3);
    const asker = await listingAsker(b);
    const listed = await reviewsOf(b, asker, upTo(3));
    expect(listed).toEqual(upTo(3).map(reviewOf));
    expect([b.asked(LIST).length, b.asked(SINGLE).length]).toEqual([1, 0]);
    expect(asker.states()).toContainEqual({ name: 'reviews', seen: 3, missing: [] });

    // Without a list of pipelines there is nothing to list pull requests for.
    const other = await bench();
    for (const index of upTo(3)) plantMerge(other, index);
    expect(await reviewsOf(other, await listingAsker(other), upTo(3))).toEqual(listed);
    expect([other.asked(LIST).length, other.asked(SINGLE).length]).toEqual([0, 6]);
  });

  it('are asked for by the state, the time and the members that are wanted', async () => {
    const b = await built(1);
    await reviewsOf(b, await listingAsker(b), [1]);
    const [asked = ''] = b.asked(LIST);
    expect(Object.fromEntries(new URL(asked, 'https://x.example').searchParams)).toEqual({
      ...{ state: 'MERGED', q: 'state="MERGED" AND updated_on >= 2026-10-02T00:00:00+00:00' },
      ...{ sort: '-updated_on', pagelen: '50' },
      fields: expect.stringMatching(/^next,.*values\.participants$/),
    });
  });

  it('are read page by page', async () => {
    const b = await built(120);
    expect(await reviewsOf(b, await listingAsker(b), upTo(120))).toEqual(upTo(120).map(reviewOf));
    expect([b.asked(LIST).length, b.asked(SINGLE).length]).toEqual([3, 0]);
  });

  it('are read on where the list does not name its next page', async () => {
    const b = await built(60, upTo(60), { bitbucket: { omitNext: true } });
    expect(await reviewsOf(b, await listingAsker(b), upTo(60))).toEqual(upTo(60).map(reviewOf));
    expect([b.asked(LIST).length, b.asked(SINGLE).length]).toEqual([2, 0]);
  });

  it('are listed for no repository without pipelines, and for none before a review is asked for', async () => {
    const b = await bench();
    plantMerge(b, 1);
    await listPipelines(b);
    const asker = await listingAsker(b);
    expect(b.asked(LIST)).toEqual([]);
    // Its pipeline is of the sandbox's own time: not of the period.
    expect(await reviewsOf(b, asker, [1])).toEqual([reviewOf(1)]);
    expect(b.asked(LIST)).toEqual([]);
  });
});

describe('a commit that no list settles', () => {
  it('is asked for singly: a direct push, and a commit of a pull request', async () => {
    const b = await built(3, [1]);
    b.sandbox.bitbucket.plantPullRequest({ id: 77, state: 'MERGED', author: ADA, commits: [commitOf(2)] });
    const answers = await reviewsOf(b, await listingAsker(b), upTo(3));
    expect(answers).toEqual([
      reviewOf(1),
      { found: expect.objectContaining({ pullRequest: 77, author: 'Ada Lovelace', approvals: [] }) },
      { absent: true },
    ]);
    expect([b.asked(LIST).length, b.asked(SINGLE).length]).toEqual([1, 3]);
  });

  it('is one that only begins like a merge', async () => {
    const b = await built(1);
    const asker = await listingAsker(b);
    const commit = `${commitOf(1).slice(0, 12)}${'d'.repeat(28)}`;
    b.sandbox.misbehave({
      match: { path: LIST },
      action: { kind: 'status', status: 200, body: { values: [entry({ merge_commit: { hash: commitOf(1) } })] } },
    });
    expect(await asker.askReview({ repository: b.repository, commit })).toEqual({ absent: true });
    expect(await reviewsOf(b, asker, [1])).toEqual([entered(1)]);
  });

  it('is one that two pull requests claim, though Bitbucket calls both merged', async () => {
    const b = await built(2);
    plantMerge(b, 9, { mergeCommit: commitOf(1), participants: [] });
    const answers = await reviewsOf(b, await listingAsker(b), upTo(2));
    expect(answers).toEqual([
      { found: expect.objectContaining({ pullRequest: 9, author: 'Ada Lovelace', approvals: [] }) },
      reviewOf(2),
    ]);
    expect(b.asked(SINGLE)).toHaveLength(3);
  });

  it('is one that another entry claims of which not all is told', async () => {
    const b = await built(1);
    const values = [entry({ id: 9, participants: undefined }), entry({})];
    b.sandbox.misbehave({ match: { path: LIST }, action: { kind: 'status', status: 200, body: { values } } });
    expect(await reviewsOf(b, await listingAsker(b), [1])).toEqual([reviewOf(1)]);
    expect(b.asked(SINGLE)).toHaveLength(2);
  });

  it.each([
    ['participants', { participants: undefined }],
    ['participants that are a list', { participants: {} }],
    ['a word on who approved', { participants: [{ user: { display_name: 'Bob' } }] }],
    ['an id', { id: '1' }],
    ['an id that is one', { id: 0 }],
    ['a merge commit', { merge_commit: null }],
    ['a hash that can be read', { merge_commit: { hash: 'main' } }],
    ['a hash that is long enough', { merge_commit: { hash: commitOf(1).slice(0, 11) } }],
    ['a merge', { state: 'OPEN' }],
    ['a time when it was opened', { created_on: undefined }],
  ])('is one whose entry lacks %s', async (_, members) => {
    const b = await built(2);
    // Another one is whole: so it is not the list that lacks it.
    const values = [entry(members), entry({ id: 2, merge_commit: { hash: commitOf(2).slice(0, 12) } })];
    b.sandbox.misbehave({ match: { path: LIST }, action: { kind: 'status', status: 200, body: { values } } });
    const answers = await reviewsOf(b, await listingAsker(b), upTo(2));
    expect(answers).toEqual([reviewOf(1), entered(2)]);
    expect(b.asked(SINGLE)).toHaveLength(2);
  });
});
