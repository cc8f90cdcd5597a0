import { describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { bitbucket, OTHER, uuid } from '../support/bitbucket.ts';

async function two(): Promise<{ readonly sandbox: Sandbox; readonly otherToken: string }> {
  const sandbox = await createSandbox();
  const { accessToken: otherToken } = sandbox.bitbucket.plantRepository(OTHER);
  sandbox.bitbucket.plantPipeline({ uuid: uuid(1), repository: OTHER.uuid });
  sandbox.bitbucket.plantStep({ pipeline: uuid(1), uuid: uuid(2), repository: OTHER.uuid });
  sandbox.bitbucket.plantPullRequest({ id: 5, state: 'OPEN', repository: OTHER.uuid });
  return { sandbox, otherToken };
}

const PATHS = ['/pipelines', `/pipelines/${encodeURIComponent(uuid(1))}/steps`, '/pullrequests/5'];

describe('a second repository', () => {
  it.each(PATHS)('has %s of its own', async (path) => {
    const { sandbox, otherToken } = await two();
    for (const repository of [OTHER.slug, encodeURIComponent(OTHER.uuid)]) {
      expect((await bitbucket(sandbox, path, { token: otherToken, repository })).status).toBe(200);
    }
    if (path !== '/pipelines') expect((await bitbucket(sandbox, path)).status).toBe(404);
  });

  it('is named in its pipelines', async () => {
    const { sandbox, otherToken } = await two();
    const { body } = await bitbucket(sandbox, '/pipelines', { token: otherToken, repository: 'api' });
    expect(body.values).toMatchObject([{ uuid: uuid(1), repository: { uuid: OTHER.uuid, full_name: 'acme/api' } }]);
  });

  it.each<{ name: string; token: (made: Awaited<ReturnType<typeof two>>) => string; own: number; other: number }>([
    { name: 'of the step', token: ({ sandbox }) => sandbox.bitbucket.accessToken, own: 200, other: 404 },
    { name: 'of the other', token: ({ otherToken }) => otherToken, own: 404, other: 200 },
    { name: 'of the workspace', token: ({ sandbox }) => sandbox.bitbucket.workspaceAccessToken, own: 200, other: 200 },
    { name: 'of neither', token: ({ sandbox }) => sandbox.bitbucket.foreignAccessToken, own: 404, other: 404 },
  ])('a token $name reaches as far as it should', async ({ token, own, other }) => {
    const made = await two();
    const ask = (repository: string) => bitbucket(made.sandbox, '/pipelines', { token: token(made), repository });
    const answers = [await ask('web'), await ask('api')];
    expect(answers.map(({ status }) => status)).toEqual([own, other]);
    for (const { status, body } of answers) {
      if (status === 404) expect(body.error.message).toContain('You may not have access to the repository acme/');
    }
  });

  it('has no downloads in the sandbox, for the workspace either', async () => {
    const { sandbox } = await two();
    const token = sandbox.bitbucket.workspaceAccessToken;
    expect((await bitbucket(sandbox, '/downloads', { token })).status).toBe(200);
    const { status, body } = await bitbucket(sandbox, '/downloads', { token, repository: 'api' });
    expect(status).toBe(404);
    expect(body.error.message).toBe('Repository acme/api not found');
  });

  it('is not planted twice, and nothing is planted without one', async () => {
    const { bitbucket: made } = (await two()).sandbox;
    expect(() => made.plantRepository(OTHER)).toThrow(`The sandbox has a repository ${OTHER.uuid} already`);
    const lost = { uuid: uuid(3), repository: uuid(9) };
    expect(() => made.plantPipeline(lost)).toThrow(`The sandbox has no repository ${uuid(9)}`);
  });
});
