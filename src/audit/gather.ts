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
import { EventNames } from './name-events.ts';
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
  const known = await survey(spool, scope);
  const { across, names } = known;
  const kept = await keepRecords(input, deps, spool, known, signal);
  const total = kept.populations.reduce((sum, { seen }) => sum + seen, 0);
  const carried = input.previous ? `, ${String(kept.ledger.carried)} of them proved by the checkpoint before` : '';
  log.info(`Read:    records ${String(total)}${carried}`);
  const repositories = [...across.repositories(), ...input.repositories];
  const pipelines = await collectPipelines(repositories, scope, deps.bitbucket, spool, signal);
  log.info(`Read:    of Bitbucket pipelines ${String(pipelines.seen)}, in repositories ${String(repositories.length)}`);

  const deployments = await spool.partition<SeenDeployment>(SPOOLED.deployments, (deployment) => {
    across.addClaim(deployment);
    return homeOfDeployment(deployment);
  });
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
      deployments: await deployments.read(bucket),
      events: (await events.read(bucket)).flatMap((event) => names.name(event) ?? []),
      records: await kept.records.read(bucket),
      links: await kept.links.read(bucket),
      removed: await kept.removed.read(bucket),
    }),
  };
}

/** What the buckets' values must know of each other. */
interface Known {
  readonly across: Across;
  readonly names: EventNames;
}

async function survey(spool: Spool, scope: AuditInput['scope']): Promise<Known> {
  const across = new Across();
  const names = new EventNames(scope);
  await each<SeenEvent>(spool, SPOOLED.tokens, (event) => {
    across.addToken(event);
  });
  await each<SeenEvent>(spool, SPOOLED.events, (event) => {
    names.ask(event);
  });
  if (names.asksForProjects) {
    await each<SeenEvent>(spool, SPOOLED.events, (event) => {
      names.answer(event);
    });
  }
  await each<SeenDeployment>(spool, SPOOLED.deployments, (deployment) => {
    across.addDeployment(deployment);
    names.answerWith(deployment);
  });
  return { across, names };
}

async function each<T>(spool: Spool, name: string, visit: (value: T) => void): Promise<void> {
  for await (const kept of spool.read<T>(name)) for (const { value } of kept) visit(value);
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
  { across, names }: Known,
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
  const pairs = new Pairs((record, paired) => {
    across.addRecord(record, paired);
    const { verdict, facts } = record;
    if (paired && facts.phase === 'intent' && verdict.state === 'verified') {
      told += 1;
      return;
    }
    if (verdict.state === 'verified' && facts.deployment) names.noteRecorded(facts.deployment.id);
    records.add(homeOfRecord(record), record);
    for (const key of linksOfRecord(record)) links.add(key, record);
  });
  for await (const some of reading.records) {
    for (const record of some) pairs.add(record);
    await records.settle();
    await links.settle();
  }
  pairs.finish();
  const ledger = reading.ledger();
  const removed = await spool.createBuckets<RemovedRecord>('removed');
  for (const { digest, recordId, phase, deploymentId } of previous ? findRemoved(previous, ledger) : []) {
    const own = phase === 'result' && deploymentId !== undefined && { deploymentId };
    const gone = { digest, recordId, phase, ...own };
    across.addRemoved(gone);
    removed.add(homeOfRemoved(gone), gone);
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
