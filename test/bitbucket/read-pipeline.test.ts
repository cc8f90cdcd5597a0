import { describe, expect, it } from '@jest/globals';
import { readPipeline, type PipelineAnswer } from '../../src/bitbucket/index.ts';
import { createHttpClient } from '../../src/http/index.ts';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { Secret } from '../../src/secret.ts';
import { sandboxNetwork } from '../support/sandbox-network.ts';
import { testPlatform, type TestPlatform } from '../support/test-platform.ts';

interface Asked {
  readonly answer: PipelineAnswer;
  readonly platform: TestPlatform;
}

async function ask(
  sandbox: Sandbox,
  options: {
    readonly token?: string;
    readonly signal?: AbortSignal;
    readonly bare?: boolean;
    readonly issuer?: string;
  } = {},
): Promise<Asked> {
  const platform = testPlatform(sandboxNetwork(sandbox));
  const { network, clock, log, random } = platform;
  const http = createHttpClient({ network, clock, log, random, userAgent: 'test' });
  const { workspaceUuid, repositoryUuid, pipelineUuid } = sandbox.issuer.step;
  const strip = (uuid: string): string => (options.bare === true ? uuid.slice(1, -1) : uuid);
  const answer = await readPipeline(
    {
      issuer: options.issuer ?? sandbox.issuer.url,
      workspaceUuid: strip(workspaceUuid),
      repositoryUuid: strip(repositoryUuid),
      pipelineUuid: strip(pipelineUuid),
    },
    {
      ...{ http, clock, apiUrl: sandbox.bitbucketUrl },
      accessToken: new Secret(options.token ?? sandbox.bitbucket.accessToken),
    },
    options.signal ?? new AbortController().signal,
  );
  return { answer, platform };
}

const refusalOf = ({ answer }: Asked): string => ('refusal' in answer ? answer.refusal : 'none: it was answered');

describe('the one read of the pipeline', () => {
  it.each([false, true])('asks once, with the access token, for that pipeline (without braces: %s)', async (bare) => {
    const sandbox = await createSandbox();
    const { answer } = await ask(sandbox, { bare });
    const { step } = sandbox.issuer;
    expect(answer).toMatchObject({
      pipeline: { uuid: step.pipelineUuid, commit: step.commit, buildNumber: 42, trigger: 'push', actor: 'human' },
    });
    expect(
      sandbox.journal.map(({ method, path, authorizationKind }) => [
        method,
        decodeURIComponent(path),
        authorizationKind,
      ]),
    ).toEqual([
      [
        'GET',
        `/2.0/repositories/${step.workspaceUuid}/${step.repositoryUuid}/pipelines/${step.pipelineUuid}`,
        'bearer',
      ],
    ]);
  });

  it.each([
    { pipeline: { trigger: { type: 'pipeline_trigger_schedule', name: 'SCHEDULE' } }, actor: 'schedule' },
    { pipeline: { creator: { type: 'app_user' } }, actor: 'agent' },
    { pipeline: { trigger: { type: 'pipeline_trigger_parent_pipeline' } }, actor: 'unknown' },
  ])('tells an actor that is $actor', async ({ pipeline, actor }) => {
    expect((await ask(await createSandbox({ pipeline }))).answer).toMatchObject({ pipeline: { actor } });
  });

  it.each<{ name: string; token: (sandbox: Sandbox) => string; text: RegExp }>([
    {
      name: 'an expired token',
      token: () => 'ATCTT3xFfGN0expired',
      text: /status 401 .*Token is invalid.*not valid any more/,
    },
    {
      name: 'a token without the scope',
      token: ({ bitbucket }) => bitbucket.weakAccessToken,
      text: /status 403 .*privilege scopes.*; wanted scope read:pipeline:bitbucket;.*needs the scope/,
    },
    {
      name: 'a token of another repository',
      token: ({ bitbucket }) => bitbucket.foreignAccessToken,
      text: /status 404 .*does not reach this repository/,
    },
  ])('is refused to $name, in words', async ({ token, text }) => {
    const sandbox = await createSandbox();
    const refusal = refusalOf(await ask(sandbox, { token: token(sandbox) }));
    expect(refusal).toMatch(text);
    expect(refusal).not.toContain(token(sandbox));
  });

  it.each([
    { name: 'a broken connection', action: { kind: 'reset' } as const, text: /could not be reached\. ECONNRESET/ },
    { name: 'an outage', action: { kind: 'status', status: 503 } as const, text: /refused to tell: status 503/ },
  ])('is not had after $name at every try', async ({ action, text }) => {
    const sandbox = await createSandbox();
    sandbox.misbehave({ match: { path: /pipelines/ }, times: 3, action });
    expect(refusalOf(await ask(sandbox))).toMatch(text);
    expect(sandbox.journal).toHaveLength(3);
  });

  it.each(['https://api.example.com/oidc', 'http://api.bitbucket.org/oidc', 'https://api.bitbucket.org:444/oidc'])(
    'asks nobody but the host that issued the token: %s',
    async (issuer) => {
      const sandbox = await createSandbox();
      const { answer } = await ask(sandbox, { issuer });
      expect(refusalOf({ answer } as Asked)).toMatch(
        /^BITBUCKET_API_URL is at https:\/\/api\.bitbucket\.org, and the token/,
      );
      expect(sandbox.journal).toEqual([]);
    },
  );

  it('does not wait minutes for a limit to pass', async () => {
    const sandbox = await createSandbox();
    sandbox.misbehave({ match: { path: /pipelines/ }, action: { kind: 'rate-limit', retryAfterSeconds: 120 } });
    const asked = await ask(sandbox);
    expect(refusalOf(asked)).toContain('status 429');
    expect(asked.platform.clock.slept).toEqual([]);
  });

  it('does not wait longer than its own bound for a server that says when to come again', async () => {
    const sandbox = await createSandbox();
    sandbox.misbehave({ match: { path: /pipelines/ }, times: 9, action: { kind: 'delay', ms: 300 } });
    const platform = testPlatform(sandboxNetwork(sandbox));
    const { network, clock, log, random } = platform;
    const http = createHttpClient({ network, clock, log, random, userAgent: 'test' });
    const { issuer, bitbucket, bitbucketUrl } = sandbox;
    const deps = { http, clock, apiUrl: bitbucketUrl, accessToken: new Secret(bitbucket.accessToken) };
    const answer = readPipeline({ ...issuer.step, issuer: issuer.url }, deps, new AbortController().signal);
    setTimeout(() => clock.expire(), 20);
    expect(await answer).toEqual({ refusal: 'no answer in time.' });
  });

  it('ends with the run', async () => {
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    await expect(ask(await createSandbox(), { signal: stop.signal })).rejects.toThrow('stopped');
  });
});
