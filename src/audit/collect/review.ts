import { loosely } from '../../fields.ts';
import type { Asked, SeenApproval, SeenReview } from '../types.ts';
import type { Asking } from './bitbucket-asker.ts';
import { asFields, firstText, parseInstant, type Fields } from './fields.ts';
import type { ReviewQuestion } from './types.ts';

export const PULL_REQUEST_SCOPE = 'read:pullrequest:bitbucket';
const HEX = /^[0-9a-f]{7,40}$/;
/** Pull requests of one commit that are looked at, the newest first. */
const MAX_CANDIDATES = 5;
/** Where none of these is merged: whoever has the commit can open newer ones, in front of the one that it came by. */
const MOST_CANDIDATES = 25;

type NoReview = Exclude<Asked<SeenReview>, { readonly found: SeenReview }>;
type Asks = Pick<Asking, 'reader' | 'signal'>;

/**
 * The merged pull request by which a commit came, with its approvals; `absent` where it came by none. One that is open, or
 * was declined, says nothing of what is there: whoever has the commit can open one, and approve it, at any time.
 */
export async function readReview(question: ReviewQuestion, asks: Asks): Promise<Asked<SeenReview>> {
  const { pullRequest, commit } = question;
  const list = pullRequest === undefined ? await findPullRequests(question, asks) : { ids: [pullRequest], more: false };
  if (!('ids' in list)) return list;
  const merged: Fields[] = [];
  for (const [at, id] of list.ids.slice(0, MOST_CANDIDATES).entries()) {
    if (at >= MAX_CANDIDATES && merged.length > 0) break;
    const answer = await readPullRequest(id, question, asks);
    if ('unknown' in answer) return answer;
    if (answer.fields['state'] === 'MERGED') merged.push(answer.fields);
  }
  const best = merged.find(({ merge_commit: merge }) => isOf(asFields(merge)['hash'], commit)) ?? merged[0];
  if (!best) return list.more || list.ids.length > MOST_CANDIDATES ? { unknown: NOT_ALL_READ } : { absent: true };
  const review = toReview(best);
  return review ? { found: review } : { unknown: UNREADABLE };
}

/**
 * `GET …/commit/{commit}/pullrequests`: numbers alone, the newest first, and whether another page has `more`. It is an
 * app's of Bitbucket's own, and has to be installed in the workspace; while it reads a repository it answers 202.
 */
async function findPullRequests(
  { repository, commit }: ReviewQuestion,
  { reader, signal }: Asks,
): Promise<{ readonly ids: readonly number[]; readonly more: boolean } | NoReview> {
  const parts = ['commit', commit, 'pullrequests'];
  const question = { repository, parts, query: 'pagelen=50', scope: PULL_REQUEST_SCOPE, also: [202, 404] };
  const answer = await reader.ask(question, signal);
  if ('refused' in answer) return { unknown: answer.refused };
  if (answer.status === 404) return { unknown: NOT_INSTALLED };
  const { values, next } = asFields(answer.body);
  if (answer.status === 202 || !Array.isArray(values)) return { unknown: NOT_READY };
  const ids = values.map((value) => Number(asFields(value)['id']));
  if (!ids.every((id) => Number.isSafeInteger(id) && id > 0)) return { unknown: UNREADABLE };
  return { ids: ids.sort((a, b) => b - a), more: typeof next === 'string' };
}

async function readPullRequest(
  id: number,
  { repository }: ReviewQuestion,
  { reader, signal }: Asks,
): Promise<{ readonly fields: Fields } | { readonly unknown: string }> {
  const question = { repository, parts: ['pullrequests', String(id)], scope: PULL_REQUEST_SCOPE };
  const answer = await reader.ask(question, signal);
  if ('refused' in answer) return { unknown: answer.refused };
  const fields = asFields(answer.body);
  return fields['id'] === id ? { fields } : { unknown: UNREADABLE };
}

const UNREADABLE = "Bitbucket's API answered with a pull request that cannot be read, or is another one.";
const NOT_ALL_READ =
  'The commit is part of more pull requests than an audit reads, and none of the newest is merged ' +
  `(at most ${String(MOST_CANDIDATES)} are read).`;
const NOT_READY = "Bitbucket does not know the commit's pull requests yet: it still reads the repository.";
const NOT_INSTALLED =
  'Bitbucket does not tell the pull requests of a commit: the app Pull Request Commit Links is not installed in the ' +
  `workspace, the commit is gone, or BITBUCKET_ACCESS_TOKEN does not reach the repository (scope ${PULL_REQUEST_SCOPE}).`;

/** Bitbucket shortens a hash here to twelve digits. */
function isOf(hash: unknown, commit: string): boolean {
  return typeof hash === 'string' && HEX.test(hash) && commit.startsWith(hash);
}

/** Undefined where it does not say when it was opened. */
export function toReview({ id, created_on, author, participants }: Fields): SeenReview | undefined {
  const createdAt = parseInstant(created_on);
  if (createdAt === undefined) return undefined;
  const people = (Array.isArray(participants) ? participants : []).map(asFields);
  const approvals = people.filter(({ approved }) => approved === true).map(toApproval);
  return loosely<SeenReview>({ pullRequest: Number(id), createdAt, author: nameOf(author), approvals });
}

/** Of one who approved, it is the time of the approval. */
function toApproval({ user, participated_on }: Fields): SeenApproval {
  return loosely<SeenApproval>({ by: nameOf(user) ?? 'unknown', at: parseInstant(participated_on) });
}

function nameOf(account: unknown): string | undefined {
  const { display_name: name, nickname, uuid } = asFields(account);
  return firstText(200, name, nickname, uuid);
}
