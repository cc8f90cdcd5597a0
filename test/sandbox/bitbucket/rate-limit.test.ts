import { describe, expect, it } from '@jest/globals';
import { createSandbox, type BitbucketOptions, type Sandbox } from '../../../src/sandbox/index.ts';
import { bitbucket } from '../support/bitbucket.ts';
import type { Answer } from '../support/client.ts';

const clock = { time: 0 };

async function limited(options: BitbucketOptions = {}): Promise<Sandbox> {
  clock.time = 1_700_000_000_000;
  return createSandbox({ now: () => clock.time, bitbucket: { requestsPerHour: 3, ...options } });
}

async function spend(sandbox: Sandbox, count: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let index = 0; index < count; index += 1) {
    answers.push(await bitbucket(sandbox, '/pipelines'));
    clock.time += 60_000;
  }
  return answers;
}

describe('a limit of requests', () => {
  it('is told in headers, and says when it is near', async () => {
    const answers = await spend(await limited(), 3);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-nearlimit'))).toEqual(['false', 'false', 'true']);
    expect(answers[0]?.headers.get('x-ratelimit-limit')).toBe('3');
    expect(answers[0]?.headers.get('x-ratelimit-resource')).toBe('api-repositories');
  });

  it('ends in 429 until the first request is an hour old', async () => {
    const sandbox = await limited();
    const refused = (await spend(sandbox, 4))[3];
    expect(refused?.status).toBe(429);
    expect(refused?.body.error.message).toBe('Rate limit for this resource has been exceeded');
    expect(refused?.headers.get('x-ratelimit-nearlimit')).toBe('true');
    // The first request was three minutes earlier; now it is another minute later.
    expect(refused?.headers.get('retry-after')).toBe(String(3600 - 180));
    clock.time += (3600 - 240) * 1000 - 1;
    expect((await bitbucket(sandbox, '/pipelines')).status).toBe(429);
    clock.time += 1;
    expect((await bitbucket(sandbox, '/pipelines')).status).toBe(200);
    expect((await bitbucket(sandbox, '/pipelines')).status).toBe(429);
  });

  it('may not say when to come again', async () => {
    const refused = (await spend(await limited({ retryAfter: false }), 4))[3];
    expect(refused?.status).toBe(429);
    expect(refused?.headers.get('retry-after')).toBeNull();
  });

  it('is of each token, and counts refusals for other reasons', async () => {
    const sandbox = await limited();
    for (let index = 0; index < 3; index += 1) await bitbucket(sandbox, '/pullrequests/9');
    const other = await bitbucket(sandbox, '/pipelines', { token: sandbox.bitbucket.workspaceAccessToken });
    expect(other.status).toBe(200);
    const own = await bitbucket(sandbox, '/pullrequests/9');
    expect(own.status).toBe(429);
  });

  it('is not there unless it is asked for', async () => {
    const { headers } = await bitbucket(await createSandbox(), '/pipelines');
    expect(headers.get('x-ratelimit-limit')).toBeNull();
  });
});
