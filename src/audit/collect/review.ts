import type { Asked, SeenReview } from '../types.ts';
import type { Asking } from './bitbucket-asker.ts';
import { asFields, defined, firstText, type Fields } from './fields.ts';
import type { ReviewQuestion } from './types.ts';

const PULL_REQUEST_SCOPE = 'read:pullrequest:bitbucket';
const HEX = /^[0-9a-f]{7,40}$/;

/** The pull request by which a commit came, with its approvals; `absent` where it came by none. */
export async function readReview(
  { repository, commit, pullRequest }: ReviewQuestion,
  { reader, signal }: Pick<Asking, 'reader' | 'signal'>,
): Promise<Asked<SeenReview>> {
  const found = pullRequest ?? (await findPullRequest({ repository, commit }, { reader, signal }));
  if (typeof found !== 'number') return found;
  const parts = ['pullrequests', String(found)];
  const answer = await reader.ask({ repository, parts, scope: PULL_REQUEST_SCOPE }, signal);
  if ('refused' in answer) return { unknown: answer.refused };
  const fields = asFields(answer.body);
  return fields['id'] === found
    ? { found: toReview(found, fields) }
    : { unknown: "Bitbucket's API told of another pull request than it was asked for." };
}

/**
 * `GET …/commit/{commit}/pullrequests`, which lists pull requests without their approvals. It is an app's of Bitbucket's
 * own, and has to be installed in the workspace; while it reads a repository it answers 202.
 */
async function findPullRequest(
  { repository, commit }: Pick<ReviewQuestion, 'repository' | 'commit'>,
  { reader, signal }: Pick<Asking, 'reader' | 'signal'>,
): Promise<number | Exclude<Asked<SeenReview>, { readonly found: SeenReview }>> {
  const parts = ['commit', commit, 'pullrequests'];
  const question = { repository, parts, query: 'pagelen=50', scope: PULL_REQUEST_SCOPE, also: [202, 404] };
  const answer = await reader.ask(question, signal);
  if ('refused' in answer) return { unknown: answer.refused };
  if (answer.status === 404) return { unknown: NOT_INSTALLED };
  const { values } = asFields(answer.body);
  if (answer.status === 202 || !Array.isArray(values)) return { unknown: NOT_READY };
  const ids = values.map(asFields).sort((a, b) => rank(b, commit) - rank(a, commit));
  const id = Number(ids[0]?.['id']);
  if (ids.length === 0) return { absent: true };
  return Number.isSafeInteger(id)
    ? id
    : { unknown: "Bitbucket's API answered with pull requests that cannot be read." };
}

const NOT_READY = "Bitbucket does not know the commit's pull requests yet: it still reads the repository.";
const NOT_INSTALLED =
  'Bitbucket does not tell the pull requests of a commit: the app Pull Request Commit Links is not installed in the ' +
  `workspace, the commit is gone, or BITBUCKET_ACCESS_TOKEN does not reach the repository (scope ${PULL_REQUEST_SCOPE}).`;

/** The one whose merge made the commit, then one that was merged, then one whose tip it is. */
function rank({ merge_commit: merge, source, state }: Fields, commit: string): number {
  if (isOf(asFields(merge)['hash'], commit)) return 3;
  if (state === 'MERGED') return 2;
  return isOf(asFields(asFields(source)['commit'])['hash'], commit) ? 1 : 0;
}

/** Bitbucket shortens a hash here to twelve digits. */
function isOf(hash: unknown, commit: string): boolean {
  return typeof hash === 'string' && HEX.test(hash) && commit.startsWith(hash);
}

function toReview(pullRequest: number, { author, participants }: Fields): SeenReview {
  const approvals = (Array.isArray(participants) ? participants : []).map(asFields);
  return defined<SeenReview>({
    pullRequest,
    author: nameOf(author),
    approvedBy: approvals.flatMap(({ approved, user }) => (approved === true ? [nameOf(user) ?? 'unknown'] : [])),
  });
}

function nameOf(account: unknown): string | undefined {
  const { display_name: name, nickname, uuid } = asFields(account);
  return firstText(200, name, nickname, uuid);
}
