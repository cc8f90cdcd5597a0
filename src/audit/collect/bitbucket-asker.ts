import type { Spool } from '../spool/index.ts';
import type { Asked, SeenPipeline, SeenReview, SeenStep } from '../types.ts';
import { addressOf, createBitbucketReader, type BitbucketReader } from './ask-bitbucket.ts';
import type { CarriedAnswers } from './carried-answers.ts';
import { createDesk } from './desk.ts';
import { toUuid } from './fields.ts';
import { PAGE_LENGTH, readNext } from './next-page.ts';
import { PIPELINE_SCOPE } from './pipelines.ts';
import { rememberRefusals } from './remember-refusals.ts';
import { readReview } from './review.ts';
import { toSeenPipeline, toSteps } from './to-seen-pipeline.ts';
import {
  ASKED,
  type AuditedRepository,
  type BitbucketAsker,
  type BitbucketReadDeps,
  type ReviewLists,
} from './types.ts';

/** Repositories that are asked for one pipeline whose own is not known. */
const MAX_REPOSITORIES = 100;
const STEPS_PAGE = `pagelen=${String(PAGE_LENGTH)}`;
const MAX_STEP_PAGES = 10;

/** How single questions go out. */
export interface Asking {
  readonly apiUrl: string;
  readonly reader: BitbucketReader;
  readonly signal: AbortSignal;
}

/** What need not be asked singly. */
export interface KnownAnswers {
  readonly lists?: ReviewLists | undefined;
  /** Of earlier audits. */
  readonly carried?: CarriedAnswers | undefined;
}

/** See {@link BitbucketAsker}. */
export async function createBitbucketAsker(
  deps: BitbucketReadDeps,
  spool: Spool,
  signal: AbortSignal,
  { lists, carried }: KnownAnswers = {},
): Promise<BitbucketAsker> {
  const asking = { reader: createBitbucketReader(deps), signal, apiUrl: deps.apiUrl };
  const reaches = createReach(asking);
  const own = { spool, clock: deps.clock };
  const pipelines = await createDesk<SeenPipeline>({ ...own, name: ASKED.pipelines });
  const steps = await createDesk<readonly SeenStep[]>({ ...own, name: ASKED.steps, about: 'steps', carried });
  const reviews = await createDesk<SeenReview>({ ...own, name: ASKED.reviews, about: 'review', carried });
  const askingReviews = { ...asking, reader: rememberRefusals(asking.reader) };
  return {
    askPipeline: (uuid, repositories) =>
      pipelines.ask(bare(uuid), () => findPipeline(bare(uuid), repositories, asking, reaches)),
    askSteps: (uuid, repository, at) =>
      steps.ask(bare(uuid), () => readSteps(bare(uuid), repository, asking, reaches), at),
    askReview: async (question) => {
      const { repository, commit, pullRequest, at } = question;
      const listed = pullRequest === undefined && (await lists?.find(repository.repositoryUuid, commit));
      if (listed) return { found: listed };
      const key = [bare(repository.repositoryUuid), commit, ...(pullRequest === undefined ? [] : [pullRequest])];
      return reviews.ask(key.join('/'), () => readReview(question, askingReviews), at);
    },
    states: () => [
      pipelines.state('pipelines'),
      steps.state('steps'),
      reviews.state('reviews'),
      ...(lists ? [{ name: 'reviews' as const, seen: lists.size(), missing: [] }] : []),
    ],
    hasEnded: () => [pipelines, steps, reviews].some((desk) => desk.hasEnded()),
    flush: async () => {
      for (const desk of [pipelines, steps, reviews]) await desk.flush();
    },
    settled: async function* () {
      if (carried) yield* carried.all();
      yield* steps.settled();
      yield* reviews.settled();
    },
  };
}

/** Whether the token reads a repository's pipelines at all: without that a 404 says nothing about one of them. */
type Reach = (repository: AuditedRepository) => Promise<true | { readonly unknown: string }>;

function createReach({ reader, signal }: Asking): Reach {
  const known = new Map<string, true | { readonly unknown: string }>();
  return async (repository) => {
    const before = known.get(repository.repositoryUuid);
    if (before !== undefined) return before;
    const question = { repository, parts: ['pipelines'], query: 'pagelen=1', scope: PIPELINE_SCOPE };
    const answer = await reader.ask(question, signal);
    const reach = 'refused' in answer ? { unknown: answer.refused } : true;
    known.set(repository.repositoryUuid, reach);
    return reach;
  };
}

async function findPipeline(
  uuid: string,
  repositories: readonly AuditedRepository[],
  asking: Asking,
  reaches: Reach,
): Promise<Asked<SeenPipeline>> {
  let unknown: string | undefined;
  for (const repository of repositories.slice(0, MAX_REPOSITORIES)) {
    const answer = await readOne(uuid, repository, asking, reaches);
    if ('found' in answer) return answer;
    if ('unknown' in answer) unknown ??= answer.unknown;
  }
  if (repositories.length > MAX_REPOSITORIES)
    unknown ??= 'It may be of more repositories than are asked for one pipeline.';
  if (repositories.length === 0) unknown ??= 'No repository is known that it could be of.';
  return unknown === undefined ? { absent: true } : { unknown };
}

async function readOne(
  uuid: string,
  repository: AuditedRepository,
  { reader, signal }: Asking,
  reaches: Reach,
): Promise<Asked<SeenPipeline>> {
  const question = { repository, parts: ['pipelines', `{${uuid}}`], scope: PIPELINE_SCOPE, also: [404] };
  const answer = await reader.ask(question, signal);
  if ('refused' in answer) return { unknown: answer.refused };
  if (answer.status === 404) return absentIf(await reaches(repository));
  const read = toSeenPipeline(answer.body, repository);
  if ('refusal' in read) return { unknown: read.refusal };
  return read.pipeline.uuid === uuid ? { found: read.pipeline } : { unknown: OTHER };
}

const OTHER = "Bitbucket's API told of another pipeline than it was asked for.";

/** All of them: a step that is on no page counts as none. `absent` where the pipeline is. */
async function readSteps(
  uuid: string,
  repository: AuditedRepository,
  { reader, signal, apiUrl }: Asking,
  reaches: Reach,
): Promise<Asked<readonly SeenStep[]>> {
  const parts = ['pipelines', `{${uuid}}`, 'steps'];
  const found: SeenStep[] = [];
  for (let query = STEPS_PAGE, page = 1; page <= MAX_STEP_PAGES; page += 1) {
    const question = { repository, parts, query, scope: PIPELINE_SCOPE, also: [404] };
    const answer = await reader.ask(question, signal);
    if ('refused' in answer) return { unknown: answer.refused };
    if (answer.status === 404) return absentIf(await reaches(repository));
    const steps = toSteps(answer.body);
    if (!steps) return { unknown: "Bitbucket's API answered with steps that cannot be read." };
    found.push(...steps);
    const next = readNext(answer.body, addressOf(apiUrl, question), query);
    if (next === undefined) return { found };
    if ('strange' in next) return { unknown: next.strange };
    query = next.query;
  }
  return { unknown: 'It has more steps than an audit reads.' };
}

function absentIf(reach: true | { readonly unknown: string }): { absent: true } | { unknown: string } {
  return reach === true ? { absent: true } : reach;
}

function bare(uuid: string): string {
  return toUuid(uuid) ?? uuid;
}
