import type { Index, Spool } from '../spool/index.ts';
import type { Scope, SeenReview } from '../types.ts';
import { toUuid } from './fields.ts';
import { collectMerged } from './merged.ts';
import { SHOWN_DIGITS, type MergedCommit } from './to-merged.ts';
import { SPOOLED, type AuditedRepository, type BitbucketReadDeps, type ReviewLists } from './types.ts';

/** See {@link ReviewLists}. What a run has read is not read again by the next one in the same folder. */
export function createReviewLists(
  repositories: readonly AuditedRepository[],
  scope: Scope,
  deps: BitbucketReadDeps,
  spool: Spool,
  signal: AbortSignal,
): ReviewLists {
  let reading: Promise<Merged> | undefined;
  let size = 0;
  const read = async (): Promise<Merged> => {
    await collectMerged(repositories, scope, deps, spool, signal);
    const merged = await indexMerged(spool);
    size = merged.index.size;
    deps.log.info(`Read:    of Bitbucket merged pull requests ${String(size)}`);
    return merged;
  };
  return {
    find: async (repositoryUuid, commit) => findReview(await (reading ??= read()), repositoryUuid, commit),
    size: () => size,
  };
}

interface Merged {
  readonly index: Index<MergedCommit>;
  /** Keys that more than one pull request claims, or one of which not all is told. */
  readonly open: ReadonlySet<string>;
}

/** Bitbucket calls a pull request merged as well whose commits came along with another's: which of both it was is asked. */
async function indexMerged(spool: Spool): Promise<Merged> {
  const pullRequests = new Map<string, number>();
  const open = new Set<string>();
  const index = await spool.index<MergedCommit>(SPOOLED.merged, ({ repositoryUuid, hash, review }) => {
    const key = keyOf(repositoryUuid, hash);
    const before = review && pullRequests.get(key);
    if (!review || (before !== undefined && before !== review.pullRequest)) open.add(key);
    if (review) pullRequests.set(key, review.pullRequest);
    return key;
  });
  return { index, open };
}

async function findReview(
  { index, open }: Merged,
  repositoryUuid: string,
  commit: string,
): Promise<SeenReview | undefined> {
  const key = keyOf(toUuid(repositoryUuid) ?? repositoryUuid, commit);
  const found = open.has(key) ? undefined : await index.get(key);
  return found && commit.startsWith(found.hash) ? found.review : undefined;
}

function keyOf(repositoryUuid: string, hash: string): string {
  return `${repositoryUuid}/${hash.slice(0, SHOWN_DIGITS)}`;
}
