import { describe, expect, it } from '@jest/globals';
import { CLASSES } from '../../src/audit/classes.ts';
import { createRandom, makeHistory, SCENES, type History } from '../../tools/histories/index.ts';
import { auditAll, chooseSeeds, compare, describeRow, sizeOf } from './support/audit-history.ts';
import { seeAll, toBuckets, toWorld } from './support/history-world.ts';
import { classify } from '../../src/audit/reconcile/index.ts';

const SEEDS = chooseSeeds(500);

describe('made-up histories', () => {
  it.each(Object.keys(SCENES))('with nothing but %s', (scene) => {
    const differences = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((seed) =>
      compare(makeHistory(seed, { size: 6, only: [scene], faults: 1 })),
    );
    expect(differences).toEqual([]);
  });

  it(`of ${String(SEEDS.length)} seeds: every fault that was planted is found, and nothing else`, () => {
    const differences = SEEDS.flatMap((seed) => compare(makeHistory(seed, { size: sizeOf(seed) })));
    expect(differences).toEqual([]);
  });

  it('have every class planted', () => {
    const histories = SEEDS.slice(0, 200).map((seed) => makeHistory(seed, { size: sizeOf(seed), faults: 0.5 }));
    const planted = new Set(histories.flatMap(({ expected }) => expected.map((row) => row.class)));
    expect([...planted].sort()).toEqual(Object.keys(CLASSES).sort());
  });

  it('are the same for the same seed', () => {
    const [first, second] = [1, 2].map(() => makeHistory(77, { size: 40 }));
    expect(second).toEqual(first);
  });

  it('count as many records as there are', () => {
    for (const seed of SEEDS.slice(0, 100)) {
      const sight = seeAll(makeHistory(seed, { size: sizeOf(seed) }));
      const world = toWorld(sight);
      for (const bucket of toBuckets(sight, 3)) {
        const { rows, unlisted } = classify(bucket, world);
        const counted = rows.filter(({ kind }) => kind === 'record').length;
        const rest = Object.values(unlisted).reduce((sum, count) => sum + count, 0);
        expect(counted + rest).toBe(bucket.records.length + bucket.removed.length);
      }
    }
  });

  it('come out the same whatever the order of things, and however they are shared out', () => {
    for (const seed of SEEDS.slice(0, 150)) {
      const history = makeHistory(seed, { size: sizeOf(seed) });
      const usual = auditAll(seeAll(history)).map(describeRow).sort();
      const buckets = [1, 7, 64][seed % 3];
      expect(
        auditAll(seeAll(shuffle(history, seed)), buckets)
          .map(describeRow)
          .sort(),
      ).toEqual(usual);
    }
  });
});

function shuffle(history: History, seed: number): History {
  const random = createRandom(seed);
  const mix = <T>(list: readonly T[]): readonly T[] =>
    list
      .map((item) => ({ item, at: random.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  const { deployments, events, records, previous, exceptions } = history;
  return {
    ...history,
    ...{ deployments: mix(deployments), events: mix(events), records: mix(records) },
    ...{ previous: mix(previous), exceptions: mix(exceptions) },
  };
}
