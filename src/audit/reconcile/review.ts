import { loosely } from '../../fields.ts';
import type { Asked, Check, Row, RowReview, SeenPipeline, SeenReview } from '../types.ts';
import { sayAsked, word } from './say.ts';
import type { BuiltCommit, World } from './types.ts';

/** Of a row that waits for it: {@link reviewQuestion}. */
export const NOT_ASKED = { unknown: 'It was not asked for.' };

interface ReviewAnswer {
  readonly found: SeenReview | undefined;
  readonly check: Check;
}

/** Who looked at a change of production before it was made. It is told, and decides nothing: not every team reviews. */
export function reviewOf(pipeline: SeenPipeline | undefined, world: World): ReviewAnswer {
  const { repositoryUuid, commit } = pipeline ?? {};
  if (repositoryUuid === undefined || commit === undefined) {
    return { found: undefined, check: { name: 'review', state: 'missing', found: 'The commit is not known.' } };
  }
  return tellReview(world.review(repositoryUuid, commit));
}

function tellReview(answer: Asked<SeenReview>): ReviewAnswer {
  if ('unknown' in answer)
    return { found: undefined, check: { name: 'review', state: 'missing', found: answer.unknown } };
  if ('absent' in answer) {
    const found = `No pull request has this commit${sayAsked(answer)}.`;
    return { found: undefined, check: { name: 'review', state: 'none', found } };
  }
  const { pullRequest, approvedBy } = answer.found;
  const by = approvedBy.length === 0 ? 'approved by nobody' : `approved by ${approvedBy.map(word).join(', ')}`;
  return {
    found: answer.found,
    check: { name: 'review', state: 'ok', found: `Pull request ${String(pullRequest)}, ${by}${sayAsked(answer)}.` },
  };
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
  const { found, check } = tellReview(answer);
  // In the order in which a row is written.
  return {
    ...before,
    ...(found && { review: toRowReview(found) }),
    ...(exception && { exception }),
    checks: [...checks.slice(0, -1), check],
  };
}

function toRowReview({ pullRequest, author, approvedBy }: SeenReview): RowReview {
  return loosely<RowReview>({ pullRequest, author, approvedBy, url: undefined });
}
