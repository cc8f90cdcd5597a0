import { Clocks } from './clocks.ts';
import { Counts, type CountsState } from './counts.ts';
import type { DistancesState } from './distances.ts';
import { DoraFigures, type DoraState } from './dora.ts';
import { InventoryFigures, type InventoryState } from './inventory.ts';
import type { Bucket, Classified, Figures, TallyOptions } from './types.ts';

export interface Tally {
  /** Every bucket once, with its classification. Counts what came in by itself. */
  add(bucket: Bucket, classified: Classified): void;
  /** Verified intents that are in no bucket, because all that they could say is said by their results. */
  addTold(intents: number): void;
  /** What was added until now: another thread's tally joins it. */
  state(): TallyState;
  join(state: TallyState): void;
  /** @throws {PipeError} `INTERNAL` where the classes do not add up to what was seen. */
  finish(): Figures;
}

/** As JSON has it. */
export interface TallyState {
  readonly counts: CountsState;
  readonly clocks: readonly DistancesState[];
  readonly dora: DoraState;
  readonly inventory: InventoryState;
  readonly exceptionUses: readonly (readonly [id: string, count: number])[];
}

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
    state: () => ({
      ...{ counts: counts.state(), clocks: clocks.state(), dora: dora.state(), inventory: inventory.state() },
      exceptionUses: [...uses],
    }),
    join(state): void {
      counts.join(state.counts);
      clocks.join(state.clocks);
      dora.join(state.dora);
      inventory.join(state.inventory);
      for (const [id, count] of state.exceptionUses) uses.set(id, (uses.get(id) ?? 0) + count);
    },
    finish: (): Figures => ({
      counts: counts.finish(),
      clocks: clocks.finish(),
      dora: dora.finish(),
      inventory: inventory.finish(policies),
      exceptionUses: uses,
    }),
  };
}
