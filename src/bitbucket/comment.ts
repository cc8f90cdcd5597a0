import { asRecord } from '../fields.ts';
import type { Announcement, Told } from './announcement.ts';
import {
  askRepository,
  describeRefusal,
  NOT_VALID,
  type Asked,
  type BitbucketDeps,
  type RepositoryName,
} from './ask.ts';
import { toCode, toLink } from './markdown.ts';

const PAGE_LENGTH = 100;
/** Newest first, so ours is nearly always on the first. */
const MAX_PAGES = 5;
/** Whoever writes our mark into a comment of his own must not make us try for ever. */
const MAX_TRIES = 3;
const SHORT_COMMIT = 12;
const ONCE = { attempts: 2, maxWaitMs: 1000 };
const HINTS: Readonly<Record<number, string>> = {
  401: NOT_VALID,
  403: 'BITBUCKET_ACCESS_TOKEN needs the scopes read:pullrequest:bitbucket and write:pullrequest:bitbucket',
  404: 'BITBUCKET_ACCESS_TOKEN does not reach this repository, or the pull request is not in it',
};

interface CommentPlace extends RepositoryName {
  /** Its number. */
  readonly pullRequest: string;
  readonly commit: string;
}

/**
 * One comment for each key: `PUT …/pullrequests/{id}/comments/{comment}` where the pull request has ours, else `POST`.
 * Rejects with the signal's reason alone.
 */
export async function keepComment(
  { pullRequest, commit, ...name }: CommentPlace,
  announcement: Announcement,
  deps: BitbucketDeps,
  signal: AbortSignal,
): Promise<Told> {
  const folder = ['pullrequests', pullRequest, 'comments'];
  const json = { content: { raw: describeComment(announcement, commit) } };
  const own = await findOwn(name, folder, markOf(announcement), deps, signal);
  if (!Array.isArray(own)) return own;
  for (const id of own.slice(0, MAX_TRIES)) {
    const asked = await askRepository(name, [...folder, id], deps, signal, { method: 'PUT', json, ...ONCE });
    const told = judge(asked, 200);
    // Bitbucket lets nobody change another's comment, and ours may have been deleted meanwhile: then the next one.
    if (!('reply' in asked) || ![403, 404, 410].includes(asked.reply.status)) return told;
  }
  // A second one would be a repetition: what may have been done is not done again.
  const asked = await askRepository(name, folder, deps, signal, { method: 'POST', json, ...ONCE, repeatable: false });
  return judge(asked, 201);
}

/** Ids of those that bear our mark, the newest first; or why they are not known. */
async function findOwn(
  name: RepositoryName,
  folder: readonly string[],
  mark: string,
  deps: BitbucketDeps,
  signal: AbortSignal,
): Promise<string[] | Told> {
  const own: string[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const query = { pagelen: String(PAGE_LENGTH), page: String(page), sort: '-created_on' };
    const asked = await askRepository(name, folder, deps, signal, { method: 'GET', query, ...ONCE });
    const told = judge(asked, 200);
    if (!('reply' in asked) || !('done' in told)) return told;
    // Its own word for the next page is no address that a token goes to.
    const { values, next } = asRecord(asked.reply.body);
    if (!Array.isArray(values)) return { refusal: 'Bitbucket told of no comments, and of no refusal either.' };
    own.push(...values.flatMap((comment) => readOwn(comment, mark)));
    if (own.length > 0 || typeof next !== 'string') break;
  }
  return own;
}

function readOwn(comment: unknown, mark: string): string[] {
  const { id, content } = asRecord(comment);
  const { raw } = asRecord(content);
  if (!Number.isSafeInteger(id) || typeof raw !== 'string') return [];
  return raw.trimEnd().endsWith(mark) ? [String(id)] : [];
}

function judge(asked: Asked, wanted: number): Told {
  if ('refusal' in asked) return asked;
  if (asked.reply.status === wanted) return { done: true };
  return { refusal: describeRefusal(asked.reply, HINTS, 'took no comment') };
}

/** A link definition that nothing refers to: Markdown shows nothing of it. */
function markOf({ key }: Announcement): string {
  return `[//]: # (${key})`;
}

/** Links and code alone: no word of others is read as Markdown. */
function describeComment(announcement: Announcement, commit: string): string {
  const { title, state, summary, url, inspectorUrl, pipelineUrl, recordDigest } = announcement;
  const word = { pending: 'in progress', passed: 'done', failed: 'FAILED', stopped: 'stopped' }[state];
  const rows: readonly [string, string | undefined][] = [
    ['Result', toCode(summary)],
    ['URL', url && toLink(url)],
    ['Inspector', inspectorUrl && toLink(inspectorUrl)],
    ['Commit', toCode(commit.slice(0, SHORT_COMMIT))],
    ['Record', recordDigest && toCode(`sha256 ${recordDigest}`)],
    ['Pipeline', toLink(pipelineUrl)],
  ];
  const list = rows.flatMap(([name, text]) => (text === undefined ? [] : [`- ${name}: ${text}`]));
  return `${toCode(title)}: **${word}**\n\n${list.join('\n')}\n\n${markOf(announcement)}\n`;
}
