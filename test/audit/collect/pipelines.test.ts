import { describe, expect, it } from '@jest/globals';
import { collectPipelines, type BitbucketReadDeps } from '../../../src/audit/collect/index.ts';
import type { PopulationState, SeenPipeline } from '../../../src/audit/types.ts';
import { Secret } from '../../../src/secret.ts';
import { bench, NEVER, SINCE, UNTIL, valuesOf, type Bench } from './support/bench.ts';

const DAY = 24 * 3_600_000;
const LIST = /pipelines$/;

function uuidOf(index: number): string {
  return `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

function plant({ sandbox }: Bench, first: number, times: readonly number[]): string[] {
  return times.map((createdAt, index) => {
    sandbox.bitbucket.plantPipeline({ uuid: `{${uuidOf(first + index)}}`, createdAt });
    return uuidOf(first + index);
  });
}

async function collect(
  b: Bench,
  deps: Partial<BitbucketReadDeps> = {},
): Promise<PopulationState & { readonly pipelines: SeenPipeline[] }> {
  const spool = await b.open();
  const state = await collectPipelines([b.repository], b.scope, { ...b.bitbucket, ...deps }, spool, NEVER);
  return { ...state, pipelines: await valuesOf<SeenPipeline>(spool, 'pipelines') };
}

describe('the pipelines of a repository', () => {
  it.each([{ omitNext: false }, { omitNext: true }, { omitSize: true }])(
    'are those of the period and a day before it: %j',
    async (bitbucket) => {
      const b = await bench({ bitbucket });
      plant(b, 5000, [SINCE - DAY - 1, UNTIL + 6 * 60_000]);
      const wanted = plant(b, 0, [
        SINCE - DAY,
        UNTIL + 4 * 60_000,
        ...Array.from({ length: 310 }, (_, index) => SINCE + index),
      ]);
      const { pipelines, missing, seen } = await collect(b);
      expect(pipelines.map(({ uuid }) => uuid).toSorted()).toEqual(wanted.toSorted());
      expect({ missing, seen }).toEqual({ missing: [], seen: wanted.length });
    },
  );

  it('end where they are older: the rest of the list is not asked for', async () => {
    const b = await bench();
    plant(
      b,
      0,
      Array.from({ length: 500 }, (_, index) => SINCE - 2 * DAY - index),
    );
    plant(b, 600, [SINCE + 1]);
    expect((await collect(b)).seen).toBe(1);
    expect(b.asked(LIST)).toHaveLength(1);
  });

  it.each([
    { grows: [30, 30, 30], apart: 1 },
    // Everything of one millisecond, and a whole page pushed behind the next.
    { grows: [130], apart: 0 },
  ])('come once, though the list grows at its front meanwhile: %j', async ({ grows, apart }) => {
    const b = await bench();
    const wanted = plant(
      b,
      0,
      Array.from({ length: 250 }, (_, index) => SINCE + index * apart),
    );
    const { http } = b.bitbucket;
    let next = 1000;
    const growing = {
      ...http,
      request: async (...[request]: Parameters<typeof http.request>) => {
        const reply = await http.request(request);
        plant(b, (next += 1000), Array<number>(grows.shift() ?? 0).fill(UNTIL - 1));
        return reply;
      },
    };
    const { pipelines } = await collect(b, { http: growing });
    expect(pipelines.map(({ uuid }) => uuid).toSorted()).toEqual(wanted.toSorted());
  });

  it('are read to the end where the server does not sort them', async () => {
    const b = await bench();
    const values = [SINCE - 3 * DAY, SINCE + 5].map((at, index) => ({
      uuid: `{${uuidOf(index)}}`,
      created_on: new Date(at).toISOString(),
    }));
    const next = `${b.sandbox.bitbucketUrl}/2.0/repositories/${encodeURIComponent(b.repository.workspaceUuid)}/${encodeURIComponent(b.repository.repositoryUuid)}/pipelines/?page=2`;
    b.sandbox.misbehave({ match: { path: LIST }, action: { kind: 'status', status: 200, body: { values, next } } });
    expect((await collect(b)).pipelines.map(({ uuid }) => uuid)).toEqual([uuidOf(1)]);
    expect(b.asked(LIST)).toHaveLength(2);
  });

  it.each(['https://evil.example.com/2.0/repositories/a/b/pipelines?page=2', 'other', 7])(
    'do not go on elsewhere: %j',
    async (next) => {
      const b = await bench();
      const address = next === 'other' ? `${b.sandbox.bitbucketUrl}/2.0/user?page=2` : next;
      b.sandbox.misbehave({
        match: { path: LIST },
        action: { kind: 'status', status: 200, body: { values: [], next: address } },
      });
      const { missing } = await collect(b);
      expect(missing).toEqual([expect.stringMatching(/next page at another address/)]);
      expect(b.sandbox.journal).toHaveLength(1);
      // It is known for good: the same folder says it again.
      expect((await collect(b)).missing).toEqual(missing);
    },
  );
});

describe('what is refused', () => {
  it('names the access token where there is none, and asks nobody', async () => {
    const b = await bench();
    const { missing } = await collect(b, { accessToken: undefined });
    expect(missing).toEqual([
      expect.stringMatching(
        /^BITBUCKET_ACCESS_TOKEN is missing: set one with the scope read:pipeline:bitbucket\. Not read: pipelines of [0-9a-f-]{36}\.$/,
      ),
    ]);
    expect(b.sandbox.journal).toEqual([]);
  });

  it.each([
    ['weakAccessToken', /needs the scope read:pipeline:bitbucket/],
    ['foreignAccessToken', /does not reach this repository/],
  ] as const)('names what %s lacks', async (token, reason) => {
    const b = await bench();
    const { missing } = await collect(b, { accessToken: new Secret(b.sandbox.bitbucket[token]) });
    expect(missing).toEqual([expect.stringMatching(reason)]);
  });

  it('asks only the host that issued the tokens', async () => {
    const b = await bench();
    const { missing } = await collect(b, { apiUrl: 'https://elsewhere.example.com' });
    expect(missing).toEqual([expect.stringMatching(/elsewhere\.example\.com.*not asked/)]);
    expect(b.sandbox.journal).toEqual([]);
  });
});

describe('the rate limit', () => {
  it('is kept from running out: near it, requests go at the pace at which it comes back', async () => {
    const b = await bench({ bitbucket: { requestsPerHour: 6 } });
    plant(
      b,
      0,
      Array.from({ length: 950 }, (_, index) => SINCE + index),
    );
    expect((await collect(b)).seen).toBe(950);
    // Six in an hour.
    expect(b.platform.clock.slept.filter((ms) => Math.round(ms / 1000) === 600).length).toBeGreaterThan(1);
    expect(b.sandbox.journal.filter(({ status }) => status === 429)).toHaveLength(1);
  });

  it('is waited out minute by minute where a 429 does not say how long', async () => {
    const b = await bench();
    plant(b, 0, [SINCE + 1]);
    b.sandbox.misbehave({ match: { path: LIST }, times: 7, action: { kind: 'bitbucket-rate-limit' } });
    expect((await collect(b)).seen).toBe(1);
    expect(b.platform.clock.slept).toContain(60_000);
  });

  it('ends the run where it lasts longer than the run', async () => {
    const b = await bench({ deadlineAt: () => Date.now() + 30_000 });
    b.sandbox.misbehave({ match: { path: LIST }, times: 99, action: { kind: 'bitbucket-rate-limit' } });
    await expect(collect(b)).rejects.toMatchObject({ code: 'RATE_LIMITED', exitStatus: 3 });
  });
});
