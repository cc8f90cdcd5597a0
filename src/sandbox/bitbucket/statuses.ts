import { json } from '../reply.ts';
import type { Route } from '../router.ts';
import type { Access } from './access.ts';
import { expectCommit, expectFields, isUrl, oneOf, readJson, textUpTo, type Fields } from './checks.ts';

/** A build status as it stands on its commit. */
export interface StoredStatus {
  readonly commit: string;
  readonly key: string;
  readonly body: Fields;
  /** Every `state` that it had, in the order of time. */
  readonly states: readonly unknown[];
}

type Status = Omit<StoredStatus, 'body' | 'states'> & { body: Fields; readonly states: unknown[] };

/** Bitbucket has refused longer keys, and longer texts. */
const STATUS = {
  key: textUpTo(40),
  state: oneOf('INPROGRESS', 'SUCCESSFUL', 'FAILED', 'STOPPED'),
  url: isUrl,
  name: textUpTo(255),
  description: textUpTo(255),
  refname: textUpTo(255),
};

/** `POST …/commit/{commit}/statuses/build`, for who has a token; one of the same key is replaced. */
export function createStatuses({ baseUrl, access }: { readonly baseUrl: string; readonly access: Access }): {
  readonly statuses: readonly StoredStatus[];
  readonly route: Route;
} {
  const statuses: Status[] = [];
  const route: Route = {
    method: 'POST',
    origins: [new URL(baseUrl).origin],
    path: '/2.0/repositories/:workspace/:repository/commit/:commit/statuses/build',
    query: [],
    async handle(call) {
      const value = await readJson(call);
      access.check(call, 'read:repository:bitbucket');
      const commit = expectCommit(call);
      const body = expectFields(value, STATUS, ['key', 'state', 'url']);
      const key = String(body['key']);
      let found = statuses.find((one) => one.commit === commit && one.key === key);
      if (found) found.body = body;
      else statuses.push((found = { commit, key, body, states: [] }));
      found.states.push(body['state']);
      return json(201, { type: 'build', ...body });
    },
  };
  return { statuses, route };
}
