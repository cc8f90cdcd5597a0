import { describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { ask, type Answer } from '../support/client.ts';

type TokenName = 'accessToken' | 'weakAccessToken' | 'foreignAccessToken';

function call(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: unknown,
  token: TokenName = 'accessToken',
): Promise<Answer> {
  const { step } = sandbox.issuer;
  const repository = [step.workspaceUuid, step.repositoryUuid].map(encodeURIComponent).join('/');
  const headers = { authorization: `Bearer ${sandbox.bitbucket[token]}`, 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return ask(sandbox, `${sandbox.bitbucketUrl}/2.0/repositories/${repository}/${path}`, { method, headers, ...sent });
}

describe('build statuses', () => {
  const STATUS = { key: 'one', state: 'INPROGRESS', url: 'https://x' };
  const at = (sandbox: Sandbox): string => `commit/${sandbox.issuer.step.commit}/statuses/build`;

  it('of one key are one', async () => {
    const sandbox = await createSandbox();
    for (const state of ['INPROGRESS', 'SUCCESSFUL']) await call(sandbox, 'POST', at(sandbox), { ...STATUS, state });
    await call(sandbox, 'POST', at(sandbox), { ...STATUS, key: 'two' }, 'weakAccessToken');
    expect(sandbox.bitbucket.statuses).toMatchObject([
      { key: 'one', states: ['INPROGRESS', 'SUCCESSFUL'] },
      { key: 'two', states: ['INPROGRESS'] },
    ]);
  });

  it.each([
    { key: undefined },
    { key: 'k'.repeat(41) },
    { state: 'PASSED' },
    { url: 'somewhere' },
    { url: undefined },
    { description: 'd'.repeat(256) },
    { more: 'x' },
  ])('are refused with %j', async (changes) => {
    const sandbox = await createSandbox();
    expect((await call(sandbox, 'POST', at(sandbox), { ...STATUS, ...changes })).status).toBe(400);
    expect(sandbox.bitbucket.statuses).toEqual([]);
  });

  it('are of who may see the repository', async () => {
    const sandbox = await createSandbox();
    expect((await call(sandbox, 'POST', at(sandbox), STATUS, 'foreignAccessToken')).status).toBe(404);
  });
});

describe('comments', () => {
  const open = async (): Promise<Sandbox> => {
    const sandbox = await createSandbox();
    sandbox.bitbucket.plantPullRequest({ id: 7, state: 'OPEN' });
    return sandbox;
  };
  const comments = 'pullrequests/7/comments';
  const body = (raw: unknown): object => ({ content: { raw } });

  it('are listed by pages, from either end', async () => {
    const sandbox = await open();
    for (const raw of ['a', 'b', 'c']) sandbox.bitbucket.plantComment({ pullRequest: 7, raw });
    sandbox.bitbucket.plantPullRequest({ id: 8, state: 'OPEN' });
    sandbox.bitbucket.plantComment({ pullRequest: 8, raw: 'other' });
    const list = async (query: string): Promise<unknown[]> => {
      const { values, next } = (await call(sandbox, 'GET', `${comments}?${query}`)).body;
      return [...(values as { content: { raw: string } }[]).map(({ content }) => content.raw), typeof next];
    };
    expect(await list('')).toEqual(['a', 'b', 'c', 'undefined']);
    expect(await list('pagelen=2&sort=-created_on')).toEqual(['c', 'b', 'string']);
    expect(await list('pagelen=2&page=2')).toEqual(['c', 'undefined']);
    for (const query of ['pagelen=101', 'page=0', 'sort=raw']) {
      expect((await call(sandbox, 'GET', `${comments}?${query}`)).status).toBe(400);
    }
  });

  it('are changed by who wrote them alone', async () => {
    const sandbox = await open();
    sandbox.bitbucket.plantComment({ pullRequest: 7, raw: 'of a person' });
    sandbox.bitbucket.plantComment({ pullRequest: 7, raw: 'gone', account: 'access', deleted: true });
    const { status, body: made } = await call(sandbox, 'POST', comments, body('ours'));
    expect([status, made.id]).toEqual([201, 1003]);
    const statuses = await Promise.all(
      [1001, 1002, 1003, 1004].map(async (id) => {
        return (await call(sandbox, 'PUT', `${comments}/${String(id)}`, body('new'))).status;
      }),
    );
    expect(statuses).toEqual([403, 404, 200, 404]);
    expect(sandbox.bitbucket.comments.map(({ raw }) => raw)).toEqual(['of a person', 'gone', 'new']);
  });

  it('are refused without text, to a token without the right, and where no pull request is', async () => {
    const sandbox = await open();
    for (const wrong of [body(''), body(undefined), { raw: 'x' }, [], { ...body('x'), inline: {} }]) {
      expect((await call(sandbox, 'POST', comments, wrong)).status).toBe(400);
    }
    expect((await call(sandbox, 'POST', comments, body('x'), 'weakAccessToken')).status).toBe(403);
    expect((await call(sandbox, 'POST', 'pullrequests/9/comments', body('x'))).status).toBe(404);
    expect(sandbox.bitbucket.comments).toEqual([]);
  });
});
