import { describe, expect, it } from '@jest/globals';
import { createSandbox, type BitbucketOptions, type Sandbox } from '../../../src/sandbox/index.ts';
import { bitbucket, uuid } from '../support/bitbucket.ts';

const MERGE = 'e'.repeat(40);
const COMMIT = 'd'.repeat(40);
const grace = { uuid: uuid(1), displayName: 'Grace Hopper' };
const alan = { uuid: uuid(2), displayName: 'Alan Turing' };

async function reviewed(options: BitbucketOptions = {}): Promise<Sandbox> {
  const sandbox = await createSandbox({ bitbucket: options });
  sandbox.bitbucket.plantPullRequest({
    ...{ id: 7, state: 'MERGED', author: grace, mergeCommit: MERGE, commits: [COMMIT] },
    participants: [
      { user: alan, state: 'approved' },
      { user: grace, role: 'PARTICIPANT' },
    ],
  });
  return sandbox;
}

describe('a pull request', () => {
  it('tells who wrote it, who approved it, and what it was merged as', async () => {
    const { body } = await bitbucket(await reviewed(), '/pullrequests/7');
    expect(body).toMatchObject({
      ...{ id: 7, state: 'MERGED', author: { uuid: grace.uuid, display_name: 'Grace Hopper' } },
      merge_commit: { hash: 'eeeeeeeeeeee' },
      reviewers: [{ uuid: alan.uuid }],
      participants: [
        { user: { uuid: alan.uuid }, role: 'REVIEWER', approved: true, state: 'approved' },
        { user: { uuid: grace.uuid }, role: 'PARTICIPANT', approved: false, state: null },
      ],
    });
  });

  it('has no merge commit before it is merged, and may have lost its author', async () => {
    const sandbox = await createSandbox();
    sandbox.bitbucket.plantPullRequest({ id: 8, state: 'OPEN', author: null });
    const { body } = await bitbucket(sandbox, '/pullrequests/8');
    expect(body).toMatchObject({ merge_commit: null, author: null, participants: [] });
  });
});

describe('the pull requests of a commit', () => {
  it.each([
    { name: 'a commit of it', commit: COMMIT, ids: [7, 9] },
    { name: 'its merge', commit: MERGE, ids: [7] },
    { name: 'another commit', commit: 'a'.repeat(40), ids: [] },
  ])('are found by $name, by no more than their names', async ({ commit, ids }) => {
    const sandbox = await reviewed();
    for (const state of ['OPEN', 'MERGED'] as const) {
      sandbox.bitbucket.plantPullRequest({ id: 9, state, commits: [COMMIT] });
    }
    const { status, body } = await bitbucket(sandbox, `/commit/${commit}/pullrequests`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ pagelen: 30, size: ids.length });
    expect(body.values).toEqual(ids.map((id) => ({ type: 'pullrequest', id, title: expect.any(String), links: {} })));
  });

  it('come by pages', async () => {
    const sandbox = await reviewed();
    sandbox.bitbucket.plantPullRequest({ id: 9, state: 'OPEN', commits: [COMMIT] });
    const first = await bitbucket(sandbox, `/commit/${COMMIT}/pullrequests?pagelen=1`);
    const second = await bitbucket(sandbox, first.body.next as string);
    expect([first, second].map(({ body }) => body.values[0].id as number)).toEqual([7, 9]);
    expect(second.body).not.toHaveProperty('next');
  });

  it.each([
    { pullRequestLinks: 'missing' as const, status: 404, wanted: /Pull Request Commit Links app is not installed/ },
    { pullRequestLinks: 'indexing' as const, status: 202, wanted: /"values":\[\]/ },
  ])('are not known while the links are $pullRequestLinks', async ({ pullRequestLinks, status, wanted }) => {
    const answer = await bitbucket(await reviewed({ pullRequestLinks }), `/commit/${COMMIT}/pullrequests`);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toMatch(wanted);
  });

  it('need the scope, and a whole hash', async () => {
    const sandbox = await reviewed();
    const path = `/commit/${COMMIT}/pullrequests`;
    const weak = await bitbucket(sandbox, path, { token: sandbox.bitbucket.weakAccessToken });
    expect(weak.status).toBe(403);
    expect(weak.body.error.detail.required).toEqual(['read:pullrequest:bitbucket']);
    expect((await bitbucket(sandbox, '/commit/abc/pullrequests')).status).toBe(404);
  });
});
