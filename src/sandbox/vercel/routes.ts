import { Refusal, type Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import { showProject, showTeam, showUser } from './account.ts';
import { listActivity } from './activity-list.ts';
import { assignAlias, listAliases } from './aliases.ts';
import { createDeployment } from './create.ts';
import { deleteDeployment } from './delete.ts';
import { pullEnvironment } from './env-pull.ts';
import { showEvents } from './events.ts';
import { discoverOauth, exchangeToken, introspectToken, revokeToken } from './exchange.ts';
import { uploadFile } from './files.ts';
import { listDeployments } from './list.ts';
import { createPolicy, listPolicies } from './policies.ts';
import { listProjects } from './projects.ts';
import { promoteDeployment, showRollingRelease } from './promote.ts';
import { cancelDeployment, showDeployment, showFiles } from './read.ts';
import { listMovedAliases, rollBackProduction } from './rollback.ts';
import type { State } from './state.ts';
import { listCustomEnvironments, listVariables } from './variables.ts';

const VERCEL_API = 'https://api.vercel.com';
const VERCEL_HOME = 'https://vercel.com';
const SCOPE = ['teamId', 'slug'];
const CREATE = [...SCOPE, 'forceNew', 'skipAutoDetectionConfirmation', 'prebuilt', 'withCache'];
const EVENTS = [
  ...SCOPE,
  ...['direction', 'follow', 'limit', 'name', 'since', 'until', 'statusCode', 'delimiter', 'builds', 'format'],
];
const LIST = [
  ...[...SCOPE, 'app', 'projectId', 'projectIds', 'target', 'state', 'users', 'rollbackCandidate'],
  ...['since', 'until', 'from', 'to', 'limit', 'meta-*'],
];
const ACTIVITY = [
  ...[...SCOPE, 'limit', 'since', 'until', 'types', 'userId', 'principalId', 'projectIds', 'entityId', 'withPayload'],
];
/** `decrypt` is Vercel's, too; nobody here has a reason to ask for a value. */
const VARIABLES = [
  ...SCOPE,
  'target',
  'gitBranch',
  'source',
  'customEnvironmentId',
  'customEnvironmentSlug',
  'limit',
  'until',
];
const MOVED = [...SCOPE, 'failedOnly', 'limit', 'since', 'until'];
const OIDC_POLICIES = '/v1/oauth-apps/oidc-federation/policies';

const ID = 'x-vercel-id';

type Handle = (state: State, call: Call) => Promise<Reply> | Reply;

const API: readonly (readonly [Route['method'], path: string, query: readonly string[], Handle])[] = [
  ['GET', '/v2/user', SCOPE, showUser],
  ['GET', '/teams/:team', SCOPE, showTeam],
  ['GET', '/v2/teams/:team', SCOPE, showTeam],
  ['GET', '/v9/projects', [...SCOPE, 'limit', 'until', 'search'], listProjects],
  ['GET', '/v9/projects/:project', SCOPE, showProject],
  ['GET', '/v9/projects/:project/custom-environments', [...SCOPE, 'gitBranch'], listCustomEnvironments],
  ['GET', '/v10/projects/:project/env', VARIABLES, listVariables],
  ['GET', '/v3/env/pull/:project/:target', [...SCOPE, 'source'], pullEnvironment],
  ['GET', '/v3/env/pull/:project/:target/:branch', [...SCOPE, 'source'], pullEnvironment],
  ['POST', '/v10/projects/:project/promote/:deployment', SCOPE, promoteDeployment],
  ['GET', '/v1/projects/:project/promote/aliases', MOVED, listMovedAliases('promote')],
  // Documented is v1; Vercel's own client asks v9.
  ['POST', '/v1/projects/:project/rollback/:deployment', [...SCOPE, 'description'], rollBackProduction],
  ['POST', '/v9/projects/:project/rollback/:deployment', SCOPE, rollBackProduction],
  ['GET', '/v9/projects/:project/rollback/aliases', MOVED, listMovedAliases('rollback')],
  ['GET', '/v1/projects/:project/rolling-release', [...SCOPE, 'state'], showRollingRelease],
  ['POST', '/v2/files', SCOPE, uploadFile],
  ['POST', '/v13/deployments', CREATE, createDeployment],
  ['GET', '/v13/deployments/:deployment', SCOPE, showDeployment],
  ['DELETE', '/v13/deployments/:deployment', [...SCOPE, 'url'], deleteDeployment],
  ['PATCH', '/v12/deployments/:deployment/cancel', SCOPE, cancelDeployment],
  ['POST', '/v2/deployments/:deployment/aliases', SCOPE, assignAlias],
  ['GET', '/v2/deployments/:deployment/aliases', SCOPE, listAliases],
  ['GET', '/v6/deployments/:deployment/files', SCOPE, showFiles],
  ['GET', '/v3/deployments/:deployment/events', EVENTS, showEvents],
  ['GET', '/v3/now/deployments/:deployment/events', EVENTS, showEvents],
  ['GET', '/v6/deployments', LIST, listDeployments],
  ['GET', '/v7/deployments', LIST, listDeployments],
  ['GET', '/v3/events', ACTIVITY, listActivity],
  ['GET', OIDC_POLICIES, SCOPE, listPolicies],
  ['POST', OIDC_POLICIES, SCOPE, createPolicy],
];
const OAUTH: readonly (readonly [path: string, Handle])[] = [
  ['/login/oauth/token', exchangeToken],
  ['/login/oauth/token/revoke', revokeToken],
  ['/login/oauth/token/introspect', introspectToken],
];

/** Everything that Vercel's API serves here. Each answer has an id, and so have the events that it tells of. */
export function vercelRoutes(state: State): Route[] {
  const api = new URL(state.baseUrl).origin;
  // On a socket both are one address.
  const home = api === VERCEL_API ? VERCEL_HOME : api;
  const ids = createIds(state);
  // A refusal that comes before the handler has an id as well.
  const headers = (reply: Reply): Record<string, string> => (ID in reply.headers ? {} : { [ID]: ids() });
  const run = (handle: Handle) => async (call: Call) => {
    const id = ids();
    state.requestIds.set(call, id);
    const reply = await answer(state, handle, call);
    return { ...reply, headers: { ...reply.headers, [ID]: id } };
  };
  return [
    ...API.map(([method, path, query, handle]) => ({
      ...{ method, path, query, headers },
      origins: [api],
      handle: run(handle),
    })),
    ...OAUTH.flatMap(([path, handle]) => [
      { method: 'POST' as const, path, query: [], headers, origins: [api], handle: run(handle) },
      // The same under the site's own address.
      {
        ...{ method: 'POST' as const, query: [], headers },
        path: `/api${path}`,
        origins: [home],
        handle: run(handle),
      },
    ]),
    {
      ...{ method: 'GET', query: [], headers },
      path: '/.well-known/openid-configuration',
      origins: [home],
      handle: () => discoverOauth(state),
    },
  ];
}

function createIds(state: State): () => string {
  let answers = 0;
  return () => {
    answers += 1;
    return `fra1::sndbx-${String(state.now())}-${answers.toString(16).padStart(12, '0')}`;
  };
}

async function answer(state: State, handle: Handle, call: Call): Promise<Reply> {
  try {
    return await handle(state, call);
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}
