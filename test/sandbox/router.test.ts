import { describe, expect, it } from '@jest/globals';
import { createSandbox } from '../../src/sandbox/index.ts';
import { api, ask } from './support/client.ts';

describe('what the sandbox does not know', () => {
  it.each([
    { name: 'a path', method: 'GET', path: '/v99/nothing', status: 404, code: 'not_found', text: 'GET /v99/nothing' },
    {
      name: 'an empty part of a path',
      method: 'GET',
      path: '/v9/projects/',
      status: 404,
      code: 'not_found',
      text: 'GET /v9/projects/',
    },
    {
      name: 'a method',
      method: 'PATCH',
      path: '/v13/deployments/dpl_1',
      status: 405,
      code: 'method_not_allowed',
      text: 'for GET, DELETE, not for PATCH /v13/deployments/dpl_1',
    },
    {
      name: "Vercel's path at Bitbucket",
      method: 'GET',
      path: 'https://api.bitbucket.org/v2/user',
      status: 421,
      code: 'misdirected_request',
      text: 'https://api.bitbucket.org does not serve GET /v2/user',
    },
    {
      name: "the API's path at vercel.com",
      method: 'POST',
      path: 'https://vercel.com/login/oauth/token',
      status: 421,
      code: 'misdirected_request',
      text: 'https://vercel.com does not serve',
    },
  ])('refuses $name loudly, and remembers it', async ({ method, path, status, code, text }) => {
    const sandbox = await createSandbox();
    const reply = await ask(sandbox, path, { method });
    expect(reply.status).toBe(status);
    expect(reply.body.error.code).toBe(code);
    expect(reply.body.error.message).toContain(text);
    expect(sandbox.journal).toMatchObject([{ method, status, known: false }]);
  });

  it.each([
    { name: 'an unknown query parameter', query: '?team=x', text: 'Unknown query parameter team' },
    {
      name: 'a parameter given twice',
      query: '?teamId=team_acme&teamId=team_x',
      text: 'teamId is given more than once',
    },
  ])('refuses $name', async ({ query, text }) => {
    const reply = await api(await createSandbox(), 'GET', `/v9/projects/prj_web${query}`);
    expect(reply.status).toBe(400);
    expect(reply.body.error).toMatchObject({ code: 'bad_request', message: expect.stringContaining(text) });
  });
});

describe('the journal', () => {
  it('tells what was asked, without the bearer', async () => {
    const sandbox = await createSandbox({ latencyMs: 20 });
    await api(sandbox, 'GET', '/v2/user?teamId=team_acme');
    await ask(sandbox, '/v2/user', { headers: { authorization: 'Basic abc' } });
    const [first, second] = sandbox.journal;
    expect(first).toMatchObject({
      method: 'GET',
      path: '/v2/user',
      query: '?teamId=team_acme',
      status: 200,
      authorizationKind: 'bearer',
      bodySize: 0,
      known: true,
      misbehaved: false,
    });
    expect(second?.authorizationKind).toBe('other');
    expect((first?.endedAt ?? 0) - (first?.startedAt ?? 0)).toBeGreaterThanOrEqual(19);
    expect(JSON.stringify(sandbox.journal)).not.toContain(sandbox.vercel.classicToken);
  });

  it('shows a request that is still under way', async () => {
    const sandbox = await createSandbox({ latencyMs: 20 });
    const answer = api(sandbox, 'GET', '/v2/user');
    expect(sandbox.journal).toMatchObject([{ status: 0, endedAt: Infinity }]);
    await answer;
    expect(sandbox.journal[0]?.endedAt).toBeLessThan(Infinity);
  });
});

describe('a client that leaves', () => {
  it('gets its own reason', async () => {
    const sandbox = await createSandbox({ latencyMs: 100 });
    const reason = new Error('left');
    const stop = new AbortController();
    const answer = ask(sandbox, '/v2/user', { signal: stop.signal });
    stop.abort(reason);
    await expect(answer).rejects.toBe(reason);
    expect(sandbox.journal).toMatchObject([{ status: 0 }]);
  });
});
