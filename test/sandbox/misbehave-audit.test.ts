import { describe, expect, it } from '@jest/globals';
import { createSandbox, type Misbehaviour, type Sandbox } from '../../src/sandbox/index.ts';
import { bitbucket } from './support/bitbucket.ts';
import { api, TEAM, type Answer } from './support/client.ts';

const COMMIT = 'd'.repeat(40);

const READS: readonly (readonly [path: string, read: (sandbox: Sandbox) => Promise<Answer>])[] = [
  ...['/v3/events', '/v7/deployments', '/v9/projects'].map((path) => {
    return [path, (sandbox: Sandbox) => api(sandbox, 'GET', `${path}?teamId=${TEAM}`)] as const;
  }),
  ...['/pipelines', '/pullrequests/1', `/commit/${COMMIT}/pullrequests`].map((path) => {
    return [path, (sandbox: Sandbox) => bitbucket(sandbox, path)] as const;
  }),
];

/** Where the first request goes wrong. */
async function sandboxThat(action: Misbehaviour): Promise<Sandbox> {
  const sandbox = await createSandbox();
  sandbox.bitbucket.plantPullRequest({ id: 1, state: 'OPEN', commits: [COMMIT] });
  sandbox.misbehave({ match: { method: 'GET' }, action });
  return sandbox;
}

describe.each(READS)('reading %s', (_path, read) => {
  it.each<{ action: Misbehaviour; status: number }>([
    { action: { kind: 'status', status: 502 }, status: 502 },
    { action: { kind: 'rate-limit', retryAfterSeconds: 1 }, status: 429 },
    { action: { kind: 'bitbucket-rate-limit' }, status: 429 },
    { action: { kind: 'slow-body', chunkBytes: 4096, ms: 1 }, status: 200 },
  ])('can be answered with $action.kind, once', async ({ action, status }) => {
    const sandbox = await sandboxThat(action);
    expect((await read(sandbox)).status).toBe(status);
    expect((await read(sandbox)).status).toBe(200);
  });

  it.each<Misbehaviour>([{ kind: 'reset' }, { kind: 'truncate' }])('can break by $kind, once', async (action) => {
    const sandbox = await sandboxThat(action);
    await expect(read(sandbox)).rejects.toThrow('fetch failed');
    expect((await read(sandbox)).status).toBe(200);
  });
});
