import { loosely } from '../../fields.ts';
import type { Asked, Check, Row, RowReview, SeenPipeline, SeenReview } from '../types.ts';
import { sayAsked, utc, word } from './say.ts';
import type { BuiltCommit, World } from './types.ts';

/** Of a row that waits for it: {@link reviewQuestion}. */
export const NOT_ASKED = { unknown: 'It was not asked for.' };

interface ReviewAnswer {
  readonly found: RowReview | undefined;
  readonly check: Check;
}

/**
 * Who looked at a change of production before it was made. It is told, and decides nothing: not every team reviews.
 * @param at when it was made
 */
export function reviewOf(pipeline: SeenPipeline | undefined, at: number, world: World): ReviewAnswer {
  const { repositoryUuid, commit } = pipeline ?? {};
  if (repositoryUuid === undefined || commit === undefined) {
    return { found: undefined, check: { name: 'review', state: 'missing', found: 'The commit is not known.' } };
  }
  return tellReview(world.review(repositoryUuid, commit), at);
}

function tellReview(answer: Asked<SeenReview>, at: number): ReviewAnswer {
  if ('unknown' in answer)
    return { found: undefined, check: { name: 'review', state: 'missing', found: answer.unknown } };
  if ('absent' in answer) {
    return notReviewed(`No merged pull request has this commit${sayAsked(answer)}.`);
  }
  const { pullRequest, createdAt, author, approvals } = answer.found;
  const name = `Pull request ${String(pullRequest)}`;
  if (createdAt > at) return notReviewed(`${name} was opened later, at ${utc(createdAt)}${sayAsked(answer)}.`);
  // What has no time may have come at any time, also behind what it should have been before.
  const approvedBy = approvals.flatMap(({ by, at: approvedAt = Infinity }) => (approvedAt <= at ? [by] : []));
  const by = approvedBy.length === 0 ? 'approved by nobody' : `approved by ${approvedBy.map(word).join(', ')}`;
  const late = approvals.length - approvedBy.length;
  const rest = late === 0 ? '' : `, and later, or at an unknown time, by ${String(late)}`;
  return {
    found: loosely<RowReview>({ pullRequest, author, approvedBy, url: undefined }),
    check: { name: 'review', state: 'ok', found: `${name}, ${by}${rest}${sayAsked(answer)}.` },
  };
}

function notReviewed(found: string): ReviewAnswer {
  return { found: undefined, check: { name: 'review', state: 'none', found } };
}

/** What a row waits for that was made in a world without reviews; undefined where it is whole. */
export function reviewQuestion({ build, checks }: Row): BuiltCommit | undefined {
  const last = checks.at(-1);
  if (last?.name !== 'review' || last.found !== NOT_ASKED.unknown || build?.commit === undefined) return undefined;
  return { repositoryUuid: build.repositoryUuid, commit: build.commit };
}

/** Such a row with what was answered. */
export function withReview(row: Row, answer: Asked<SeenReview>): Row {
  const { exception, checks, ...before } = row;
  const { found, check } = tellReview(answer, row.at);
  // In the order in which a row is written.
  return {
    ...before,
    ...(found && { review: found }),
    ...(exception && { exception }),
    checks: [...checks.slice(0, -1), check],
  };
}
