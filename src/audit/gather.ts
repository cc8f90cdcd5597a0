import type { Across } from './across.ts';
import type { BucketFiles } from './bucket-files.ts';
import {
  collectPipelines,
  collectVercel,
  createBitbucketAsker,
  createCarriedAnswers,
  createDeploymentAsker,
  createReviewLists,
  searchTeam,
  SPOOLED,
  type BitbucketAsker,
  type CarriedAnswers,
  type DeploymentAsker,
} from './collect/index.ts';
import type { AuditDeps, AuditInput } from './input.ts';
import { keepRecords } from './keep-records.ts';
import { homeOfDeployment, homeOfEvent } from './reconcile/index.ts';
import { readAnswers, type Ledger } from './records/index.ts';
import type { Index, Spool } from './spool/index.ts';
import { settleNames } from './settle-names.ts';
import { beginSurvey } from './survey.ts';
import type { PopulationState, SeenDeployment, SeenEvent, SeenPipeline, Summary } from './types.ts';

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
  readonly buckets: BucketFiles;
}

const WORDS: Readonly<Record<string, string>> = { 'vercel-policies': 'tokens by OIDC policies' };

/** @throws {PipeError} as the collectors do: the spool holds what was read until then, and the next run goes on from there. */
export async function gather(input: AuditInput, deps: AuditDeps, spool: Spool, signal: AbortSignal): Promise<Gathered> {
  const { scope } = input;
  const { log } = deps;
  const earlier = await openCarried(input, deps, spool);
  const surveyed = await beginSurvey(spool, scope);
  const vercel = await collectVercel(scope, deps.vercel, spool, signal, surveyed);
  const counts = vercel.populations.map(({ name, seen }) => `${WORDS[name] ?? name} ${String(seen)}`);
  log.info(`Read:    of Vercel ${counts.join(', ')}`);
  const known = await surveyed.finish();
  const { across, names } = known;
  const kept = await keepRecords(input, deps, spool, known, signal);
  const total = kept.populations.reduce((sum, { seen }) => sum + seen, 0);
  const carried = input.previous ? `, ${String(kept.ledger.carried)} of them proved by the checkpoint before` : '';
  log.info(`Read:    records ${String(total)}${carried}`);
  const births = await createDeploymentAsker(scope.teamId, deps.vercel, spool, signal);
  await settleNames(names, births, () => searchTeam(names, scope, deps.vercel, spool, signal));
  const repositories = [...across.lookup.repositories(), ...input.repositories];
  const listed = await spool.index<SeenPipeline>(SPOOLED.pipelines, ({ uuid }) => uuid);
  const pipelines = await collectPipelines(repositories, scope, deps.bitbucket, spool, signal);
  log.info(`Read:    of Bitbucket pipelines ${String(pipelines.seen)}, in repositories ${String(repositories.length)}`);
  // Asked for behind all that a class hangs on.
  const reviews = createReviewLists(repositories, scope, deps.bitbucket, spool, signal);

  const deployments = await spool.partition<SeenDeployment>(SPOOLED.deployments, (deployment, add) => {
    across.addClaim(deployment);
    add(homeOfDeployment(deployment), deployment);
  });
  const events = await spool.partition<SeenEvent>(SPOOLED.events, (event, add) => {
    const named = names.name(event);
    if (named) add(homeOfEvent(named), named);
  });
  return {
    ...{ across, listed },
    asker: await createBitbucketAsker(deps.bitbucket, spool, signal, { lists: reviews, carried: earlier }),
    births,
    ledger: kept.ledger,
    told: kept.told,
    projects: vercel.projects,
    populations: [
      ...vercel.populations,
      { name: 'events', seen: 0, missing: names.gaps() },
      ...kept.populations,
      pipelines,
    ],
    buckets: { deployments, events, records: kept.records, links: kept.links, removed: kept.removed },
  };
}

/** Before anything is asked: where it does not hold, nothing is. */
async function openCarried(
  { previous }: AuditInput,
  { files, log }: AuditDeps,
  spool: Spool,
): Promise<CarriedAnswers | undefined> {
  const file = previous?.answersFile;
  if (!file) return undefined;
  if (await files.lstat(file.path)) return createCarriedAnswers(spool, readAnswers(files, file));
  log.warn(`The checkpoint's answers are not beside it (${file.path}): Bitbucket is asked again for each of them.`);
  return undefined;
}
