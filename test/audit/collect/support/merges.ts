import {
  collectPipelines,
  createBitbucketAsker,
  createReviewLists,
  type BitbucketAsker,
} from '../../../../src/audit/collect/index.ts';
import type { Asked, SeenReview } from '../../../../src/audit/types.ts';
import type { Files } from '../../../../src/platform/types.ts';
import { Secret } from '../../../../src/secret.ts';
import type { PlantedPullRequest } from '../../../../src/sandbox/index.ts';
import { bench, NEVER, SINCE, type Bench } from './bench.ts';

export const ADA = { uuid: '{cccccccc-0000-4000-8000-000000000001}', displayName: 'Ada Lovelace' };
export const BOB = { uuid: '{cccccccc-0000-4000-8000-000000000002}', displayName: 'Bob' };
export const LIST = /^\/2\.0\/repositories\/[^/]+\/[^/]+\/pullrequests$/;
export const SINGLE = /\/commit\/[0-9a-f]+\/pullrequests$|\/pullrequests\/\d+$/;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A hash that is told from others by its first twelve digits. */
export function commitOf(index: number): string {
  return `${index.toString(16).padStart(12, '0')}${'e'.repeat(28)}`;
}

/** What the pull request of that number says, however it is asked for. */
export function reviewOf(index: number): { readonly found: SeenReview } {
  const approvals = [{ by: 'Bob', at: SINCE + index - HOUR }];
  return { found: { pullRequest: index, createdAt: SINCE + index - 5 * DAY, author: 'Ada Lovelace', approvals } };
}

/** Pipelines of the period, each of a commit of its own. */
export function plantBuilds({ sandbox }: Bench, indexes: readonly number[], repository?: string): void {
  for (const index of indexes) {
    const uuid = `{aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}}`;
    const place = repository === undefined ? {} : { repository };
    sandbox.bitbucket.plantPipeline({ uuid, createdAt: SINCE + index, commit: commitOf(index), ...place });
  }
}

/** Its number and the hash of its merge are told by the index; it is merged in the period. */
export function plantMerge({ sandbox }: Bench, index: number, more: Partial<PlantedPullRequest> = {}): void {
  sandbox.bitbucket.plantPullRequest({
    ...{ id: index, state: 'MERGED', author: ADA, mergeCommit: commitOf(index), updatedAt: SINCE + index },
    participants: [
      { user: BOB, state: 'approved' },
      { user: ADA, state: 'changes_requested' },
    ],
    ...more,
  });
}

export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

type Token = 'workspaceAccessToken' | 'weakAccessToken' | 'foreignAccessToken';

/** Who asks as an audit does, once pipelines are listed. */
export async function listingAsker(
  b: Bench,
  { files, token = 'workspaceAccessToken' }: { readonly files?: Files; readonly token?: Token } = {},
): Promise<BitbucketAsker> {
  const spool = await b.open(files);
  const deps = { ...b.bitbucket, accessToken: new Secret(b.sandbox.bitbucket[token]) };
  const lists = createReviewLists([b.repository], b.scope, deps, spool, NEVER);
  return createBitbucketAsker(deps, spool, NEVER, { lists });
}

export async function reviewsOf(
  b: Bench,
  asker: BitbucketAsker,
  indexes: readonly number[],
): Promise<Asked<SeenReview>[]> {
  const answers: Asked<SeenReview>[] = [];
  for (const index of indexes)
    answers.push(await asker.askReview({ repository: b.repository, commit: commitOf(index) }));
  return answers;
}

/** Of a list, as Bitbucket writes it where it is asked for these members. */
export function entry(members: object): object {
  const whole = {
    ...{ id: 1, state: 'MERGED', updated_on: new Date(SINCE).toISOString() },
    created_on: new Date(SINCE - DAY).toISOString(),
    ...{ merge_commit: { hash: commitOf(1).slice(0, 12) }, author: null },
    participants: [
      { approved: true, participated_on: new Date(SINCE - HOUR).toISOString(), user: { display_name: 'Bob' } },
    ],
  };
  return { ...whole, ...members };
}

/** What such an entry says. */
export function entered(pullRequest: number): { readonly found: SeenReview } {
  return { found: { pullRequest, createdAt: SINCE - DAY, approvals: [{ by: 'Bob', at: SINCE - HOUR }] } };
}

/** So many pipelines, each of the merge of a pull request. */
export async function built(
  count: number,
  merges = upTo(count),
  options: Parameters<typeof bench>[0] = {},
): Promise<Bench> {
  const b = await bench(options);
  plantBuilds(b, upTo(count));
  for (const index of merges) plantMerge(b, index);
  await listPipelines(b);
  return b;
}

export async function listPipelines(b: Bench): Promise<void> {
  await collectPipelines([b.repository], b.scope, b.bitbucket, await b.open(), NEVER);
}
