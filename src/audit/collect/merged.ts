import type { Spool } from '../spool/index.ts';
import type { Scope, SeenPipeline } from '../types.ts';
import { addressOf, createBitbucketReader, type BitbucketReader } from './ask-bitbucket.ts';
import { asFields, parseInstant, toUuid } from './fields.ts';
import { readNext } from './next-page.ts';
import { PULL_REQUEST_SCOPE } from './review.ts';
import { SHOWN_DIGITS, toMerged, type MergedCommit } from './to-merged.ts';
import { createTroubles, type Troubles } from './troubles.ts';
import { SPOOLED, type AuditedRepository, type BitbucketReadDeps } from './types.ts';
import { walk, type Turn } from './walk.ts';

/** The most that Bitbucket gives of this list: one more is refused. */
const PAGE_LENGTH = 50;
/** A commit may be merged long before it is deployed; one that was merged longer ago is asked for singly. */
const BEFORE_MS = 30 * 24 * 60 * 60_000;
/** Lists leave participants out unless they are named; what is not named here is much, and nobody needs it. */
const FIELDS =
  'next,values.id,values.state,values.created_on,values.updated_on,values.merge_commit.hash,values.author,values.participants';

interface Position {
  readonly query: string;
  /** That were read before it. */
  readonly pages: number;
}

/** The commits of a repository's listed pipelines, by their first twelve digits. */
type Wanted = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The merged pull requests of each repository that has pipelines, as {@link MergedCommit}s. Whatever it cannot read is no
 * loss: each commit that no list tells of is asked for singly, and that answer says what is missing.
 */
export async function collectMerged(
  repositories: readonly AuditedRepository[],
  scope: Scope,
  deps: BitbucketReadDeps,
  spool: Spool,
  signal: AbortSignal,
): Promise<void> {
  const wanted = await readCommits(spool);
  const byId = new Map(repositories.map((each) => [toUuid(each.repositoryUuid) ?? each.repositoryUuid, each]));
  const first = { query: firstQuery(scope), pages: 0 };
  const parts = [...byId.keys()].filter((key) => wanted.has(key)).map((key) => ({ key, first }));
  const reading = { reader: createBitbucketReader(deps), troubles: createTroubles(), apiUrl: deps.apiUrl, signal };
  await walk<Position>(spool, SPOOLED.merged, parts, async ({ key }, position) => {
    const repository = byId.get(key);
    const commits = wanted.get(key) ?? new Set<string>();
    return repository ? readPage({ key, repository, commits, since: scope.since }, position, reading) : { later: true };
  });
}

async function readCommits(spool: Spool): Promise<Wanted> {
  const wanted = new Map<string, Set<string>>();
  for await (const kept of spool.read<SeenPipeline>(SPOOLED.pipelines)) {
    for (const { value } of kept) {
      const { repositoryUuid, commit } = value;
      if (commit === undefined) continue;
      const commits = wanted.get(repositoryUuid) ?? new Set();
      wanted.set(repositoryUuid, commits.add(commit.slice(0, SHOWN_DIGITS)));
    }
  }
  return wanted;
}

/** The state twice: a query by itself lists all states or open ones, as one reads its description. */
function firstQuery({ since }: Scope): string {
  const from = new Date(Math.max(0, since - BEFORE_MS)).toISOString().replace(/\.\d+Z$/, '+00:00');
  const query = {
    ...{ state: 'MERGED', q: `state="MERGED" AND updated_on >= ${from}` },
    ...{ sort: '-updated_on', pagelen: String(PAGE_LENGTH), fields: FIELDS },
  };
  return Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

interface List {
  readonly key: string;
  readonly repository: AuditedRepository;
  readonly commits: ReadonlySet<string>;
  readonly since: number;
}

interface Reading {
  readonly reader: BitbucketReader;
  readonly troubles: Troubles;
  readonly apiUrl: string;
  readonly signal: AbortSignal;
}

async function readPage(
  list: List,
  { query, pages }: Position,
  { reader, troubles, apiUrl, signal }: Reading,
): Promise<Turn<Position>> {
  const question = { repository: list.repository, parts: ['pullrequests'], query, scope: PULL_REQUEST_SCOPE };
  const answer = await troubles.guard(() => reader.ask(question, signal));
  if ('unknown' in answer || 'refused' in answer) return { later: true };
  const { values } = asFields(answer.body);
  if (!Array.isArray(values)) return { later: true };
  const merged = values.flatMap((value) => toMerged(value, list.key) ?? []);
  const next = readNext(answer.body, addressOf(apiUrl, question), query, PAGE_LENGTH);
  if (next === undefined || 'strange' in next || pages + 1 >= list.commits.size || isSpent(values, merged, list)) {
    return { values: merged, next: undefined };
  }
  return { values: merged, next: { query: next.query, pages: pages + 1 } };
}

/**
 * Whether further pages would cost more than they save: nothing of this one settles anything (the server leaves out what
 * was asked for), or it lies before the period, and brings no commit that was built in it.
 */
function isSpent(values: readonly unknown[], merged: readonly MergedCommit[], { commits, since }: List): boolean {
  if (!merged.some(({ review }) => review)) return true;
  if (merged.some(({ hash }) => commits.has(hash.slice(0, SHOWN_DIGITS)))) return false;
  return values.every((value) => (parseInstant(asFields(value)['updated_on']) ?? Infinity) < since);
}
