import { randomBytes } from 'node:crypto';
import { bitbucketRefusal, json, Refusal } from '../reply.ts';
import type { Call } from '../router.ts';
import type { StepFacts } from '../types.ts';

/** Access tokens of a sandbox, and what each may do. */
export interface Tokens {
  /** Of the step's repository, with every scope that a pipe asks for. */
  readonly accessToken: string;
  /** Of the same repository; it may read the repository alone. */
  readonly weakAccessToken: string;
  /** Of another repository, with every scope. */
  readonly foreignAccessToken: string;
}

export interface Access {
  readonly tokens: Tokens;
  /** First who asks, then what for: a stranger learns nothing of what is there. Gives the account that the token is of. */
  check(call: Call, scope: string): string;
  /** The same for what the proxy may do as well. */
  checkReport(call: Call): void;
  /** What the proxy puts into a request: nobody else has it. */
  readonly proxyToken: string;
}

const READ = 'read:repository:bitbucket';
/** No scope of a token: what the proxy adds reaches this far. */
const REPORT = 'report';
const SCOPES = [
  ...['read:pipeline:bitbucket', 'read:pullrequest:bitbucket', 'write:pullrequest:bitbucket'],
  ...[READ, 'write:repository:bitbucket'],
];

export function createAccess(step: StepFacts): Access {
  const makeToken = (): string => `ATCTT3xFfGN0${randomBytes(30).toString('base64url')}`;
  const tokens = { accessToken: makeToken(), weakAccessToken: makeToken(), foreignAccessToken: makeToken() };
  const proxyToken = makeToken();
  const known = new Map([
    [tokens.accessToken, { scopes: SCOPES, own: true, account: 'access' }],
    [tokens.weakAccessToken, { scopes: [READ], own: true, account: 'weak' }],
    [tokens.foreignAccessToken, { scopes: SCOPES, own: false, account: 'foreign' }],
    [proxyToken, { scopes: [REPORT], own: true, account: 'proxy' }],
  ]);
  return {
    tokens,
    proxyToken,
    checkReport(call) {
      this.check(call, call.request.headers.get('authorization') === `Bearer ${proxyToken}` ? REPORT : READ);
    },
    check(call, scope) {
      const { workspace = '', repository = '' } = call.params;
      const bearer = /^Bearer (\S+)$/.exec(call.request.headers.get('authorization') ?? '')?.[1];
      const access = known.get(bearer ?? '');
      if (!access) throw bitbucketRefusal(401, 'Token is invalid, expired, or not supported for this endpoint.');
      if (!access.own) {
        const place = `${workspace}/${repository}`;
        throw bitbucketRefusal(404, `You may not have access to the repository ${place}, or it no longer exists.`);
      }
      if (!access.scopes.includes(scope)) throw lacksScope(access.scopes, scope);
      if (workspace !== step.workspaceUuid && workspace !== step.workspace) {
        throw bitbucketRefusal(404, `No workspace with identifier '${workspace}'.`);
      }
      if (repository !== step.repositoryUuid && repository !== step.repositorySlug) {
        throw bitbucketRefusal(404, `Repository ${workspace}/${repository} not found`);
      }
      return access.account;
    },
  };
}

function lacksScope(granted: readonly string[], required: string): Refusal {
  const message = 'Your credentials lack one or more required privilege scopes.';
  const detail = { granted, required: [required] };
  return new Refusal(json(403, { type: 'error', error: { message, detail } }), message);
}
