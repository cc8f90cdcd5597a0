import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../../src/errors.ts';
import {
  classify,
  createTally,
  type Bucket,
  type Classified,
  type Figures,
  type World,
} from '../../../src/audit/reconcile/index.ts';
import { bucket, world } from './support/audit.ts';
import * as seen from './support/seen.ts';

const { act, DAY, deployment, event, HOUR, MINUTE, NOON, POLICY, record, recordId, REPO, SECOND, TEAM } = seen;
const scope = { teamId: TEAM, projectIds: [], since: NOON - DAY, until: NOON + DAY };

function tally(buckets: readonly Partial<Bucket>[], over: Partial<World> = {}): Figures {
  const all = createTally({ scope, policies: over.policies });
  for (const of of buckets.map(bucket)) all.add(of, classify(of, world(over)));
  return all.finish();
}

/** A deployment of another time, with its record; both may be changed. */
function made(
  id: string,
  at: number,
  over: Parameters<typeof deployment>[0] = {},
  facts: seen.Facts = {},
): Partial<Bucket> {
  return {
    deployments: [deployment({ id, createdAt: at, readyAt: at + 20 * SECOND, ...over })],
    events: [event({ id: `uev_${id}`, deploymentId: id, at: at + 200 })],
    records: [
      record(
        {
          deployedAt: at + 21 * SECOND,
          startedAt: at - 30 * SECOND,
          signedAt: at + 25 * SECOND,
          tokenExpiresAt: at + HOUR,
          ...facts,
          deployment: { id, createdAt: at, ...facts.deployment },
        },
        { file: id, digest: id },
      ),
    ],
  };
}

describe('counts', () => {
  it('are of what came in and of what was said of it', () => {
    const removed = [{ digest: 'e'.repeat(64), recordId: recordId(3), phase: 'intent' as const }];
    const alias = event({ id: 'uev_a', type: 'alias', alias: 'x.example.com', principalType: 'user' });
    const { counts } = tally([
      { removed, events: [event(), event(), alias, alias], deployments: [deployment(), deployment()] },
      {
        deployments: [],
        events: [event({ deploymentId: 'dpl_gone' })],
        records: [record({}, { verdict: seen.REFUSED })],
      },
    ]);
    expect(counts).toEqual({
      deployment: { seen: 2, classes: { VERIFIED: 1, UNEXPLAINED: 1 } },
      change: { seen: 1, classes: { UNRECORDED_ALIAS: 1 } },
      record: { seen: 3, classes: { VERIFIED: 1, RECORD_REMOVED: 1, UNVERIFIABLE: 1 } },
    });
  });

  it.each<[string, (told: Classified) => Classified, string, string]>([
    [
      'a row is lost',
      ({ unlisted }) => ({ rows: [], unlisted }),
      '1 deployments too few have a class.',
      '0 with a class',
    ],
    [
      'a row comes twice',
      ({ rows, unlisted }) => ({ rows: [...rows, ...rows], unlisted }),
      '1 deployments too many have a class.',
      '2 with a class',
    ],
    ['a record is lost', ({ rows }) => ({ rows, unlisted: {} }), '1 records too few have a class.', '0 with a class'],
  ])('that do not add up, because %s, are a fault of ours', (_, spoil, message, got) => {
    const all = createTally({ scope });
    all.add(bucket(), spoil(classify(bucket(), world())));
    let thrown: unknown;
    try {
      all.finish();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PipeError);
    expect(thrown).toMatchObject({ code: 'INTERNAL', message: `The audit does not add up: ${message}`, got });
  });

  it('are of uses of exceptions too', () => {
    const exception = { id: 'EX-1', reason: 'r', approver: 'a', ticket: 't', expires: NOON + 9 * DAY };
    const { exceptionUses } = tally([{ records: [], deployments: [deployment({ meta: {} })] }], {
      exceptionFor: () => exception,
    });
    expect([...exceptionUses]).toEqual([['EX-1', 1]]);
  });
});

describe('clocks', () => {
  it('are compared wherever two tell of one moment', () => {
    const { clocks } = tally([made('dpl_a', NOON), made('dpl_b', NOON + HOUR, { readyAt: NOON + HOUR + 19_500 })]);
    expect(
      clocks.map(({ pairs, min, median, max, overOneSecond }) => [pairs, min, median, max, overOneSecond]),
    ).toEqual([
      [2, 1000, 1000, 1500, 1],
      [2, 200, 200, 200, 0],
      [2, 270_000, 270_000, 3_870_000, 2],
    ]);
    expect(clocks[0]).toMatchObject({ of: expect.stringMatching(/record's deployedAt/), against: "Vercel's readyAt" });
  });

  it('that nothing can be said of are left out', () =>
    expect(tally([{ deployments: [], events: [], records: [] }]).clocks).toEqual([]));
});

describe('DORA figures', () => {
  const figure = ({ dora }: Figures, id: string) => dora.find((one) => one.id === id);

  it('are of verified changes of production alone', () => {
    const promoted = event({ id: 'uev_p', type: 'manual-deployment-promotion-created', at: NOON + 10 * MINUTE });
    const figures = tally([
      { events: [event(), promoted], records: [record(), act('promote', { actsOn: seen.DPL })] },
      { deployments: [deployment({ id: 'dpl_x', meta: {} })], events: [], records: [] },
      made(
        'dpl_p',
        NOON,
        { target: 'preview', readySubstate: 'STAGED' },
        { target: 'preview', deployment: { target: 'preview' } },
      ),
    ]);
    expect(figure(figures, 'deployment-frequency')).toMatchObject({ value: 1, unit: 'per day', from: 2, proxy: false });
    // From the pipeline: five minutes and 21 seconds, and 15 minutes for the promotion.
    expect(figure(figures, 'lead-time')).toMatchObject({ value: 321_000, unit: 'ms', from: 2, proxy: false });
    expect(figure(figures, 'change-failure')).toMatchObject({ value: 0, from: 3, proxy: true });
    expect(figure(figures, 'recovery')).not.toHaveProperty('value');
  });

  it('count what failed and what was moved back, and how long that took, as signs alone', () => {
    const rollback = event({
      id: 'uev_r',
      type: 'instant-rollback-created',
      deploymentId: 'dpl_1',
      at: NOON + 5 * HOUR,
    });
    const one = made('dpl_1', NOON);
    const figures = tally([
      made('dpl_4', NOON + 4 * HOUR),
      { ...one, events: [...(one.events ?? []), rollback] },
      made('dpl_2', NOON + HOUR, { readyState: 'ERROR' }, { outcome: 'failed' }),
      made('dpl_3', NOON + 3 * HOUR),
    ]);
    expect(figure(figures, 'change-failure')).toMatchObject({ value: 0.5, unit: 'share', from: 4, proxy: true });
    expect(figure(figures, 'recovery')).toMatchObject({ value: HOUR, from: 2, proxy: true });
  });

  it('take a rollback by the failed run itself for the end of that failure', () => {
    const back = event({ id: 'uev_r', type: 'instant-rollback-created', at: NOON + 20 * SECOND });
    const figures = tally([
      { events: [event(), back], records: [record({ outcome: 'failed', rolledBackTo: 'dpl_0' })] },
    ]);
    expect(figure(figures, 'change-failure')).toMatchObject({ value: 1, from: 1 });
    expect(figure(figures, 'recovery')).toMatchObject({ value: 20 * SECOND, from: 1 });
  });
});

describe('the inventory', () => {
  it('is of verified results', () => {
    const stored = act('pull', { signerMode: 'key', hop: 'static', pipeVersion: '1.1.0', signedAt: NOON + HOUR });
    const policies = { allowed: () => true, expires: () => NOON + 9 * DAY };
    const { inventory } = tally(
      [
        {
          records: [
            record(),
            seen.intent(),
            stored,
            record({ pipeVersion: '6.6.6' }, { file: 'x', digest: 'x', verdict: seen.REFUSED }),
          ],
        },
      ],
      { policies },
    );
    expect(inventory).toEqual({
      versions: [
        { version: '1.1.0', repositories: [REPO], records: 1 },
        { version: '1.2.0', repositories: [REPO], records: 1 },
      ],
      policies: [{ digest: POLICY, records: 2, lastUsedAt: NOON + HOUR, allowed: true, expires: NOON + 9 * DAY }],
      statics: [
        { kind: 'credential', repositoryUuid: REPO, records: 1, lastUsedAt: NOON + HOUR },
        { kind: 'signer', repositoryUuid: REPO, records: 1, lastUsedAt: NOON + HOUR },
      ],
    });
  });
});
