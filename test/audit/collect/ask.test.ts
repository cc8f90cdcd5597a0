import { describe, expect, it } from '@jest/globals';
import { createBitbucketAsker, type BitbucketAsker } from '../../../src/audit/collect/index.ts';
import { Secret } from '../../../src/secret.ts';
import { bench, NEVER, SINCE, type Bench } from './support/bench.ts';

const PIPELINE = 'aaaaaaaa-0000-4000-8000-000000000001';
const STEP = 'bbbbbbbb-0000-4000-8000-000000000001';

async function asker(
  b: Bench,
  token: 'workspaceAccessToken' | 'weakAccessToken' | 'foreignAccessToken' = 'workspaceAccessToken',
): Promise<BitbucketAsker> {
  const accessToken = new Secret(b.sandbox.bitbucket[token]);
  return createBitbucketAsker({ ...b.bitbucket, accessToken }, await b.open(), NEVER);
}

function plantBuild({ sandbox }: Bench): void {
  sandbox.bitbucket.plantPipeline({ uuid: `{${PIPELINE}}`, createdAt: SINCE, pullRequest: 7 });
  sandbox.bitbucket.plantStep({
    pipeline: `{${PIPELINE}}`,
    uuid: `{${STEP}}`,
    startedAt: SINCE + 1,
    completedAt: SINCE + 2,
  });
}

describe('steps', () => {
  it('are told once, also to the next run', async () => {
    const b = await bench();
    plantBuild(b);
    const wanted = { found: [{ uuid: STEP, startedAt: SINCE + 1, completedAt: SINCE + 2 }] };
    const first = await asker(b);
    expect(await first.askSteps(`{${PIPELINE.toUpperCase()}}`, b.repository)).toEqual(wanted);
    expect(await first.askSteps(PIPELINE, b.repository)).toEqual(wanted);
    await first.flush();
    const second = await asker(b);
    expect(await second.askSteps(PIPELINE, b.repository)).toEqual(wanted);
    expect(b.sandbox.journal).toHaveLength(1);
    expect(second.states()).toContainEqual({ name: 'steps', seen: 1, missing: [] });
  });

  it('of all pages are told', async () => {
    const b = await bench({ bitbucket: { omitNext: true } });
    plantBuild(b);
    for (let index = 0; index < 120; index += 1) {
      const uuid = `{dddddddd-0000-4000-8000-${String(index).padStart(12, '0')}}`;
      b.sandbox.bitbucket.plantStep({ pipeline: `{${PIPELINE}}`, uuid });
    }
    const steps = await (await asker(b)).askSteps(PIPELINE, b.repository);
    expect('found' in steps && steps.found.length).toBe(121);
  });

  it('of a pipeline that is not there are absent', async () => {
    const b = await bench();
    expect(await (await asker(b)).askSteps(PIPELINE, b.repository)).toEqual({ absent: true });
  });

  it('are unknown, not absent, to a token that does not reach the repository', async () => {
    const b = await bench();
    plantBuild(b);
    const stranger = await asker(b, 'foreignAccessToken');
    const unknown = expect.stringMatching(/does not reach this repository/);
    expect(await stranger.askSteps(PIPELINE, b.repository)).toEqual({ unknown });
    expect(stranger.states()).toContainEqual({
      name: 'steps',
      seen: 0,
      missing: [expect.stringMatching(/\(once\)$/)],
    });
    // What is unknown is asked again.
    expect(await (await asker(b)).askSteps(PIPELINE, b.repository)).toHaveProperty('found');
  });
});

describe('a pipeline', () => {
  it('is found in one of several repositories, with its pull request', async () => {
    const b = await bench();
    const uuid = '{eeeeeeee-0000-4000-8000-000000000001}';
    b.sandbox.bitbucket.plantRepository({ uuid, slug: 'other' });
    plantBuild(b);
    const others = [{ ...b.repository, repositoryUuid: uuid }, b.repository];
    expect(await (await asker(b)).askPipeline(PIPELINE, others)).toMatchObject({
      found: { uuid: PIPELINE, pullRequest: 7, createdAt: SINCE, creatorName: 'Ada Lovelace', refKind: 'pull-request' },
    });
  });

  it('is absent only where every repository could be looked at', async () => {
    const b = await bench();
    const ask = await asker(b);
    expect(await ask.askPipeline(PIPELINE, [])).toHaveProperty('unknown');
    const gone = { ...b.repository, repositoryUuid: '{eeeeeeee-0000-4000-8000-000000000009}' };
    expect(await ask.askPipeline(PIPELINE, [b.repository, gone])).toHaveProperty('unknown');
    expect(await ask.askPipeline(PIPELINE, [b.repository])).toEqual({ absent: true });
  });
});

describe('trouble', () => {
  it('of the rate limit ends all questions of the run', async () => {
    const b = await bench({ deadlineAt: () => Date.now() });
    plantBuild(b);
    b.sandbox.misbehave({ match: { path: /steps/ }, action: { kind: 'bitbucket-rate-limit' } });
    const ask = await asker(b);
    const unknown = expect.stringMatching(/rate limit is used up\. No more was asked/);
    expect(await ask.askSteps(PIPELINE, b.repository)).toEqual({ unknown });
    expect(await ask.askSteps(STEP, b.repository)).toEqual({ unknown });
    expect(b.sandbox.journal).toHaveLength(1);
    expect(ask.states()[1]?.missing).toEqual([expect.stringMatching(/used up.*\(2 times\)/)]);
  });

  it('of the service now and then ends nothing', async () => {
    const b = await bench();
    plantBuild(b);
    const rule = {
      match: { path: /0000[2356]%7D\/steps/ },
      times: 99,
      action: { kind: 'status', status: 503 },
    } as const;
    b.sandbox.misbehave(rule);
    const ask = await asker(b);
    const pipelines = [2, 3, 1, 5, 6, 4].map((last) => `${PIPELINE.slice(0, -1)}${String(last)}`);
    const states: string[] = [];
    for (const one of pipelines) states.push(...Object.keys(await ask.askSteps(one, b.repository)));
    expect(states).toEqual(['unknown', 'unknown', 'found', 'unknown', 'unknown', 'absent']);
  });

  it('of the service ends them after three in a row', async () => {
    const b = await bench();
    b.sandbox.misbehave({ match: { path: /steps/ }, times: 99, action: { kind: 'status', status: 503 } });
    const ask = await asker(b);
    const pipelines = [1, 2, 3, 4, 5].map((last) => `${PIPELINE.slice(0, -1)}${String(last)}`);
    for (const pipeline of pipelines) expect(await ask.askSteps(pipeline, b.repository)).toHaveProperty('unknown');
    expect(b.sandbox.journal).toHaveLength(3 * 6);
  });
});
