import type { AuditDeps, AuditInput } from './input.ts';
import { homeOfRecord, homeOfRemoved, linksOfRecord, type RemovedRecord } from './reconcile/index.ts';
import { findRemoved, readRecords, type Ledger } from './records/index.ts';
import type { Buckets, Spool } from './spool/index.ts';
import type { Known } from './survey.ts';
import type { PopulationState, SeenRecord } from './types.ts';

export interface KeptRecords {
  readonly records: Buckets<SeenRecord>;
  readonly links: Buckets<SeenRecord>;
  readonly removed: Buckets<RemovedRecord>;
  readonly ledger: Ledger;
  readonly populations: readonly PopulationState[];
  readonly told: number;
}

/** Records are read anew by every run: what has changed in their folder since must not be missed. */
export async function keepRecords(
  input: AuditInput,
  { files, clock, threads }: AuditDeps,
  spool: Spool,
  { across, names }: Known,
  signal: AbortSignal,
): Promise<KeptRecords> {
  const { trust, trustMaterial: material, allowSandbox, previous } = input;
  const reading = readRecords({
    ...{ files, trust, allowSandbox, previous, folders: input.recordFolders, find: input.findRecords },
    ...{ now: clock.now(), aside: material && threads && { material, threads } },
    rest: () => clock.sleep(0, signal),
  });
  const records = await spool.createBuckets<SeenRecord>('records');
  const links = await spool.createBuckets<SeenRecord>('links');
  let told = 0;
  const pairs = new Pairs((record, paired) => {
    across.addRecord(record, paired);
    const { verdict, facts } = record;
    if (paired && facts.phase === 'intent' && verdict.state === 'verified') {
      told += 1;
      return;
    }
    if (verdict.state === 'verified') names.noteRecorded(facts);
    records.add(homeOfRecord(record), record);
    for (const key of linksOfRecord(record)) links.add(key, record);
  });
  for await (const some of reading.records) {
    for (const record of some) pairs.add(record);
    await records.settle();
    await links.settle();
    await across.settle();
  }
  pairs.finish();
  await across.endRecords();
  const ledger = reading.ledger();
  const removed = await keepRemoved(previous, ledger, across, spool);
  // Half of the memory that an audit takes until here, and nobody looks into it again.
  previous?.list.close();
  return {
    records: await records.finish(),
    links: await links.finish(),
    removed,
    ledger,
    populations: reading.populations(),
    told: told + reading.alongside(),
  };
}

/** What the checkpoint before has, and no file is any more. */
async function keepRemoved(
  previous: AuditInput['previous'],
  ledger: Ledger,
  across: Known['across'],
  spool: Spool,
): Promise<Buckets<RemovedRecord>> {
  const removed = await spool.createBuckets<RemovedRecord>('removed');
  for (const { digest, recordId, phase, deploymentId } of previous ? findRemoved(previous, ledger) : []) {
    const own = phase === 'result' && deploymentId !== undefined && { deploymentId };
    const gone = { digest, recordId, phase, ...own };
    across.addRemoved(gone);
    removed.add(homeOfRemoved(gone), gone);
  }
  return removed.finish();
}

/**
 * Tells of an intent whether its verified result comes right behind it, and says which deployment came of it: then nobody
 * needs the intent any more.
 */
class Pairs {
  readonly #take: (record: SeenRecord, paired: boolean) => void;
  #waiting: SeenRecord | undefined;

  constructor(take: (record: SeenRecord, paired: boolean) => void) {
    this.#take = take;
  }

  add(record: SeenRecord): void {
    const { phase, recordId, deployment } = record.facts;
    if (this.#waiting) {
      const says = phase === 'result' && record.verdict.state === 'verified' && deployment !== undefined;
      this.#take(this.#waiting, says && recordId === this.#waiting.facts.recordId);
    }
    this.#waiting = phase === 'intent' ? record : undefined;
    if (!this.#waiting) this.#take(record, true);
  }

  finish(): void {
    if (this.#waiting) this.#take(this.#waiting, false);
    this.#waiting = undefined;
  }
}
