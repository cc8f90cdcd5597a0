import { describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { ask, type Answer } from '../support/client.ts';

const OTHER = '{aaaaaaaa-0000-4000-8000-000000000000}';

function read(sandbox: Sandbox, path: string, token = sandbox.bitbucket.accessToken): Promise<Answer> {
  const { step } = sandbox.issuer;
  const repository = [step.workspaceUuid, step.repositoryUuid].map(encodeURIComponent).join('/');
  const url = `${sandbox.bitbucketUrl}/2.0/repositories/${repository}/${path}`;
  return ask(sandbox, url, { headers: { authorization: `Bearer ${token}` } });
}

describe('a pull request', () => {
  it('is as it was planted last', async () => {
    const sandbox = await createSandbox();
    sandbox.bitbucket.plantPullRequest({ id: 7, state: 'OPEN' });
    sandbox.bitbucket.plantPullRequest({ id: 7, state: 'MERGED' });
    const { uuid } = (await read(sandbox, 'pullrequests/7')).body.destination.repository;
    expect(uuid).toBe(sandbox.issuer.step.repositoryUuid);
    expect((await read(sandbox, 'pullrequests/7')).body).toMatchObject({ type: 'pullrequest', id: 7, state: 'MERGED' });
  });

  it.each(['8', '0', 'seven'])('that is not there (%s) is refused', async (id) => {
    const sandbox = await createSandbox();
    sandbox.bitbucket.plantPullRequest({ id: 7, state: 'OPEN' });
    expect((await read(sandbox, `pullrequests/${id}`)).status).toBe(404);
  });

  it('is told to a token with its scope alone', async () => {
    const sandbox = await createSandbox();
    sandbox.bitbucket.plantPullRequest({ id: 7, state: 'OPEN' });
    const { status, body } = await read(sandbox, 'pullrequests/7', sandbox.bitbucket.weakAccessToken);
    expect(status).toBe(403);
    expect(body.error.detail.required).toEqual(['read:pullrequest:bitbucket']);
    expect((await read(sandbox, 'pullrequests/7', sandbox.bitbucket.foreignAccessToken)).status).toBe(404);
  });
});

describe('another pipeline', () => {
  it.each([
    { running: true, name: 'IN_PROGRESS', completed: null },
    { running: false, name: 'COMPLETED', completed: expect.any(String) },
  ])('is running: $running', async ({ running, name, completed }) => {
    const sandbox = await createSandbox();
    sandbox.bitbucket.plantPipeline({ uuid: OTHER, pullRequest: 7, running });
    expect((await read(sandbox, `pipelines/${encodeURIComponent(OTHER)}`)).body).toMatchObject({
      uuid: OTHER,
      state: { name },
      completed_on: completed,
      target: { type: 'pipeline_pullrequest_target', pullrequest: { id: 7 } },
    });
  });
});
