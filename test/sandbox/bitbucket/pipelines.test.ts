import { describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { ask, type Answer } from '../support/client.ts';

function read(
  sandbox: Sandbox,
  token: string | undefined,
  change: { readonly repository?: string; readonly pipeline?: string } = {},
): Promise<Answer> {
  const { step } = sandbox.issuer;
  const parts = [step.workspaceUuid, change.repository ?? step.repositoryUuid].map(encodeURIComponent).join('/');
  const url = `${sandbox.bitbucketUrl}/2.0/repositories/${parts}/pipelines/${encodeURIComponent(change.pipeline ?? step.pipelineUuid)}`;
  return ask(sandbox, url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
}

describe('one pipeline', () => {
  it('is told to an access token with the scope', async () => {
    const sandbox = await createSandbox({ step: { buildNumber: 7 } });
    const { status, body } = await read(sandbox, sandbox.bitbucket.accessToken);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      uuid: sandbox.issuer.step.pipelineUuid,
      build_number: 7,
      creator: { type: 'user', uuid: sandbox.issuer.step.triggererUuid },
      trigger: { type: 'pipeline_trigger_push', name: 'PUSH' },
      target: { ref_type: 'branch', ref_name: 'main', commit: { hash: sandbox.issuer.step.commit } },
    });
  });

  it('is what a test says', async () => {
    const trigger = { type: 'pipeline_trigger_schedule', name: 'SCHEDULE' };
    const sandbox = await createSandbox({ pipeline: { trigger } });
    expect((await read(sandbox, sandbox.bitbucket.accessToken)).body.trigger).toEqual(trigger);
  });
});

describe('a reader', () => {
  it.each<{ name: string; token: (sandbox: Sandbox) => string | undefined | Promise<string>; status: number }>([
    { name: 'nobody', token: () => undefined, status: 401 },
    { name: 'an unknown token', token: () => 'ATCTT3xFfGN0unknown', status: 401 },
    { name: "the step's OIDC token", token: ({ issuer }) => issuer.mintToken(), status: 401 },
    { name: "a token of Vercel's", token: ({ vercel }) => vercel.classicToken, status: 401 },
    { name: 'a token of another repository', token: ({ bitbucket }) => bitbucket.foreignAccessToken, status: 404 },
    { name: 'a token without the scope', token: ({ bitbucket }) => bitbucket.weakAccessToken, status: 403 },
  ])('who is $name gets $status', async ({ token, status }) => {
    const sandbox = await createSandbox();
    const answer = await read(sandbox, await token(sandbox));
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ type: 'error', error: { message: expect.any(String) } });
    if (status === 403) expect(answer.body.error.detail.required).toEqual(['read:pipeline:bitbucket']);
  });
});

describe('a path', () => {
  it.each([
    { name: 'with another repository', change: { repository: '{00000000-0000-4000-8000-000000000000}' }, status: 404 },
    { name: 'with another pipeline', change: { pipeline: '{00000000-0000-4000-8000-000000000000}' }, status: 404 },
    { name: 'whose UUID lacks its braces', change: { pipeline: '7f3a9c1e-2d4b-4c8a-9e6f-1a2b3c4d5e6f' }, status: 400 },
  ])('$name is refused', async ({ change, status }) => {
    const sandbox = await createSandbox();
    expect((await read(sandbox, sandbox.bitbucket.accessToken, change)).status).toBe(status);
  });
});
