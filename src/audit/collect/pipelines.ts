import type { Spool } from '../spool/index.ts';
import type { PopulationState, Scope, SeenPipeline } from '../types.ts';
import { addressOf, createBitbucketReader, type BitbucketReader } from './ask-bitbucket.ts';
import { asFields, toUuid, unreadable } from './fields.ts';
import { PAGE_LENGTH, readNext } from './next-page.ts';
import { toSeenPipeline } from './to-seen-pipeline.ts';
import { SPOOLED, type AuditedRepository, type BitbucketReadDeps } from './types.ts';
import { walk, type Refusal, type Turn } from './walk.ts';

const FIRST_PAGE = `sort=-created_on&pagelen=${String(PAGE_LENGTH)}`;
/** A pipeline may wait for its manual step; one that waited longer is asked for by its name. */
const BEFORE_MS = 24 * 60 * 60_000;
/** Between the clocks of two services. */
const AFTER_MS = 5 * 60_000;

/** Repositories of one sentence. */
const MAX_NAMED = 5;

export const PIPELINE_SCOPE = 'read:pipeline:bitbucket';

interface Position {
  readonly query: string;
  /** When the last one was created, and the ids of that millisecond. */
  readonly last?: number;
  readonly seen: readonly string[];
}

/**
 * The pipelines of each repository that were created from a day before the period until its end.
 * @throws {PipeError} `RATE_LIMITED`, `SERVICE_FAILED`, `NETWORK`: the spool holds what was read until then
 */
export async function collectPipelines(
  repositories: readonly AuditedRepository[],
  scope: Scope,
  deps: BitbucketReadDeps,
  spool: Spool,
  signal: AbortSignal,
): Promise<PopulationState> {
  const reader = createBitbucketReader(deps);
  const byId = new Map(repositories.map((each) => [toUuid(each.repositoryUuid) ?? each.repositoryUuid, each]));
  const parts = [...byId.keys()].map((key) => ({ key, first: { query: FIRST_PAGE, seen: [] } }));
  const refusals = await walk<Position>(spool, SPOOLED.pipelines, parts, ({ key }, position) => {
    const repository = byId.get(key);
    return repository === undefined
      ? Promise.resolve({ values: [], next: undefined })
      : readPage(repository, position, { reader, scope, apiUrl: deps.apiUrl, signal });
  });
  const { lines, gaps } = spool.progress(SPOOLED.pipelines);
  return { name: 'pipelines', seen: lines, missing: [...gaps, ...describeRefusals(refusals)] };
}

interface Reading {
  readonly reader: BitbucketReader;
  readonly scope: Scope;
  readonly apiUrl: string;
  readonly signal: AbortSignal;
}

async function readPage(
  repository: AuditedRepository,
  position: Position,
  { reader, scope, apiUrl, signal }: Reading,
): Promise<Turn<Position>> {
  const question = { repository, parts: ['pipelines'], query: position.query, scope: PIPELINE_SCOPE };
  const answer = await reader.ask(question, signal);
  if ('refused' in answer) return answer;
  const { values } = asFields(answer.body);
  if (!Array.isArray(values)) throw unreadable("Bitbucket's API", 'no pipelines');
  const pipelines: SeenPipeline[] = [];
  for (const value of values) {
    const read = toSeenPipeline(value, repository);
    if ('refusal' in read) throw unreadable("Bitbucket's API", read.refusal);
    pipelines.push(read.pipeline);
  }
  const next = readNext(answer.body, addressOf(apiUrl, question), position.query);
  const fresh = dropSeen(pipelines, position);
  const kept = fresh.filter(({ createdAt = scope.until }) => isNear(createdAt, scope));
  if (next !== undefined && 'strange' in next) return { values: kept, next: undefined, gap: next.strange };
  const isOver = isDescending(pipelines) && (oldest(pipelines) ?? Infinity) < scope.since - BEFORE_MS;
  return { values: kept, next: next === undefined || isOver ? undefined : goOn(next.query, pipelines, position) };
}

/**
 * The list grows at its front while it is read, which pushes what was seen on to the next page. What is newer than the
 * last one seen was seen, or came after the audit began.
 */
function dropSeen(pipelines: readonly SeenPipeline[], { last, seen }: Position): readonly SeenPipeline[] {
  if (last === undefined || !isDescending(pipelines)) return pipelines.filter(({ uuid }) => !seen.includes(uuid));
  return pipelines.filter(({ uuid, createdAt = last }) => createdAt <= last && !seen.includes(uuid));
}

function goOn(query: string, pipelines: readonly SeenPipeline[], { last, seen }: Position): Position {
  const reached = oldest(pipelines) ?? last;
  const same = pipelines.filter(({ createdAt }) => createdAt === reached).map(({ uuid }) => uuid);
  const before = reached === last ? seen : [];
  return { query, seen: [...new Set([...before, ...same])], ...(reached === undefined ? {} : { last: reached }) };
}

/** Where it is not, the server has not sorted: then nothing is told from the times. */
function isDescending(pipelines: readonly SeenPipeline[]): boolean {
  let before = Infinity;
  for (const { createdAt = before } of pipelines) {
    if (createdAt > before) return false;
    before = createdAt;
  }
  return true;
}

function oldest(pipelines: readonly SeenPipeline[]): number | undefined {
  const times = pipelines.flatMap(({ createdAt }) => (createdAt === undefined ? [] : [createdAt]));
  return times.length === 0 ? undefined : times.reduce((least, at) => Math.min(least, at));
}

function isNear(createdAt: number, { since, until }: Scope): boolean {
  return createdAt >= since - BEFORE_MS && createdAt < until + AFTER_MS;
}

/** One sentence for each reason: hundreds of repositories have one token. */
function describeRefusals(refusals: readonly Refusal[]): string[] {
  const byReason = Map.groupBy(refusals, ({ refused }) => refused);
  return [...byReason].map(([reason, all]) => {
    const names = all.slice(0, MAX_NAMED).map(({ key }) => key);
    const more = all.length > names.length ? ` and ${String(all.length - names.length)} more` : '';
    return `${reason} Not read: pipelines of ${names.join(', ')}${more}.`;
  });
}
