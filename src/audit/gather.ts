import { Across } from './across.ts';
import {
  collectPipelines,
  collectVercel,
  createBitbucketAsker,
  createDeploymentAsker,
  SPOOLED,
  type BitbucketAsker,
  type DeploymentAsker,
} from './collect/index.ts';
import type { AuditDeps, AuditInput } from './input.ts';
import { readEventNames, type EventNames } from './name-events.ts';
import {
  homeOfDeployment,
  homeOfEvent,
  homeOfRecord,
  homeOfRemoved,
  linksOfRecord,
  type Bucket,
  type RemovedRecord,
} from './reconcile/index.ts';
import { findRemoved, readRecords, type Ledger } from './records/index.ts';
import type { Buckets, Index, Spool } from './spool/index.ts';
import type { PopulationState, SeenDeployment, SeenEvent, SeenPipeline, SeenRecord, Summary } from './types.ts';

/** All that was read, on disk and in buckets; in memory only what ties the buckets together. */
export interface Gathered {
  readonly across: Across;
  readonly listed: Index<SeenPipeline>;
  readonly asker: BitbucketAsker;
  /** For deployments that events alone name. */
  readonly births: DeploymentAsker;
  readonly ledger: Ledger;
  /** Verified intents whose verified result says what became of them: they are in no bucket. */
  readonly told: number;
  readonly projects: Summary['projects'];
  /** Without those of the asker, which grow until the end. */
  readonly populations: readonly PopulationState[];
  /** How many buckets there are. */
  readonly buckets: number;
  readBucket(bucket: number): Promise<Bucket>;
}

const WORDS: Readonly<Record<string, string>> = { 'vercel-policies': 'tokens by OIDC policies' };

/** @throws {PipeError} as the collectors do: the spool holds what was read until then, and the next run goes on from there. */
export async function gather(input: AuditInput, deps: AuditDeps, spool: Spool, signal: AbortSignal): Promise<Gathered> {
  const { scope } = input;
  const { log } = deps;
  const vercel = await collectVercel(scope, deps.vercel, spool, signal);
  const counts = vercel.populations.map(({ name, seen }) => `${WORDS[name] ?? name} ${String(seen)}`);
  log.info(`Read:    of Vercel ${counts.join(', ')}`);
  const across = new Across();
  await across.readDeployments(spool);
  await across.readTokens(spool);

  const names = await readEventNames(spool, scope);
  const kept = await keepRecords(input, deps, spool, { across, names }, signal);
  const total = kept.populations.reduce((sum, { seen }) => sum + seen, 0);
  const carried = input.previous ? `, ${String(kept.ledger.carried)} of them proved by the checkpoint before` : '';
  log.info(`Read:    records ${String(total)}${carried}`);
  const repositories = [...across.repositories(), ...input.repositories];
  const pipelines = await collectPipelines(repositories, scope, deps.bitbucket, spool, signal);
  log.info(`Read:    of Bitbucket pipelines ${String(pipelines.seen)}, in repositories ${String(repositories.length)}`);

  const deployments = await spool.partition<SeenDeployment>(SPOOLED.deployments, homeOfDeployment);
  const events = await spool.partition<SeenEvent>(SPOOLED.events, (event) => {
    const named = names.name(event);
    return named ? homeOfEvent(named) : [];
  });
  return {
    across,
    listed: await spool.index<SeenPipeline>(SPOOLED.pipelines, ({ uuid }) => uuid),
    asker: await createBitbucketAsker(deps.bitbucket, spool, signal),
    births: await createDeploymentAsker(scope.teamId, deps.vercel, spool, signal),
    ledger: kept.ledger,
    told: kept.told,
    projects: vercel.projects,
    populations: [...vercel.populations, ...kept.populations, pipelines],
    buckets: deployments.count,
    readBucket: async (bucket) => ({
      deployments: await all(deployments, bucket),
      events: (await all(events, bucket)).flatMap((event) => names.name(event) ?? []),
      records: await all(kept.records, bucket),
      links: await all(kept.links, bucket),
      removed: await all(kept.removed, bucket),
    }),
  };
}

interface KeptRecords {
  readonly records: Buckets<SeenRecord>;
  readonly links: Buckets<SeenRecord>;
  readonly removed: Buckets<RemovedRecord>;
  readonly ledger: Ledger;
  readonly populations: readonly PopulationState[];
  readonly told: number;
}

/** Records are read anew by every run: what has changed in their folder since must not be missed. */
async function keepRecords(
  input: AuditInput,
  { files, clock }: AuditDeps,
  spool: Spool,
  { across, names }: { readonly across: Across; readonly names: EventNames },
  signal: AbortSignal,
): Promise<KeptRecords> {
  const { trust, allowSandbox, previous } = input;
  const reading = readRecords({
    ...{ files, trust, allowSandbox, previous, folders: input.recordFolders, find: input.findRecords },
    now: clock.now(),
    rest: () => clock.sleep(0, signal),
  });
  const records = await spool.createBuckets<SeenRecord>('records');
  const links = await spool.createBuckets<SeenRecord>('links');
  let told = 0;
  for await (const { record, paired } of pairUp(reading.records)) {
    across.addRecord(record, paired);
    const { verdict, facts } = record;
    if (paired && facts.phase === 'intent' && verdict.state === 'verified') {
      told += 1;
      continue;
    }
    if (verdict.state === 'verified' && facts.deployment) names.noteRecorded(facts.deployment.id);
    await records.add(homeOfRecord(record), record);
    for (const key of linksOfRecord(record)) await links.add(key, record);
  }
  const ledger = reading.ledger();
  const removed = await spool.createBuckets<RemovedRecord>('removed');
  for (const { digest, recordId, phase, deploymentId } of previous ? findRemoved(previous, ledger) : []) {
    const gone = { digest, recordId, phase, ...(deploymentId === undefined ? {} : { deploymentId }) };
    across.addRemoved(gone);
    await removed.add(homeOfRemoved(gone), gone);
  }
  return {
    records: await records.finish(),
    links: await links.finish(),
    removed: await removed.finish(),
    ledger,
    populations: reading.populations(),
    told: told + reading.alongside(),
  };
}

/**
 * Tells of an intent whether its verified result comes right behind it, and says which deployment came of it: then nobody
 * needs the intent any more.
 */
async function* pairUp(
  records: AsyncIterable<SeenRecord>,
): AsyncGenerator<{ readonly record: SeenRecord; readonly paired: boolean }> {
  let waiting: SeenRecord | undefined;
  for await (const record of records) {
    const { phase, recordId, deployment } = record.facts;
    if (waiting) {
      const says = phase === 'result' && record.verdict.state === 'verified' && deployment !== undefined;
      const paired = says && recordId === waiting.facts.recordId;
      yield { record: waiting, paired };
    }
    waiting = phase === 'intent' ? record : undefined;
    if (!waiting) yield { record, paired: true };
  }
  if (waiting) yield { record: waiting, paired: false };
}

async function all<T>(buckets: Buckets<T>, bucket: number): Promise<readonly T[]> {
  return Array.fromAsync(buckets.read(bucket));
}
