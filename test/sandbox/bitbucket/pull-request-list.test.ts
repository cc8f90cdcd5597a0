import { describe, expect, it } from '@jest/globals';
import { createSandbox, type BitbucketOptions, type Sandbox } from '../../../src/sandbox/index.ts';
import { bitbucket, uuid } from '../support/bitbucket.ts';
import type { Answer } from '../support/client.ts';

const T0 = 1_700_000_000_000;
const grace = { uuid: uuid(1), displayName: 'Grace Hopper' };
const alan = { uuid: uuid(2), displayName: 'Alan Turing' };

/** Sixty that are merged, the last of which was changed first, and one of each other state. */
async function filled(options: BitbucketOptions = {}): Promise<Sandbox> {
  const sandbox = await createSandbox({ bitbucket: options });
  for (let id = 1; id <= 60; id += 1) {
    sandbox.bitbucket.plantPullRequest({
      ...{ id, state: 'MERGED', author: grace, mergeCommit: id.toString(16).padStart(40, '0') },
      ...{ participants: [{ user: alan, state: 'approved' }], updatedAt: id === 60 ? T0 : T0 + id * 1000 },
    });
  }
  sandbox.bitbucket.plantPullRequest({ id: 61, state: 'OPEN' });
  sandbox.bitbucket.plantPullRequest({ id: 62, state: 'DECLINED' });
  return sandbox;
}

const idsOf = ({ body }: Answer): number[] => (body as { values: { id: number }[] }).values.map(({ id }) => id);
const q = (text: string): string => `q=${encodeURIComponent(text)}`;

describe('the list of pull requests', () => {
  it.each([
    { query: '', ids: [61] },
    { query: '?state=DECLINED', ids: [62] },
    { query: `?${q('state="DECLINED"')}`, ids: [62] },
    { query: `?state=MERGED&${q('state="DECLINED"')}`, ids: [] },
    { query: '?state=MERGED&pagelen=2', ids: [60, 59] },
    { query: '?state=MERGED&pagelen=2&sort=-updated_on', ids: [59, 58] },
    { query: '?state=MERGED&pagelen=2&sort=updated_on', ids: [60, 1] },
    { query: `?${q('state="MERGED" AND updated_on >= 2023-11-14T22:14:18+00:00')}`, ids: [59, 58] },
    { query: `?state=MERGED&${q('updated_on>=2023-11-14T22:14:19+00:00')}`, ids: [59] },
  ])('is of those that are open unless it is asked for others: $query', async ({ query, ids }) => {
    expect(idsOf(await bitbucket(await filled(), `/pullrequests${query}`))).toEqual(ids);
  });

  it('comes by pages of fifty at most, with the address of the next one', async () => {
    const sandbox = await filled();
    const first = await bitbucket(sandbox, '/pullrequests?state=MERGED&pagelen=50');
    expect(first.body).toMatchObject({ page: 1, pagelen: 50, size: 60 });
    const second = await bitbucket(sandbox, first.body.next as string);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(Array.from({ length: 60 }, (_, index) => 60 - index));
    expect(second.body).not.toHaveProperty('next');
  });

  it('tells who took part only where it is asked for', async () => {
    const sandbox = await filled();
    const usual = (await bitbucket(sandbox, '/pullrequests?state=MERGED&pagelen=1')).body.values[0];
    const participants = [{ user: { uuid: alan.uuid }, approved: true }];
    expect(usual).toMatchObject({ id: 60, author: { display_name: 'Grace Hopper' }, updated_on: expect.any(String) });
    expect(usual.merge_commit).toEqual({ type: 'commit', hash: '000000000000' });
    expect(usual).not.toHaveProperty('participants');
    expect(usual).not.toHaveProperty('reviewers');

    const more = (await bitbucket(sandbox, '/pullrequests?state=MERGED&pagelen=1&fields=%2Bvalues.participants')).body;
    expect(more.values[0]).toMatchObject({ id: 60, source: {}, participants });
    expect(more.values[0]).not.toHaveProperty('reviewers');

    const fields = 'next,values.id,values.merge_commit.hash,values.participants.approved';
    const only = (await bitbucket(sandbox, `/pullrequests?state=MERGED&pagelen=1&fields=${fields}`)).body;
    expect(only).toEqual({
      next: expect.stringMatching(/page=2/),
      values: [{ id: 60, merge_commit: { hash: '000000000000' }, participants: [{ approved: true }] }],
    });
  });

  it.each([
    { query: '?pagelen=51', text: 'Invalid pagelen' },
    { query: '?sort=title', text: 'Invalid sort: title' },
    { query: '?state=merged', text: 'Invalid state: merged' },
    { query: `?${q('state="merged"')}`, text: 'Invalid query: state="merged"' },
    { query: `?${q('')}`, text: 'Invalid query: ' },
    { query: `?${q('title ~ "x"')}`, text: 'Invalid query: title ~ "x"' },
    { query: '?fields=-values.links', text: 'Invalid fields: -values.links' },
    // A plus that is not encoded is a space.
    { query: '?fields=+values.participants', text: 'Invalid fields:  values.participants' },
    { query: '?fields=next,%2Bvalues.participants', text: 'Invalid fields: some are added, some are not' },
  ])('refuses $query', async ({ query, text }) => {
    const { status, body } = await bitbucket(await filled(), `/pullrequests${query}`);
    expect(status).toBe(400);
    expect(body.error.message).toBe(text);
  });

  it('refuses other parameters, and who lacks the scope', async () => {
    const sandbox = await filled();
    expect((await bitbucket(sandbox, '/pullrequests?author=x')).status).toBe(400);
    const weak = await bitbucket(sandbox, '/pullrequests', { token: sandbox.bitbucket.weakAccessToken });
    expect(weak.status).toBe(403);
    expect(weak.body.error.detail.required).toEqual(['read:pullrequest:bitbucket']);
  });

  it('may lack the address of its next page', async () => {
    const { body } = await bitbucket(await filled({ omitNext: true }), '/pullrequests?state=MERGED');
    expect(body).not.toHaveProperty('next');
  });
});
