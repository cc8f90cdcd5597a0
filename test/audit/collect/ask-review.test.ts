import { describe, expect, it } from '@jest/globals';
import { createBitbucketAsker, type BitbucketAsker } from '../../../src/audit/collect/index.ts';
import type { Asked, SeenReview } from '../../../src/audit/types.ts';
import { Secret } from '../../../src/secret.ts';
import { bench, NEVER, type Bench } from './support/bench.ts';
import { ADA, BOB } from './support/merges.ts';

const COMMIT = 'c0ffee'.padEnd(40, '0');

async function asker(
  b: Bench,
  token: 'workspaceAccessToken' | 'weakAccessToken' = 'workspaceAccessToken',
): Promise<BitbucketAsker> {
  const accessToken = new Secret(b.sandbox.bitbucket[token]);
  return createBitbucketAsker({ ...b.bitbucket, accessToken }, await b.open(), NEVER);
}

interface Flooded {
  readonly answer: Asked<SeenReview>;
  /** Pull requests that were asked for singly. */
  readonly read: number;
}

/** The sandbox's usual one. */
const OPENED = Date.UTC(2026, 10, 20, 9);

describe('a review', () => {
  function plantPullRequests({ sandbox }: Bench): void {
    const approved = [
      { user: BOB, state: 'approved' as const },
      { user: ADA, state: 'changes_requested' as const },
    ];
    const { bitbucket } = sandbox;
    bitbucket.plantPullRequest({ id: 7, state: 'MERGED', author: ADA, participants: approved, mergeCommit: COMMIT });
    bitbucket.plantPullRequest({ id: 9, state: 'MERGED', author: BOB, commits: [COMMIT] });
  }

  it('is of the pull request whose merge made the commit', async () => {
    const b = await bench();
    plantPullRequests(b);
    const approvals = [{ by: 'Bob', at: Date.UTC(2026, 10, 25, 8) }];
    const wanted = { found: { pullRequest: 7, createdAt: OPENED, author: 'Ada Lovelace', approvals } };
    expect(await (await asker(b)).askReview({ repository: b.repository, commit: COMMIT })).toEqual(wanted);
  });

  it('is of the one that the pipeline names', async () => {
    const b = await bench();
    plantPullRequests(b);
    const question = { repository: b.repository, commit: COMMIT, pullRequest: 9 };
    expect(await (await asker(b)).askReview(question)).toEqual({
      found: { pullRequest: 9, createdAt: OPENED, author: 'Bob', approvals: [] },
    });
  });

  it.each(['OPEN', 'DECLINED', 'SUPERSEDED'] as const)('is none of one that is %s', async (state) => {
    const b = await bench();
    const approved = { id: 8, state, commits: [COMMIT], participants: [{ user: BOB, state: 'approved' as const }] };
    b.sandbox.bitbucket.plantPullRequest(approved);
    const question = { repository: b.repository, commit: COMMIT };
    expect(await (await asker(b)).askReview(question)).toEqual({ absent: true });
    const b2 = await bench();
    plantPullRequests(b2);
    b2.sandbox.bitbucket.plantPullRequest({ ...approved, id: 99 });
    expect(await (await asker(b2)).askReview(question)).toMatchObject({ found: { pullRequest: 7 } });
  });

  /** Newer ones than the merged one, that somebody has opened with the same commit. */
  async function askBehind(open: number): Promise<Flooded> {
    const b = await bench();
    plantPullRequests(b);
    for (let id = 100; id < 100 + open; id += 1)
      b.sandbox.bitbucket.plantPullRequest({ id, state: 'OPEN', commits: [COMMIT] });
    const answer = await (await asker(b)).askReview({ repository: b.repository, commit: COMMIT });
    return { answer, read: b.asked(/pullrequests\/\d+$/).length };
  }

  it.each([
    [3, 7, 5],
    [5, 9, 6],
    [24, 9, 25],
  ])('is found behind %s that are open', async (open, pullRequest, read) => {
    expect(await askBehind(open)).toMatchObject({ answer: { found: { pullRequest } }, read });
  });

  it('is unknown, and not absent, behind more than are read', async () => {
    expect(await askBehind(25)).toEqual({
      answer: {
        unknown: expect.stringMatching(/^The commit is part of more pull requests .* \(at most 25 are read\)/),
      },
      read: 25,
    });
  });

  it('is unknown where another page of them is not read', async () => {
    const b = await bench();
    const body = { values: [{ id: 100 }], next: 'https://api.bitbucket.example/next' };
    b.sandbox.bitbucket.plantPullRequest({ id: 100, state: 'OPEN', commits: [COMMIT] });
    b.sandbox.misbehave({
      match: { path: /commit\/\w+\/pullrequests$/ },
      action: { kind: 'status', status: 200, body },
    });
    const unknown = expect.stringMatching(/^The commit is part of more pull requests/);
    expect(await (await asker(b)).askReview({ repository: b.repository, commit: COMMIT })).toEqual({ unknown });
  });

  it('has no time of an approval where Bitbucket tells none, and is unknown where it was opened at no time', async () => {
    const b = await bench();
    const participants = [{ user: BOB, state: 'approved' as const, at: null }];
    b.sandbox.bitbucket.plantPullRequest({ id: 7, state: 'MERGED', mergeCommit: COMMIT, participants });
    const question = { repository: b.repository, commit: COMMIT };
    expect(await (await asker(b)).askReview(question)).toMatchObject({ found: { approvals: [{ by: 'Bob' }] } });
    const b2 = await bench();
    plantPullRequests(b2);
    const body = { id: 9, state: 'MERGED', participants: [] };
    b2.sandbox.misbehave({ match: { path: /pullrequests\/9$/ }, action: { kind: 'status', status: 200, body } });
    expect(await (await asker(b2)).askReview({ ...question, pullRequest: 9 })).toEqual({
      unknown: expect.stringMatching(/cannot be read/),
    });
  });

  it('is absent for a commit of no pull request', async () => {
    const b = await bench();
    expect(await (await asker(b)).askReview({ repository: b.repository, commit: COMMIT })).toEqual({ absent: true });
  });

  it.each(['missing', 'indexing'] as const)('is unknown where the links are %s', async (pullRequestLinks) => {
    const b = await bench({ bitbucket: { pullRequestLinks } });
    plantPullRequests(b);
    expect(await (await asker(b)).askReview({ repository: b.repository, commit: COMMIT })).toEqual({
      unknown: expect.stringMatching(pullRequestLinks === 'missing' ? /not installed/ : /still reads/),
    });
  });

  it('names the scope that is missing', async () => {
    const b = await bench();
    const ask = await asker(b, 'weakAccessToken');
    const unknown = expect.stringMatching(/needs the scope read:pullrequest:bitbucket/);
    expect(await ask.askReview({ repository: b.repository, commit: COMMIT })).toEqual({ unknown });
  });
});
