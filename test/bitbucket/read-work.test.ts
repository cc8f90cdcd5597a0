import { describe, expect, it } from '@jest/globals';
import {
  readOtherPipeline,
  readPullRequest,
  type BitbucketDeps,
  type RepositoryName,
} from '../../src/bitbucket/index.ts';
import { createHttpClient } from '../../src/http/index.ts';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { Secret } from '../../src/secret.ts';
import { sandboxNetwork } from '../support/sandbox-network.ts';
import { testPlatform } from '../support/test-platform.ts';

const UUID = '{aaaaaaaa-0000-4000-8000-000000000001}';
const NEVER = new AbortController().signal;

interface Bench {
  readonly sandbox: Sandbox;
  readonly name: RepositoryName;
  readonly deps: BitbucketDeps;
}

async function bench(token: 'accessToken' | 'weakAccessToken' | 'foreignAccessToken' = 'accessToken'): Promise<Bench> {
  const sandbox = await createSandbox();
  const platform = testPlatform(sandboxNetwork(sandbox));
  const { url: issuer, step } = sandbox.issuer;
  const { clock, log, random, network } = platform;
  const http = createHttpClient({ network, clock, log, random, userAgent: 'test' });
  const accessToken = new Secret(sandbox.bitbucket[token]);
  return { sandbox, name: { issuer, ...step }, deps: { http, clock, apiUrl: sandbox.bitbucketUrl, accessToken } };
}

describe('another pipeline', () => {
  it.each([
    { running: true, pullRequest: 7 },
    { running: false, pullRequest: 'none' as const },
  ])('tells whether it runs ($running), and what for', async (pipeline) => {
    const { sandbox, name, deps } = await bench();
    sandbox.bitbucket.plantPipeline({
      uuid: UUID,
      running: pipeline.running,
      ...(pipeline.pullRequest === 'none' ? {} : { pullRequest: pipeline.pullRequest }),
    });
    // With braces in meta, or without.
    for (const uuid of [UUID, UUID.slice(1, -1)]) {
      expect(await readOtherPipeline(name, uuid, deps, NEVER)).toEqual({ found: pipeline });
    }
  });

  it('of another repository is missing', async () => {
    const { name, deps } = await bench();
    expect(await readOtherPipeline(name, UUID, deps, NEVER)).toEqual({ missing: true });
  });

  it('is not told to a token without the scope', async () => {
    const { name, deps } = await bench('weakAccessToken');
    expect(await readOtherPipeline(name, UUID, deps, NEVER)).toEqual({
      refusal: expect.stringMatching(/wanted scope read:pipeline:bitbucket.*needs the scope read:pipeline:bitbucket\./),
    });
  });

  it('counts for nothing where it is another one', async () => {
    const { sandbox, name, deps } = await bench();
    const body = { uuid: '{bbbbbbbb-0000-4000-8000-000000000001}', state: { name: 'COMPLETED', result: {} } };
    sandbox.misbehave({ match: { path: /pipelines/ }, action: { kind: 'status', status: 200, body } });
    expect(await readOtherPipeline(name, UUID, deps, NEVER)).toEqual({
      refusal: expect.stringContaining('another pipeline'),
    });
  });

  it.each([{}, { state: 'COMPLETED' }, { state: null, completed_on: null }])(
    'runs where Bitbucket does not say that it has ended: %j',
    async (more) => {
      const { sandbox, name, deps } = await bench();
      const body = { uuid: UUID, ...more };
      sandbox.misbehave({ match: { path: /pipelines/ }, action: { kind: 'status', status: 200, body } });
      expect(await readOtherPipeline(name, UUID, deps, NEVER)).toMatchObject({ found: { running: true } });
    },
  );

  it('is asked of the host that issued the token alone', async () => {
    const { sandbox, name, deps } = await bench();
    const answer = await readOtherPipeline(name, UUID, { ...deps, apiUrl: 'https://evil.example' }, NEVER);
    expect(answer).toEqual({ refusal: expect.stringContaining('not asked') });
    expect(sandbox.journal).toEqual([]);
  });
});

describe('a pull request', () => {
  it.each([
    { state: 'OPEN' as const, expected: 'open' },
    { state: 'MERGED' as const, expected: 'merged' },
    { state: 'DECLINED' as const, expected: 'declined' },
    { state: 'SUPERSEDED' as const, expected: 'other' },
  ])('is $expected', async ({ state, expected }) => {
    const { sandbox, name, deps } = await bench();
    sandbox.bitbucket.plantPullRequest({ id: 7, state });
    expect(await readPullRequest(name, 7, deps, NEVER)).toEqual({ found: expected });
    expect(await readPullRequest(name, 8, deps, NEVER)).toEqual({ missing: true });
  });

  it.each([
    { body: { id: 8, state: 'MERGED' }, expected: { refusal: expect.stringContaining('another pull request') } },
    { body: { id: 7, state: 'constructor' }, expected: { found: 'other' } },
    { body: { id: 7 }, expected: { found: 'other' } },
    { body: 'MERGED', expected: { refusal: expect.stringContaining('another pull request') } },
  ])('is not merged because of $body', async ({ body, expected }) => {
    const { sandbox, name, deps } = await bench();
    sandbox.misbehave({ match: { path: /pullrequests/ }, action: { kind: 'status', status: 200, body } });
    expect(await readPullRequest(name, 7, deps, NEVER)).toEqual(expected);
  });

  it.each([
    { token: 'weakAccessToken' as const, expected: { refusal: expect.stringContaining('read:pullrequest:bitbucket') } },
    { token: 'foreignAccessToken' as const, expected: { missing: true } },
  ])('is not told to $token', async ({ token, expected }) => {
    const { sandbox, name, deps } = await bench(token);
    sandbox.bitbucket.plantPullRequest({ id: 7, state: 'MERGED' });
    expect(await readPullRequest(name, 7, deps, NEVER)).toEqual(expected);
  });

  it.each([401, 429, 500])('that is answered by %d is a refusal', async (status) => {
    const { sandbox, name, deps } = await bench();
    sandbox.misbehave({ match: { path: /pullrequests/ }, times: 9, action: { kind: 'status', status } });
    expect(await readPullRequest(name, 7, deps, NEVER)).toEqual({
      refusal: expect.stringContaining(`status ${String(status)}`),
    });
  });
});
