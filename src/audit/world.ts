import type { AcrossLookup } from './across-lookup.ts';
import type { BitbucketAsker } from './collect/index.ts';
import type { AuditInput } from './input.ts';
import {
  intentsOf,
  needsOf,
  NOT_ASKED,
  type AllowedPolicies,
  type Bucket,
  type NeededPipeline,
  type NeededReview,
  type World,
} from './reconcile/index.ts';
import { findException, type AllowedPolicy, type Exceptions } from './records/index.ts';
import { findAmong, NO_REPOSITORY, type FindRepositories } from './repositories.ts';
import type { Index } from './spool/index.ts';
import { spread } from './spread.ts';
import type { Asked, PopulationState, Row, RowException, SeenPipeline, SeenRecord, SeenStep } from './types.ts';

export interface WorldParts {
  readonly input: Pick<AuditInput, 'scope' | 'allowSandbox' | 'repositories'> & {
    readonly exceptions: Pick<Exceptions, 'items'> | undefined;
  };
  readonly auditedAt: number;
  readonly across: AcrossLookup;
  readonly policies: AllowedPolicies | undefined;
  /** Why populations are not whole, a sentence each. */
  readonly gaps: Partial<Readonly<Record<PopulationState['name'], readonly string[]>>>;
  /** Pipelines of the lists. */
  readonly listed: Pick<Index<SeenPipeline>, 'get'>;
  readonly asker: Pick<BitbucketAsker, 'askPipeline' | 'askSteps'>;
}

/** The world of one bucket, which grows by what Bitbucket is asked for it. */
export interface BucketWorld extends World {
  /**
   * Asks until all was asked that the bucket's classes hang on.
   * @returns the reviews that are to be asked for behind that; until then its rows wait for them
   */
  ask(bucket: Bucket): Promise<readonly NeededReview[]>;
}

export function createWorld(parts: WorldParts): BucketWorld {
  const { input, auditedAt, across, policies, gaps } = parts;
  const pipelines = new Map<string, Asked<SeenPipeline>>();
  const steps = new Map<string, Asked<readonly SeenStep[]>>();
  const intents = new Map<string, SeenRecord>();
  const world: World = {
    scope: input.scope,
    auditedAt,
    allowSandbox: input.allowSandbox,
    ...(policies ? { policies } : {}),
    gaps: (population) => gaps[population] ?? [],
    pipeline: (uuid) => pipelines.get(uuid) ?? NOT_ASKED,
    steps: (uuid) => steps.get(uuid) ?? NOT_ASKED,
    review: () => NOT_ASKED,
    policyOfToken: (tokenId) => across.policyOfToken(tokenId),
    resultsOf: (recordId) => across.resultsOf(recordId),
    intent: (digest) => intents.get(digest),
    claims: (digest) => across.claims(digest),
    isNamed: (recordOrIntent) => across.isNamed(recordOrIntent),
    removedOf: (recordId) => across.removedOf(recordId),
    lastRunOf: (pipelineUuid, stepUuid) => across.lastRunOf(pipelineUuid, stepUuid),
    exceptionFor: (row) => findExcuse(row, input, auditedAt),
  };
  return {
    ...world,
    ask: async (bucket) => {
      for (const digest of intentsOf(bucket)) {
        const intent = await across.intent(digest);
        if (intent) intents.set(digest, intent);
      }
      return askAll(bucket, world, { ...parts, pipelines, steps });
    },
  };
}

interface Asking extends WorldParts {
  readonly pipelines: Map<string, Asked<SeenPipeline>>;
  readonly steps: Map<string, Asked<readonly SeenStep[]>>;
}

/** What was asked in vain has its answer too, so this ends. */
async function askAll(bucket: Bucket, world: World, asking: Asking): Promise<readonly NeededReview[]> {
  const { asker, across, pipelines, steps } = asking;
  const known = [...across.repositories(), ...asking.input.repositories];
  const find = findAmong(known);
  for (;;) {
    const needs = needsOf(bucket, world);
    const open = {
      pipelines: needs.pipelines.filter(({ pipelineUuid }) => !pipelines.has(pipelineUuid)),
      steps: needs.steps.filter(({ pipelineUuid }) => !steps.has(pipelineUuid)),
    };
    if (open.pipelines.length + open.steps.length === 0) return needs.reviews;
    await spread(open.pipelines, async (need) => {
      pipelines.set(need.pipelineUuid, await findPipeline(need, asking, { known, find }));
    });
    await spread(open.steps, async ({ pipelineUuid, repositoryUuid, at }) => {
      const [repository] = find(repositoryUuid);
      steps.set(pipelineUuid, repository ? await asker.askSteps(pipelineUuid, repository, at) : NO_REPOSITORY);
    });
  }
}

async function findPipeline(
  { pipelineUuid, repositoryUuid }: NeededPipeline,
  { listed, asker }: Asking,
  { known, find }: { readonly known: AuditInput['repositories']; readonly find: FindRepositories },
): Promise<Asked<SeenPipeline>> {
  const found = await listed.get(pipelineUuid);
  if (found) return { found };
  const own = find(repositoryUuid);
  return asker.askPipeline(pipelineUuid, own.length > 0 ? own : known);
}

function findExcuse(row: Row, { exceptions }: WorldParts['input'], now: number): RowException | undefined {
  return exceptions && findException(row, exceptions.items, now);
}

/** The list that was given, as lookups. */
export function toAllowed(list: readonly AllowedPolicy[]): AllowedPolicies {
  const byDigest = Map.groupBy(list, ({ digest }) => digest);
  return {
    allowed: (digest, at, repositoryUuid) => {
      const inTime = byDigest.get(digest)?.filter(({ from, until = Infinity }) => at >= from && at < until) ?? [];
      return inTime.some(
        ({ repositories }) => repositoryUuid === undefined || (repositories?.includes(repositoryUuid) ?? true),
      );
    },
    expires: (digest) => byDigest.get(digest)?.findLast(({ expires }) => expires !== undefined)?.expires,
  };
}
