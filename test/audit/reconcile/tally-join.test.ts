import { describe, expect, it } from '@jest/globals';
import { classify, createTally, type Figures, type TallyState } from '../../../src/audit/reconcile/index.ts';
import { makeHistory } from '../../../tools/histories/index.ts';
import { seeAll, toBuckets, toWorld } from '../support/history-world.ts';

interface Both {
  readonly whole: Figures;
  readonly joined: Figures;
}

/** @param order of the parts that are joined */
function tallyBoth(seed: number, order: 'first' | 'last'): Both {
  const sight = seeAll(makeHistory(seed, { size: 60, faults: 0.4 }));
  const world = toWorld(sight);
  const options = { scope: sight.history.scope, policies: world.policies };
  const [whole, joined] = [createTally(options), createTally(options)];
  const states: string[] = [];
  for (const bucket of toBuckets(sight, 5)) {
    const classified = classify(bucket, world);
    const part = createTally(options);
    for (const tally of [whole, part]) tally.add(bucket, classified);
    states.push(JSON.stringify(part.state()));
  }
  for (const state of order === 'first' ? states : states.toReversed()) joined.join(JSON.parse(state) as TallyState);
  for (const tally of [whole, joined]) tally.addTold(3);
  return { whole: whole.finish(), joined: joined.finish() };
}

describe('tallies of parts', () => {
  it.each([1, 2, 3, 4, 6])('are together that of the whole, in any order: seed %i', (seed) => {
    for (const order of ['first', 'last'] as const) {
      const { whole, joined } = tallyBoth(seed, order);
      expect(joined).toEqual(whole);
      expect(whole.counts.deployment.seen).toBeGreaterThan(20);
      expect(whole.clocks.length).toBeGreaterThan(1);
      expect(whole.inventory.statics.length).toBeGreaterThan(0);
    }
  });

  it('of nothing change nothing', () => {
    const { scope } = makeHistory(1, { size: 5 });
    const [one, none] = [createTally({ scope }), createTally({ scope })];
    one.join(JSON.parse(JSON.stringify(none.state())) as TallyState);
    expect(one.finish()).toEqual(none.finish());
  });
});
