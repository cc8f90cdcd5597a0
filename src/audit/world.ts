import type { Across } from './across.ts';
import type { BitbucketAsker } from './collect/index.ts';
import type { AuditInput } from './input.ts';
import { needsOf, type AllowedPolicies, type Bucket, type NeededPipeline, type World } from './reconcile/index.ts';
import { findException, type AllowedPolicy } from './records/index.ts';
import type { Index } from './spool/index.ts';
import type { Asked, PopulationState, Row, RowException, SeenPipeline, SeenReview, SeenStep } from './types.ts';

/** Questions that are on their way at once: as many as a service takes without a word. */
const AT_ONCE = 4;
const NOT_ASKED = { unknown: 'It was not asked for.' };

export interface WorldParts {
  readonly input: Pick<AuditInput, 'scope' | 'allowSandbox' | 'exceptions' | 'repositories'>;
  readonly auditedAt: number;
  readonly across: Across;
  readonly policies: AllowedPolicies | undefined;
  readonly gaps: (population: PopulationState['name']) => readonly string[];
  /** Pipelines of the lists. */
  readonly listed: Index<SeenPipeline>;
  readonly asker: BitbucketAsker;
}

/** The world of one bucket, which grows by what Bitbucket is asked for it. */
export interface BucketWorld extends World {
  /** Asks until all that the bucket needs was asked. @param reviews false for what its classes hang on alone. */
  ask(bucket: Bucket, reviews: boolean): Promise<void>;
}

export function createWorld(parts: WorldParts): BucketWorld {
  const { input, auditedAt, across, policies, gaps } = parts;
  const pipelines = new Map<string, Asked<SeenPipeline>>();
  const steps = new Map<string, Asked<readonly SeenStep[]>>();
  const reviews = new Map<string, Asked<SeenReview>>();
  const world: World = {
    scope: input.scope,
    auditedAt,
    allowSandbox: input.allowSandbox,
    ...(policies ? { policies } : {}),
    gaps,
    pipeline: (uuid) => pipelines.get(uuid) ?? NOT_ASKED,
    steps: (uuid) => steps.get(uuid) ?? NOT_ASKED,
    review: (repositoryUuid, commit) => reviews.get(`${repositoryUuid}/${commit}`) ?? NOT_ASKED,
    policyOfToken: (tokenId) => across.policyOfToken(tokenId),
    resultsOf: (recordId) => across.resultsOf(recordId),
    intent: (digest) => across.intent(digest),
    claims: (digest) => across.claims(digest),
    isNamed: (recordOrIntent) => across.isNamed(recordOrIntent),
    removedOf: (recordId) => across.removedOf(recordId),
    lastRunOf: (pipelineUuid, stepUuid) => across.lastRunOf(pipelineUuid, stepUuid),
    exceptionFor: (row) => findExcuse(row, input, auditedAt),
  };
  return {
    ...world,
    ask: (bucket, withReviews) => askAll(bucket, world, { ...parts, pipelines, steps, reviews }, withReviews),
  };
}

interface Asking extends WorldParts {
  readonly pipelines: Map<string, Asked<SeenPipeline>>;
  readonly steps: Map<string, Asked<readonly SeenStep[]>>;
  readonly reviews: Map<string, Asked<SeenReview>>;
}

/** What was asked in vain has its answer too, so this ends. */
async function askAll(bucket: Bucket, world: World, asking: Asking, withReviews: boolean): Promise<void> {
  const { asker, across, pipelines, steps, reviews } = asking;
  const known = [...across.repositories(), ...asking.input.repositories];
  const repositoryOf = (uuid: string | undefined): typeof known =>
    known.filter(({ repositoryUuid }) => sameId(repositoryUuid, uuid));
  for (;;) {
    const needs = needsOf(bucket, world);
    // Of what is listed nothing is asked: until it is told what came of it, it is needed for its steps alone.
    const isNeeded = (uuid: string): boolean => withReviews || needs.forSteps.has(uuid) || !asking.listed.has(uuid);
    const open = {
      pipelines: needs.pipelines.filter(({ pipelineUuid }) => !pipelines.has(pipelineUuid) && isNeeded(pipelineUuid)),
      steps: needs.steps.filter(({ pipelineUuid }) => !steps.has(pipelineUuid)),
      reviews: withReviews ? needs.reviews.filter((need) => !reviews.has(keyOf(need))) : [],
    };
    if (open.pipelines.length + open.steps.length + open.reviews.length === 0) return;
    await spread(open.pipelines, async (need) => {
      pipelines.set(need.pipelineUuid, await findPipeline(need, asking, known));
    });
    await spread(open.steps, async ({ pipelineUuid, repositoryUuid }) => {
      const [repository] = repositoryOf(repositoryUuid);
      steps.set(pipelineUuid, repository ? await asker.askSteps(pipelineUuid, repository) : NO_REPOSITORY);
    });
    await spread(open.reviews, async (need) => {
      const [repository] = repositoryOf(need.repositoryUuid);
      reviews.set(keyOf(need), repository ? await asker.askReview({ repository, commit: need.commit }) : NO_REPOSITORY);
    });
  }
}

const NO_REPOSITORY = { unknown: 'Its repository is in no verified record, and was not named (--repositories).' };

async function findPipeline(
  { pipelineUuid, repositoryUuid }: NeededPipeline,
  { listed, asker }: Asking,
  known: AuditInput['repositories'],
): Promise<Asked<SeenPipeline>> {
  const found = await listed.get(pipelineUuid);
  if (found) return { found };
  const own = known.filter((repository) => sameId(repository.repositoryUuid, repositoryUuid));
  return asker.askPipeline(pipelineUuid, own.length > 0 ? own : known);
}

async function spread<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let first = 0; first < items.length; first += AT_ONCE) {
    await Promise.all(items.slice(first, first + AT_ONCE).map(work));
  }
}

function keyOf({ repositoryUuid, commit }: { readonly repositoryUuid: string; readonly commit: string }): string {
  return `${repositoryUuid}/${commit}`;
}

function sameId(one: string, other: string | undefined): boolean {
  const bare = (uuid: string): string => uuid.replace(/[{}]/g, '').toLowerCase();
  return other !== undefined && bare(one) === bare(other);
}

function findExcuse(row: Row, { exceptions }: WorldParts['input'], now: number): RowException | undefined {
  return exceptions && findException(row, exceptions.items, now);
}

/** The list that was given, as lookups. */
export function toAllowed(list: readonly AllowedPolicy[]): AllowedPolicies {
  const byDigest = Map.groupBy(list, ({ digest }) => digest);
  return {
    allowed: (digest, at) =>
      byDigest.get(digest)?.some(({ from, until = Infinity }) => at >= from && at < until) ?? false,
    expires: (digest) => byDigest.get(digest)?.findLast(({ expires }) => expires !== undefined)?.expires,
  };
}
