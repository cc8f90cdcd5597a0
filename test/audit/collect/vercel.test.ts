import { describe, expect, it } from '@jest/globals';
import { collectVercel } from '../../../src/audit/collect/index.ts';
import type { SeenDeployment, SeenEvent } from '../../../src/audit/types.ts';
import { PipeError } from '../../../src/errors.ts';
import { bench, NEVER, SINCE, UNTIL, valuesOf, type Bench } from './support/bench.ts';

const LISTS = /^\/v7\/deployments$|^\/v3\/events$/;

function plantAt({ sandbox }: Bench, times: readonly number[], projectId = 'prj_web'): string[] {
  return times.map((createdAt) => sandbox.vercel.plantDeployment({ projectId, createdAt }).id);
}

async function collect(b: Bench): Promise<{ ids: string[]; events: SeenEvent[]; missing: readonly string[] }> {
  const spool = await b.open();
  const { populations } = await collectVercel(b.scope, b.vercel, spool, NEVER);
  const deployments = await valuesOf<SeenDeployment>(spool, 'deployments');
  const events = await valuesOf<SeenEvent>(spool, 'events');
  expect(populations.find(({ name }) => name === 'deployments')?.seen).toBe(deployments.length);
  return { ids: deployments.map(({ id }) => id), events, missing: populations.flatMap(({ missing }) => missing) };
}

describe('deployments', () => {
  it.each(['whole', 'lost', 'again'] as const)(
    'are all found once, where ties at the end of a page are %s',
    async (ties) => {
      const b = await bench({ lists: { ties } });
      // Pages end inside runs of seven of one millisecond.
      const wanted = plantAt(
        b,
        Array.from({ length: 350 }, (_, index) => SINCE + 1000 * Math.floor(index / 7)),
      );
      plantAt(b, [SINCE - 1, UNTIL]);
      const edge = plantAt(b, [UNTIL - 1]);
      const { ids, missing } = await collect(b);
      expect(ids.toSorted()).toEqual([...wanted, ...edge].toSorted());
      expect(missing).toEqual([]);
    },
  );

  it.each(['lost', 'again'] as const)('of one millisecond beyond a page are a gap, not a loop (%s)', async (ties) => {
    const b = await bench({ lists: { ties } });
    const [older] = plantAt(b, [SINCE + 1]);
    plantAt(b, Array<number>(130).fill(SINCE + 5000));
    const { ids, missing } = await collect(b);
    expect(new Set(ids).size).toBe(101);
    expect(ids).toContain(older);
    expect(missing).toEqual([expect.stringMatching(/100 deployments of the millisecond 2026-11-01T00:00:05.000Z/)]);
  });

  it('of one millisecond that fill exactly a page are said to be a gap too: nobody can tell', async () => {
    const b = await bench({ lists: { ties: 'lost' } });
    plantAt(b, [SINCE + 1, ...Array<number>(100).fill(SINCE + 5000)]);
    const { ids, missing } = await collect(b);
    expect(ids).toHaveLength(101);
    expect(missing).toHaveLength(1);
  });

  it('of the named projects alone', async () => {
    const b = await bench({
      projects: [
        { id: 'prj_web', name: 'web' },
        { id: 'prj_b', name: 'b' },
        { id: 'prj_c', name: 'c' },
      ],
    });
    const [one] = plantAt(b, [SINCE + 1]);
    const [two] = plantAt(b, [SINCE + 1], 'prj_b');
    plantAt(b, [SINCE + 1], 'prj_c');
    const spool = await b.open();
    const scope = { ...b.scope, projectIds: ['prj_web', 'prj_b'] };
    const { projects } = await collectVercel(scope, b.vercel, spool, NEVER);
    expect((await valuesOf<SeenDeployment>(spool, 'deployments')).map(({ id }) => id)).toEqual([one, two]);
    expect(projects).toEqual({ prj_web: 'web', prj_b: 'b' });
  });

  it('say how they were deleted', async () => {
    const b = await bench();
    const plant = (more: object): string =>
      b.sandbox.vercel.plantDeployment({ projectId: 'prj_web', createdAt: SINCE + 1, ...more }).id;
    const gone = plant({ deletion: { at: SINCE + 2 } });
    const retention = plant({ deletion: { at: SINCE + 2, byRetention: true } });
    const back = plant({ deletion: { at: SINCE + 2 }, undeletedAt: SINCE + 3 });
    const spool = await b.open();
    await collectVercel(b.scope, b.vercel, spool, NEVER);
    const found = new Map((await valuesOf<SeenDeployment>(spool, 'deployments')).map((one) => [one.id, one.deleted]));
    expect([gone, retention, back].map((id) => found.get(id))).toEqual(['deleted', 'retention', undefined]);
  });
});

describe('events', () => {
  it('are those of the period, the births beside it, and the tokens of two hours before', async () => {
    const b = await bench();
    const plant = (type: string, createdAt: number, payload = {}): void =>
      void b.sandbox.vercel.plantEvent({ type, createdAt, id: `uev_${type}_${String(createdAt - SINCE)}`, payload });
    plant('deployment', SINCE - 1000, { deploymentId: 'dpl_1' });
    plant('deployment', SINCE - 61_000, { deploymentId: 'dpl_1' });
    plant('alias', SINCE - 1000, { alias: 'a.example.com' });
    plant('alias', SINCE, { alias: 'a.example.com' });
    plant('alias', UNTIL, { alias: 'a.example.com' });
    plant('team', SINCE + 5);
    plant('oidc-policy-used-to-obtain-app-token', SINCE - 3_600_000, { policyId: 'pol_1', publicId: 'tok_1' });
    plant('oauth-app-token-created', SINCE - 3_600_000, { publicId: 'tok_2' });
    const { events } = await collect(b);
    expect(events.map(({ id }) => id)).toEqual(['uev_alias_0', 'uev_deployment_-1000']);
    const tokens = await valuesOf<SeenEvent>(await b.open(), 'tokens');
    expect(tokens).toMatchObject([{ policyId: 'pol_1', tokenId: 'tok_1' }]);
  });

  it.each([true, false])(
    'of one millisecond at the end of a page are all found (until inclusive: %s)',
    async (untilIsInclusive) => {
      const b = await bench({ events: { untilIsInclusive } });
      for (let index = 0; index < 330; index += 1) {
        const createdAt = SINCE + 1000 * Math.floor(index / 7);
        b.sandbox.vercel.plantEvent({ type: 'alias', createdAt, id: `uev_${String(index)}`, payload: { alias: 'a' } });
      }
      const { events, missing } = await collect(b);
      expect(new Set(events.map(({ id }) => id)).size).toBe(330);
      expect(events).toHaveLength(330);
      expect(missing).toEqual([]);
    },
  );
});

describe('what is refused', () => {
  it('is said of its population, and what can be read is read', async () => {
    const b = await bench();
    const [id] = plantAt(b, [SINCE + 1]);
    const body = { error: { code: 'forbidden', message: 'Not authorized' } };
    b.sandbox.misbehave({ match: { path: /v3\/events/ }, times: 2, action: { kind: 'status', status: 403, body } });
    const { ids, missing } = await collect(b);
    expect(ids).toEqual([id]);
    expect(missing).toEqual([
      expect.stringMatching(
        /^Vercel refused the event history of deployments \(status 403 forbidden Not authorized\): .*activity/,
      ),
      expect.stringMatching(/OIDC policies/),
    ]);
    // The next run asks for it again, and for nothing else.
    const before = b.asked(LISTS).length;
    expect((await collect(b)).missing).toEqual([]);
    expect(
      b
        .asked(LISTS)
        .slice(before)
        .map((path) => path.split('?')[0]),
    ).not.toContain('/v7/deployments');
  });

  it('in mid-run ends the run, and the next one goes on', async () => {
    const b = await bench();
    const wanted = plantAt(
      b,
      Array.from({ length: 250 }, (_, index) => SINCE + index),
    );
    const pages = { match: { path: /v7/ }, action: { kind: 'delay', ms: 0 } } as const;
    b.sandbox.misbehave(pages);
    b.sandbox.misbehave({ ...pages, action: { kind: 'status', status: 401, body: {} } });
    const error: unknown = await collect(b).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PipeError);
    expect(error).toMatchObject({
      code: 'SERVICE_FAILED',
      exitStatus: 3,
      message: expect.stringMatching(/credential ended/),
    });
    expect((await collect(b)).ids.toSorted()).toEqual(wanted.toSorted());
    expect(b.asked(/v7/)).toHaveLength(4);
  });

  it('waits as long as a 429 says, and ends where that is beyond the deadline', async () => {
    const b = await bench({ deadlineAt: () => b.platform.clock.now() + 60_000 });
    plantAt(b, [SINCE + 1]);
    const limit = (retryAfterSeconds: number): void =>
      void b.sandbox.misbehave({ match: { path: /v7/ }, action: { kind: 'rate-limit', retryAfterSeconds } });
    limit(30);
    limit(120);
    await expect(collect(b)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      fix: expect.stringMatching(/--resume: it goes on where/),
    });
    // The body's own word on the end of the limit may be a second later than the header's.
    expect(b.platform.clock.slept.map((ms) => Math.round(ms / 10_000))).toEqual([3]);
    expect((await collect(b)).ids).toHaveLength(1);
  });

  it.each([{ deployments: {} }, { deployments: [{ uid: 'dpl_1' }] }, {}])(
    'is no list: %j is an error',
    async (body) => {
      const b = await bench();
      b.sandbox.misbehave({ match: { path: /v7/ }, action: { kind: 'status', status: 200, body } });
      await expect(collect(b)).rejects.toMatchObject({
        code: 'SERVICE_FAILED',
        message: expect.stringMatching(/cannot be read/),
      });
    },
  );
});
