import { dataOf, readBucket } from './bucket-files.ts';
import { startBucketHelper, type BucketHelper, type ClassifiedBucket } from './bucket-thread.ts';
import type { Gathered } from './gather.ts';
import { askInTurn, type SingleAsker } from './given-answers.ts';
import type { AuditDeps, AuditInput } from './input.ts';
import type { RowFile } from './outputs/index.ts';
import { classify, type Tally } from './reconcile/index.ts';
import type { Reviews } from './reviews.ts';
import { settleBirths } from './settle-births.ts';
import { threadsFor } from './threads-for.ts';
import { OF_FILE } from './spool/index.ts';
import type { PopulationState } from './types.ts';
import { workAll } from './work-all.ts';
import { createWorld, toAllowed, type WorldParts } from './world.ts';

/** Where all goes that comes of a bucket. */
export interface Results {
  readonly rows: RowFile;
  readonly reviews: Reviews;
  readonly tally: Tally;
}

export interface ClassifyParts {
  readonly input: AuditInput;
  readonly deps: AuditDeps;
  readonly gathered: Gathered;
  /** Milliseconds since 1970. */
  readonly auditedAt: number;
}

/** Classifies every bucket, many of them in two threads. All that a class hangs on is asked for meanwhile. */
export async function classifyAll(parts: ClassifyParts, results: Results, signal: AbortSignal): Promise<void> {
  const { input, deps, gathered, auditedAt } = parts;
  const { across, listed } = gathered;
  const asker = askInTurn(gathered.asker, gathered.births);
  const policies = input.policies && toAllowed(input.policies);
  const gaps = gapsOf(gathered, input);
  const world: WorldParts = { input, auditedAt, policies, gaps, across: across.lookup, listed, asker };
  const helper = startHelper(parts, gaps, asker);
  try {
    await workAll<ClassifiedBucket>({
      ...{ count: gathered.buckets.deployments.count, together: OF_FILE },
      here: (number) => classifyHere(number, world, { asker, buckets: gathered.buckets }, results),
      aside: helper && ((number) => helper.classify(number)),
      take: (done) => take(done, results),
      rest: () => deps.clock.sleep(0, signal),
    });
  } finally {
    await helper?.end();
  }
}

/** Undefined where there is no second core for it, or too little to do. */
function startHelper(
  { input, deps, gathered, auditedAt }: ClassifyParts,
  gaps: WorldParts['gaps'],
  asker: SingleAsker,
): BucketHelper | undefined {
  const { across, listed, populations, buckets } = gathered;
  const seen = populations.find(({ name }) => name === 'deployments')?.seen ?? 0;
  const threads = threadsFor(seen, deps);
  if (!threads) return undefined;
  const { scope, allowSandbox, repositories, exceptions, policies } = input;
  const task = {
    input: { scope, allowSandbox, repositories, exceptions: exceptions && { items: exceptions.items } },
    ...{ auditedAt, gaps, policies, across: across.data, listed: listed.data, buckets: dataOf(buckets) },
  };
  return startBucketHelper(threads, task, asker);
}

/** A function of its own: a loop would keep one bucket until it has the next. @returns whether it has any row */
async function classifyHere(
  number: number,
  parts: WorldParts,
  { buckets, asker }: Pick<Gathered, 'buckets'> & { readonly asker: SingleAsker },
  { rows, reviews, tally }: Results,
): Promise<boolean> {
  const bucket = await settleBirths(await readBucket(buckets, number), parts.input.scope, asker);
  const world = createWorld(parts);
  await reviews.need(await world.ask(bucket));
  const classified = classify(bucket, world);
  tally.add(bucket, classified);
  for (const row of classified.rows) await rows.add(row);
  return classified.rows.length > 0;
}

async function take(done: ClassifiedBucket, { rows, reviews, tally }: Results): Promise<void> {
  await reviews.need(done.reviews);
  tally.join(done.figures);
  for (const row of done.rows) await rows.addLine(row);
}

/** What is missing of each population, and what was asked in vain until now. */
function gapsOf({ populations }: Gathered, { gaps }: AuditInput): WorldParts['gaps'] {
  const byName: Partial<Record<PopulationState['name'], string[]>> = { deployments: [...gaps] };
  for (const { name, missing } of populations) (byName[name] ??= []).push(...missing);
  return byName;
}
