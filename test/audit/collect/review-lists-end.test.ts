import { describe, expect, it } from '@jest/globals';
import { nodeFiles } from '../../../src/platform/files.ts';
import { mortalFiles, SINCE, type Moment } from './support/bench.ts';
import {
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

const DAY = 24 * 3_600_000;

describe('a list ends', () => {
  it('with as many pages as there are commits', async () => {
    const b = await built(2, []);
    for (const index of upTo(150)) plantMerge(b, index + 100);
    expect(await reviewsOf(b, await listingAsker(b), upTo(2))).toEqual([{ absent: true }, { absent: true }]);
    expect([b.asked(LIST).length, b.asked(SINGLE).length]).toEqual([2, 2]);
  });

  it('where it lies before the period, and has nothing that was built in it', async () => {
    const b = await built(9, upTo(8));
    plantMerge(b, 9, { updatedAt: SINCE - 29 * DAY });
    for (const index of upTo(200)) plantMerge(b, index + 100, { updatedAt: SINCE - DAY - index });
    await reviewsOf(b, await listingAsker(b), upTo(9));
    // The second page is of what was merged before; the ninth commit's merge is not looked for beyond it.
    expect([b.asked(LIST).length, b.asked(SINGLE).length]).toEqual([2, 2]);
  });

  it('where the server leaves out what it was asked for', async () => {
    const b = await built(9);
    const values = upTo(50).map((id) => entry({ id, participants: undefined }));
    b.sandbox.misbehave({ match: { path: LIST }, times: 9, action: { kind: 'status', status: 200, body: { values } } });
    expect(await reviewsOf(b, await listingAsker(b), [1])).toEqual([reviewOf(1)]);
    expect(b.asked(LIST)).toHaveLength(1);
  });

  it.each(['https://evil.example.com/2.0/repositories/a/b/pullrequests?page=2', 7])(
    'where its next page is elsewhere (%j), and keeps what it had',
    async (next) => {
      const b = await built(9);
      const body = { values: [entry({})], next };
      b.sandbox.misbehave({ match: { path: LIST }, action: { kind: 'status', status: 200, body } });
      const asker = await listingAsker(b);
      expect(await reviewsOf(b, asker, [1, 2])).toEqual([entered(1), reviewOf(2)]);
      expect([b.asked(LIST).length, b.asked(SINGLE).length]).toEqual([1, 2]);
      expect(asker.states().flatMap(({ missing }) => missing)).toEqual([]);
    },
  );
});

describe('a list that cannot be read', () => {
  it.each([
    ['is not taken as it was asked for', { kind: 'status', status: 400 }],
    ['is none', { kind: 'status', status: 200, body: { values: 'x' } }],
    ['is not there', { kind: 'status', status: 404 }],
  ] as const)('because it %s costs nothing but single questions', async (_, action) => {
    const b = await built(2);
    b.sandbox.misbehave({ match: { path: LIST }, times: 99, action });
    const asker = await listingAsker(b);
    expect(await reviewsOf(b, asker, upTo(2))).toEqual(upTo(2).map(reviewOf));
    expect(b.asked(LIST)).toHaveLength(1);
    expect(asker.states().flatMap(({ missing }) => missing)).toEqual([]);
  });

  it('for want of a scope has one single question say so, and the rest are not asked', async () => {
    const b = await built(3);
    const asker = await listingAsker(b, { token: 'weakAccessToken' });
    const unknown = expect.stringMatching(/needs the scope read:pullrequest:bitbucket/);
    expect(await reviewsOf(b, asker, upTo(3))).toEqual([{ unknown }, { unknown }, { unknown }]);
    expect([b.asked(LIST).length, b.asked(SINGLE).length]).toEqual([1, 1]);
    expect(asker.states().flatMap(({ missing }) => missing)).toEqual([expect.stringMatching(/\(3 times\)$/)]);
  });

  it('for a token of elsewhere leaves the words to the single question', async () => {
    const b = await built(1);
    const asker = await listingAsker(b, { token: 'foreignAccessToken' });
    expect(await reviewsOf(b, asker, [1])).toEqual([{ unknown: expect.stringMatching(/does not reach the repo/) }]);
  });

  it('to its end leaves what is open to single questions, and the next run goes on', async () => {
    let end = Infinity;
    const b = await built(120, upTo(120), { deadlineAt: () => end });
    const { http } = b.bitbucket;
    let pages = 0;
    const request = async (...[asked]: Parameters<typeof http.request>): ReturnType<typeof http.request> => {
      if (!asked.url.includes('/pullrequests?')) return http.request(asked);
      pages += 1;
      // The run is at its end behind the first page; the next one has time.
      end = pages <= 2 ? b.platform.clock.now() : Infinity;
      if (pages === 2) b.sandbox.misbehave({ match: { path: LIST }, action: { kind: 'bitbucket-rate-limit' } });
      return http.request(asked);
    };
    const limited = { ...b, bitbucket: { ...b.bitbucket, http: { ...http, request } } };
    const first = await listingAsker(limited);
    expect(await reviewsOf(b, first, [120, 1])).toEqual([reviewOf(120), reviewOf(1)]);
    expect(first.hasEnded()).toBe(false);
    expect([b.asked(LIST).length, b.asked(SINGLE).length]).toEqual([2, 2]);
    expect(await reviewsOf(b, await listingAsker(limited), [120, 2])).toEqual([reviewOf(120), reviewOf(2)]);
    expect([b.asked(LIST).length, b.asked(SINGLE).length]).toEqual([4, 2]);
  });
});

describe('a run that is killed while it lists', () => {
  it.each(['before', 'torn', 'after'] as const)(
    '%s any of its writes goes on and finds the same',
    async (moment: Moment) => {
      const b = await built(120);
      const counter = mortalFiles();
      const run = async (files: typeof nodeFiles): Promise<unknown> =>
        reviewsOf(b, await listingAsker(b, { files }), upTo(120));
      const whole = await run(counter);
      expect(whole).toEqual(upTo(120).map(reviewOf));
      expect(counter.writes()).toBeGreaterThan(5);
      for (let at = 1; at <= counter.writes(); at += 1) {
        await nodeFiles.remove(b.folder);
        await listPipelines(b);
        const before = b.asked(LIST).length;
        await expect(run(mortalFiles(at, moment))).rejects.toThrow(/killed|written/);
        expect(await run(nodeFiles)).toEqual(whole);
        // No more than the page that was under way is asked for again.
        expect(b.asked(LIST).length - before).toBeLessThanOrEqual(4);
      }
      expect(b.asked(SINGLE)).toEqual([]);
      const before = b.asked(LIST).length;
      await run(nodeFiles);
      expect(b.asked(LIST).length).toBe(before);
    },
    60_000,
  );
});
