import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { TEXT_TARGETS } from './targets/index.ts';

/** The same inputs in every run of the suite; `npm run fuzz` has new ones. */
const SEED = 20_261_123;

describe('hostile texts', () => {
  it.each(TEXT_TARGETS)(
    'never break $name',
    async ({ runs, property }) => {
      await fc.assert(
        property(() => undefined),
        { seed: SEED, numRuns: runs },
      );
    },
    120_000,
  );
});
