import type { Spool } from '../spool/index.ts';
import type { Asked, PopulationState, SeenPipeline, SeenReview, SeenStep } from '../types.ts';
import { addressOf, createBitbucketReader, type BitbucketReader } from './ask-bitbucket.ts';
import { toUuid } from './fields.ts';
import { PAGE_LENGTH, readNext } from './next-page.ts';
import { PIPELINE_SCOPE } from './pipelines.ts';
import { rememberRefusals } from './remember-refusals.ts';
import { readReview } from './review.ts';
import { toSeenPipeline, toSteps } from './to-seen-pipeline.ts';
import { createTroubles, type Troubles } from './troubles.ts';
import type { AuditedRepository, BitbucketAsker, BitbucketReadDeps, ReviewLists } from './types.ts';

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

/** See {@link BitbucketAsker}. @param lists what they settle is not asked singly */
export async function createBitbucketAsker(
  deps: BitbucketReadDeps,
  spool: Spool,
  signal: AbortSignal,
  lists?: ReviewLists,
): Promise<BitbucketAsker> {
  const asking = { reader: createBitbucketReader(deps), signal, apiUrl: deps.apiUrl };
  const reaches = createReach(asking);
  const pipelines = await createDesk<SeenPipeline>(spool, 'single-pipelines');
  const steps = await createDesk<readonly SeenStep[]>(spool, 'steps');
  const reviews = await createDesk<SeenReview>(spool, 'reviews');
  const askingReviews = { ...asking, reader: rememberRefusals(asking.reader) };
  return {
    askPipeline: (uuid, repositories) =>
      pipelines.ask(bare(uuid), () => findPipeline(bare(uuid), repositories, asking, reaches)),
    askSteps: (uuid, repository) => steps.ask(bare(uuid), () => readSteps(bare(uuid), repository, asking, reaches)),
    askReview: async (question) => {
      const { repository, commit, pullRequest } = question;
      const listed = pullRequest === undefined && (await lists?.find(repository.repositoryUuid, commit));
      if (listed) return { found: listed };
      const key = [bare(repository.repositoryUuid), commit, ...(pullRequest === undefined ? [] : [pullRequest])];
      return reviews.ask(key.join('/'), () => readReview(question, askingReviews));
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
  };
}

interface Desk<T> {
  ask(key: string, read: () => Promise<Asked<T>>): Promise<Asked<T>>;
  state(name: PopulationState['name']): PopulationState;
  hasEnded(): boolean;
  flush(): Promise<void>;
}

async function createDesk<T>(spool: Spool, name: string): Promise<Desk<T>> {
  const answers = await spool.answers<Asked<T>>(name);
  const troubles: Troubles = createTroubles();
  return {
    ask: async (key, read) =>
      (await answers.get(key)) ?? troubles.settle(await troubles.guard(read), (answer) => answers.keep(key, answer)),
    state: (population) => ({ name: population, seen: answers.size, missing: troubles.sentences() }),
    hasEnded: () => troubles.hasEnded(),
    flush: () => answers.flush(),
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
