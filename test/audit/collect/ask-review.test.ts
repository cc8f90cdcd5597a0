import { describe, expect, it } from '@jest/globals';
import { createBitbucketAsker, type BitbucketAsker } from '../../../src/audit/collect/index.ts';
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
