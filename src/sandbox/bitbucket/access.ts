import { randomBytes } from 'node:crypto';
import { bitbucketRefusal, json, Refusal } from '../reply.ts';
import type { Call } from '../router.ts';
import type { StepFacts } from '../types.ts';
import type { Repositories, Repository } from './repositories.ts';

/** Access tokens of a sandbox, and what each may do. */
export interface Tokens {
  /** Of the step's repository, with every scope that a pipe asks for. */
  readonly accessToken: string;
  /** Of the same repository; it may read the repository alone. */
  readonly weakAccessToken: string;
  /** Of a repository that is not in the sandbox, with every scope. */
  readonly foreignAccessToken: string;
  /** Of every repository of the workspace, with every scope. */
  readonly workspaceAccessToken: string;
}

/** Who asks, and about which repository. */
export interface Entered {
  /** That the token is of. */
  readonly account: string;
  readonly repository: Repository;
}

export interface Access {
  readonly tokens: Tokens;
  /** A new token of one repository, with every scope. */
  issue(repository: string): string;
  /** First who asks, then what for: a stranger learns nothing of what is there. */
  enter(call: Call, scope: string): Entered;
  /** The same for what the sandbox has of the step's repository alone. Gives the account that the token is of. */
  check(call: Call, scope: string): string;
  /** The same for what the proxy may do as well. */
  checkReport(call: Call): void;
  /** What the proxy puts into a request: nobody else has it. */
  readonly proxyToken: string;
}

interface Known {
  readonly scopes: readonly string[];
  /** UUID of a repository, or `*` for the workspace. */
  readonly reach: string;
  readonly account: string;
}

const READ = 'read:repository:bitbucket';
/** No scope of a token: what the proxy adds reaches this far. */
const REPORT = 'report';
const SCOPES = [
  ...['read:pipeline:bitbucket', 'read:pullrequest:bitbucket', 'write:pullrequest:bitbucket'],
  ...[READ, 'write:repository:bitbucket'],
];

export function createAccess(step: StepFacts, repositories: Repositories): Access {
  const own = repositories.own.uuid;
  const known = new Map<string, Known>();
  const issue = (reach: string, account: string, scopes: readonly string[] = SCOPES): string => {
    const token = `ATCTT3xFfGN0${randomBytes(30).toString('base64url')}`;
    known.set(token, { scopes, reach, account });
    return token;
  };
  const tokens = {
    accessToken: issue(own, 'access'),
    weakAccessToken: issue(own, 'weak', [READ]),
    foreignAccessToken: issue('', 'foreign'),
    workspaceAccessToken: issue('*', 'workspace'),
  };
  const proxyToken = issue(own, 'proxy', [REPORT]);

  function enter(call: Call, scope: string): Entered {
    const { workspace = '', repository: name = '' } = call.params;
    const bearer = /^Bearer (\S+)$/.exec(call.request.headers.get('authorization') ?? '')?.[1];
    const token = known.get(bearer ?? '');
    if (!token) throw bitbucketRefusal(401, 'Token is invalid, expired, or not supported for this endpoint.');
    if (token.reach === '') throw noAccess(workspace, name);
    if (!token.scopes.includes(scope)) throw lacksScope(token.scopes, scope);
    if (workspace !== step.workspaceUuid && workspace !== step.workspace) {
      throw bitbucketRefusal(404, `No workspace with identifier '${workspace}'.`);
    }
    const repository = repositories.find(name);
    if (!repository) throw notFound(workspace, name);
    if (token.reach !== '*' && token.reach !== repository.uuid) throw noAccess(workspace, name);
    return { account: token.account, repository };
  }

  function check(call: Call, scope: string): string {
    const { account, repository } = enter(call, scope);
    if (repository !== repositories.own) throw notFound(call.params['workspace'] ?? '', repository.slug);
    return account;
  }

  return {
    ...{ tokens, proxyToken, enter, check },
    issue: (repository) => issue(repository, 'access'),
    checkReport(call) {
      check(call, call.request.headers.get('authorization') === `Bearer ${proxyToken}` ? REPORT : READ);
    },
  };
}

function noAccess(workspace: string, repository: string): Refusal {
  const place = `${workspace}/${repository}`;
  return bitbucketRefusal(404, `You may not have access to the repository ${place}, or it no longer exists.`);
}

function notFound(workspace: string, repository: string): Refusal {
  return bitbucketRefusal(404, `Repository ${workspace}/${repository} not found`);
}

function lacksScope(granted: readonly string[], required: string): Refusal {
  const message = 'Your credentials lack one or more required privilege scopes.';
  const detail = { granted, required: [required] };
  return new Refusal(json(403, { type: 'error', error: { message, detail } }), message);
}
