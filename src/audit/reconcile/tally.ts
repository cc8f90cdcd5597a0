import { Clocks } from './clocks.ts';
import { Counts } from './counts.ts';
import { DoraFigures } from './dora.ts';
import { InventoryFigures } from './inventory.ts';
import type { Bucket, Classified, Figures, Tally, TallyOptions } from './types.ts';

/**
 * Figures of a whole audit, made while its buckets go by. It keeps no row: its memory grows with the changes of
 * production (a few bytes each), the repositories, the policies and the exceptions.
 */
export function createTally({ scope, policies }: TallyOptions): Tally {
  const counts = new Counts(scope);
  const clocks = new Clocks();
  const dora = new DoraFigures(scope);
  const inventory = new InventoryFigures();
  const uses = new Map<string, number>();
  return {
    add(bucket: Bucket, classified: Classified): void {
      counts.see(bucket);
      counts.name(classified);
      for (const record of bucket.records) inventory.add(record);
      for (const row of classified.rows) {
        clocks.add(row);
        dora.add(row);
        if (row.exception && row.class === 'EXCEPTION')
          uses.set(row.exception.id, (uses.get(row.exception.id) ?? 0) + 1);
      }
    },
    addTold: (intents) => counts.addTold(intents),
    finish: (): Figures => ({
      counts: counts.finish(),
      clocks: clocks.finish(),
      dora: dora.finish(),
      inventory: inventory.finish(policies),
      exceptionUses: uses,
    }),
  };
}
