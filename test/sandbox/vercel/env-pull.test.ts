import { describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { api, exchange, type Answer } from '../support/client.ts';

function pull(sandbox: Sandbox, path: string, token?: string): Promise<Answer> {
  return api(sandbox, 'GET', `/v3/env/pull/${path}?teamId=team_acme`, token === undefined ? {} : { token });
}

const SYSTEM = ['VERCEL', 'VERCEL_ANALYTICS_ID', 'VERCEL_ENV', 'VERCEL_OIDC_TOKEN'];

describe('the environment as it is pulled', () => {
  it.each([
    { target: 'production', names: ['API_URL', 'DATABASE_URL', 'SESSION_KEY'], env: 'production' },
    { target: 'preview', names: ['API_URL', 'SESSION_KEY'], env: 'preview' },
    { target: 'preview/feature%2Fone', names: ['API_URL', 'FLAG', 'SESSION_KEY'], env: 'preview' },
    { target: 'qa', names: ['API_URL'], env: 'preview' },
    { target: 'env_qa', names: ['API_URL'], env: 'preview' },
  ])('of $target has the variables of it', async ({ target, names, env }) => {
    const sandbox = await createSandbox();
    const { status, body } = await pull(sandbox, `prj_web/${target}`);
    const got = body.env as Record<string, string>;
    expect(status).toBe(200);
    expect(Object.keys(got).sort()).toEqual([...names, ...SYSTEM].sort());
    expect(got).toMatchObject({ API_URL: 'canary-value-API_URL', VERCEL_ENV: env });
    // Nobody can read what is sensitive.
    if (names.includes('SESSION_KEY')) expect(got['SESSION_KEY']).toBe('');
    expect(body.buildEnv).toEqual(got);
  });

  it("has a branch's own value before the one for every branch", async () => {
    const sandbox = await createSandbox();
    sandbox.vercel.setVariable('prj_web', { key: 'A', value: 'own', target: ['preview'], gitBranch: 'x' });
    sandbox.vercel.setVariable('prj_web', { key: 'A', value: 'all' });
    expect((await pull(sandbox, 'prj_web/preview/x')).body.env).toMatchObject({ A: 'own' });
    expect((await pull(sandbox, 'prj_web/preview')).body.env).toMatchObject({ A: 'all' });
    const { body } = await api(sandbox, 'GET', '/v10/projects/prj_web/env?teamId=team_acme');
    expect(JSON.stringify(body)).not.toMatch(/"(?:own|all)"/);
  });

  it('is refused for what is no environment, and no project', async () => {
    const sandbox = await createSandbox();
    expect(await pull(sandbox, 'prj_web/nowhere')).toMatchObject({
      status: 400,
      body: { error: { code: 'bad_request' } },
    });
    expect((await pull(sandbox, 'prj_gone/preview')).status).toBe(404);
  });

  it('wants a person again where the project says so, and then no token of an app helps', async () => {
    const project = { id: 'prj_web', name: 'web', pullChallenge: 'challenge_required' };
    const sandbox = await createSandbox({ projects: [project] });
    expect((await pull(sandbox, 'prj_web/preview')).status).toBe(200);
    const exchanged = await exchange(sandbox);
    const answer = await pull(sandbox, 'prj_web/preview', String(exchanged.body.access_token));
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'challenge_required' } } });
  });
});
