import { asRecord } from '../fields.ts';
import { sameUuid } from '../text.ts';
import { askRepository, describeRefusal, NOT_VALID, toBraces, type BitbucketDeps, type RepositoryName } from './ask.ts';

/** What Bitbucket knows of one thing. `missing`: it is not of this repository, or not there. */
export type Known<T> = { readonly found: T } | { readonly missing: true } | { readonly refusal: string };

/** Another pipeline of the repository than the step's own. */
export interface OtherPipeline {
  /** False where it has ended. */
  readonly running: boolean;
  /** Undefined where Bitbucket does not say. */
  readonly pullRequest: number | 'none' | undefined;
}

/** Targets of pipelines that no pull request has started. */
const WITHOUT_PULL_REQUEST: readonly unknown[] = ['pipeline_ref_target', 'pipeline_commit_target'];

export type PullRequestState = 'open' | 'merged' | 'declined' | 'other';

/** `GET …/pipelines/{pipeline}`: whether a run may still be going on in it, and what it was started for. */
export async function readOtherPipeline(
  name: RepositoryName,
  uuid: string,
  deps: BitbucketDeps,
  signal: AbortSignal,
): Promise<Known<OtherPipeline>> {
  const asked = await askRepository(name, ['pipelines', toBraces(uuid)], deps, signal);
  if ('refusal' in asked) return asked;
  const { reply } = asked;
  if (reply.status === 404) return { missing: true };
  if (reply.status !== 200) return { refusal: describeRefusal(reply, hintsFor('read:pipeline:bitbucket')) };
  const { uuid: got, state, target, completed_on: completedOn } = asRecord(reply.body);
  if (typeof got !== 'string' || !sameUuid(got, uuid)) {
    return { refusal: "Bitbucket's API told of another pipeline than it was asked for." };
  }
  return {
    found: {
      running: typeof completedOn !== 'string' && asRecord(state)['result'] === undefined,
      pullRequest: readPullRequestOf(asRecord(target)),
    },
  };
}

function readPullRequestOf({ type, pullrequest }: ReturnType<typeof asRecord>): OtherPipeline['pullRequest'] {
  const { id } = asRecord(pullrequest);
  if (Number.isSafeInteger(id)) return Number(id);
  return WITHOUT_PULL_REQUEST.includes(type) ? 'none' : undefined;
}

/** `GET …/pullrequests/{id}`. */
export async function readPullRequest(
  name: RepositoryName,
  id: number,
  deps: BitbucketDeps,
  signal: AbortSignal,
): Promise<Known<PullRequestState>> {
  const asked = await askRepository(name, ['pullrequests', String(id)], deps, signal);
  if ('refusal' in asked) return asked;
  const { reply } = asked;
  if (reply.status === 404) return { missing: true };
  if (reply.status !== 200) return { refusal: describeRefusal(reply, hintsFor('read:pullrequest:bitbucket')) };
  const { id: got, state } = asRecord(reply.body);
  if (got !== id) return { refusal: "Bitbucket's API told of another pull request than it was asked for." };
  return { found: STATES.get(state) ?? 'other' };
}

const STATES: ReadonlyMap<unknown, PullRequestState> = new Map([
  ['OPEN', 'open'],
  ['MERGED', 'merged'],
  ['DECLINED', 'declined'],
]);

function hintsFor(scope: string): Readonly<Record<number, string>> {
  return { 401: NOT_VALID, 403: `BITBUCKET_ACCESS_TOKEN needs the scope ${scope}` };
}
