import { sha256Hex } from '../digest.ts';
import { classifyAll } from './classify-all.ts';
import { conclude, type Concluded } from './conclude.ts';
import { tellEarlier } from './earlier.ts';
import { gather, type Gathered } from './gather.ts';
import { WORK_FOLDER, type AuditDeps, type AuditInput, type AuditOutcome } from './input.ts';
import { limitScope } from './limit-scope.ts';
import { createRowFile, type RowFile } from './outputs/index.ts';
import { createTally } from './reconcile/index.ts';
import { createReviews, type Reviews } from './reviews.ts';
import { openSpool, type Spool } from './spool/index.ts';
import { toAllowed } from './world.ts';
import { writeResults } from './write-results.ts';

/**
 * Reads the three populations, gives every deployment, change and record its one class, and writes what came of it. A run
 * that ends before that, or was not told all that it asked for, leaves its work beside the reports, and one with the
 * same scope that is not to begin afresh goes on from there.
 * @throws {PipeError} `RATE_LIMITED`, `NETWORK`, `SERVICE_FAILED`: nothing is concluded; `OUTPUT_INVALID`; `INTERNAL` where
 * the classes do not add up to what was seen.
 */
export async function audit(asked: AuditInput, deps: AuditDeps, signal: AbortSignal): Promise<AuditOutcome> {
  const spool = await openSpool(deps.files, `${asked.out}/${WORK_FOLDER}`, {
    ...{ scope: sha256Hex(JSON.stringify(asked.scope)), fresh: asked.fresh, clock: deps.clock },
  });
  deps.begun?.();
  try {
    const input = await limitScope(asked, deps, spool, signal);
    const gathered = await gather(input, deps, spool, signal);
    const populations = [...gathered.populations, ...tellEarlier(spool.earlier)];
    return await auditInto(spool, { input, deps, gathered: { ...gathered, populations } }, signal);
  } catch (error) {
    // What could not be written here is asked again; why the run ends is the first error.
    await spool.settle().catch(() => undefined);
    throw error;
  } finally {
    await spool.close();
  }
}

interface Parts {
  readonly input: AuditInput;
  readonly deps: AuditDeps;
  readonly gathered: Gathered;
  readonly rows: RowFile;
  readonly reviews: Reviews;
}

async function auditInto(
  spool: Spool,
  parts: Pick<Parts, 'input' | 'deps' | 'gathered'>,
  signal: AbortSignal,
): Promise<AuditOutcome> {
  const { input, deps, gathered } = parts;
  const rows = await createRowFile(deps.files, spool.folder);
  try {
    const known = [...gathered.across.lookup.repositories(), ...input.repositories];
    const reviews = await createReviews(gathered.asker, known, spool);
    const concluded = await reconcile({ ...parts, rows, reviews }, signal);
    const outcome = await writeResults(concluded, { ...parts, rows: reviews.fill(rows) });
    await rows.remove();
    const unfinished = gathered.asker.hasEnded() || gathered.births.hasEnded();
    await (unfinished ? keepAnswers(spool, gathered) : spool.remove());
    return { ...outcome, unfinished };
  } catch (error) {
    await rows.remove();
    await keepAnswers(spool, gathered).catch(() => undefined);
    throw error;
  }
}

async function keepAnswers(spool: Spool, { asker, births }: Gathered): Promise<void> {
  await asker.flush();
  await births.flush();
  await spool.settle();
}

/** First all that a class hangs on is asked, of every bucket; then the reviews, which may use up what a service allows. */
async function reconcile({ input, deps, gathered, rows, reviews }: Parts, signal: AbortSignal): Promise<Concluded> {
  const auditedAt = deps.clock.now();
  const { across, listed } = gathered;
  const tally = createTally({ scope: input.scope, policies: input.policies && toAllowed(input.policies) });
  tally.addTold(gathered.told);
  await classifyAll({ input, deps, gathered, auditedAt }, { rows, reviews, tally }, signal);
  // What buckets were compared with; the reviews and the outputs take their own.
  across.clear();
  listed.clear();
  await reviews.ask(signal);
  return conclude(tally.finish(), { input, deps, gathered, auditedAt });
}
