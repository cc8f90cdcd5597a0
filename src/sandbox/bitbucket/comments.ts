import { bitbucketRefusal, json, type Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import type { Access } from './access.ts';
import { expectFields, readJson, textUpTo } from './checks.ts';
import { PAGE, pageReply, readPage, readSort } from './pages.ts';

/** A comment of a pull request. */
export interface StoredComment {
  readonly id: number;
  readonly pullRequest: number;
  readonly raw: string;
  /** Who wrote it: nobody else may change it. */
  readonly account: string;
  readonly deleted: boolean;
  /** How often it was changed. */
  readonly edits: number;
}

export interface PlantedComment {
  readonly pullRequest: number;
  readonly raw: string;
  /** Default: a person. */
  readonly account?: string;
  readonly deleted?: boolean;
}

type Comment = { -readonly [Key in keyof StoredComment]: StoredComment[Key] };

interface CommentDeps {
  readonly baseUrl: string;
  readonly access: Access;
  readonly isPullRequest: (id: string) => boolean;
}

const READ = 'read:pullrequest:bitbucket';
/** Bitbucket's description of its API names the scope to read here too; its page on access tokens names this one. */
const WRITE = 'write:pullrequest:bitbucket';
const RAW = { raw: textUpTo(32_768) };
const COMMENT = { content: (value: unknown): boolean => Boolean(expectFields(value, RAW, ['raw'])) };

/** `…/pullrequests/{id}/comments`: listed by pages, written, and changed by whoever wrote it. */
export function createComments({ baseUrl, access, isPullRequest }: CommentDeps): {
  readonly comments: readonly StoredComment[];
  readonly plant: (comment: PlantedComment) => void;
  readonly routes: readonly Route[];
} {
  const comments: Comment[] = [];
  const path = '/2.0/repositories/:workspace/:repository/pullrequests/:id/comments';
  const add = (comment: Omit<Comment, 'id' | 'edits'>): Comment => {
    const made = { ...comment, id: comments.length + 1001, edits: 0 };
    comments.push(made);
    return made;
  };

  function enter(call: Call, scope = WRITE): { readonly account: string; readonly pullRequest: number } {
    const account = access.check(call, scope);
    const { id = '' } = call.params;
    if (!isPullRequest(id)) throw bitbucketRefusal(404, `Pull request ${id} not found`);
    return { account, pullRequest: Number(id) };
  }

  function list(call: Call): Reply {
    const { pullRequest } = enter(call, READ);
    const all = comments.filter((one) => one.pullRequest === pullRequest);
    return listPage(call, all);
  }

  async function write(call: Call): Promise<Reply> {
    const raw = await readRaw(call);
    return json(201, describe(add({ ...enter(call), raw, deleted: false })));
  }

  async function change(call: Call): Promise<Reply> {
    const raw = await readRaw(call);
    const { account } = enter(call);
    const found = comments.find(({ id }) => String(id) === call.params['comment']);
    return json(200, describe(rewrite(found, account, raw)));
  }

  const origins = [new URL(baseUrl).origin];
  return {
    comments,
    plant: ({ account = 'ada', deleted = false, ...rest }) => void add({ account, deleted, ...rest }),
    routes: [
      { method: 'GET', path, origins, query: [...PAGE, 'sort'], handle: list },
      { method: 'POST', path, origins, query: [], handle: write },
      { method: 'PUT', path: `${path}/:comment`, origins, query: [], handle: change },
    ],
  };
}

/** Only by who wrote it. */
function rewrite(found: Comment | undefined, account: string, raw: string): StoredComment {
  if (!found || found.deleted) throw bitbucketRefusal(404, 'Comment not found');
  if (found.account !== account) throw bitbucketRefusal(403, 'You are not the author of this comment.');
  return Object.assign(found, { raw, edits: found.edits + 1 });
}

/** From the oldest to the newest, unless it is asked for otherwise. */
function listPage(call: Call, all: readonly StoredComment[]): Reply {
  const paged = readPage(call);
  const sorted = readSort(call) ? all.toReversed() : all;
  return pageReply(call, paged, { values: sorted.slice(paged.start, paged.end).map(describe), size: all.length });
}

async function readRaw(call: Call): Promise<string> {
  const { content } = expectFields(await readJson(call), COMMENT, ['content']);
  return (content as { readonly raw: string }).raw;
}

function describe({ id, raw, account, deleted, pullRequest }: StoredComment): object {
  return {
    type: 'pullrequest_comment',
    id,
    content: { type: 'rendered', raw: deleted ? '' : raw, markup: 'markdown' },
    user: { type: account === 'access' ? 'app_user' : 'user', display_name: account },
    deleted,
    pullrequest: { type: 'pullrequest', id: pullRequest },
  };
}
