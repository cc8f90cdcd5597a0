import { expect, it } from '@jest/globals';
import { createTroubles } from '../../../src/audit/collect/troubles.ts';

it.each([[['b', 'a', 'c', 'c']], [['c', 'a', 'c', 'b']]])(
  'tells the most frequent reasons first, and others by their texts, whichever came first: %j',
  async (unknowns) => {
    const troubles = createTroubles();
    for (const unknown of unknowns) await troubles.settle({ unknown }, () => Promise.reject(new Error('kept')));
    expect(troubles.sentences()).toEqual(['c (2 times)', 'a (once)', 'b (once)']);
  },
);
