import type { Asked } from '../asked.ts';
import type { Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import { showProject, showTeam, showUser } from './account.ts';
import { assignAlias, listAliases } from './aliases.ts';
import { createDeployment } from './create.ts';
import { deleteDeployment } from './delete.ts';
import { plantDeployment } from './deployments.ts';
import { pullEnvironment } from './env-pull.ts';
import { showEvents } from './events.ts';
import { discoverOauth, exchangeToken, introspectToken, revokeToken } from './exchange.ts';
import { uploadFile } from './files.ts';
import { approve, stateNameOf } from './lifecycle.ts';
import { completeRollingRelease, planAliasRequests, rollBack, startRollingRelease } from './production.ts';
import { createPolicy, listPolicies } from './policies.ts';
import { promoteDeployment, showRollingRelease } from './promote.ts';
import { cancelDeployment, listDeployments, showDeployment, showFiles } from './read.ts';
import { listMovedAliases, rollBackProduction } from './rollback.ts';
import { createSites, planSite, visitSite } from './sites.ts';
import { createState, issueToken, type State, type StateDeps } from './state.ts';
import type { VercelSandbox } from './types.ts';
import { listCustomEnvironments, listVariables, removeVariable, setVariable } from './variables.ts';

const VERCEL_API = 'https://api.vercel.com';
const VERCEL_HOME = 'https://vercel.com';
const SCOPE = ['teamId', 'slug'];
const CREATE = [...SCOPE, 'forceNew', 'skipAutoDetectionConfirmation', 'prebuilt', 'withCache'];
const EVENTS = [
  ...SCOPE,
  ...['direction', 'follow', 'limit', 'name', 'since', 'until', 'statusCode', 'delimiter', 'builds', 'format'],
];
const LIST = [...SCOPE, 'app', 'projectId', 'projectIds', 'target', 'state', 'since', 'until', 'limit', 'meta-*'];
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

type Handle = (state: State, call: Call) => Promise<Reply> | Reply;

const API: readonly (readonly [Route['method'], path: string, query: readonly string[], Handle])[] = [
  ['GET', '/v2/user', SCOPE, showUser],
  ['GET', '/teams/:team', SCOPE, showTeam],
  ['GET', '/v2/teams/:team', SCOPE, showTeam],
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
  ['GET', OIDC_POLICIES, SCOPE, listPolicies],
  ['POST', OIDC_POLICIES, SCOPE, createPolicy],
];
const OAUTH: readonly (readonly [path: string, Handle])[] = [
  ['/login/oauth/token', exchangeToken],
  ['/login/oauth/token/revoke', revokeToken],
  ['/login/oauth/token/introspect', introspectToken],
];

/** Vercel's token exchange and deployment API for one team. */
export function createVercel(deps: StateDeps): {
  readonly vercel: VercelSandbox;
  readonly routes: readonly Route[];
  /** Answers as the deployments; undefined for a host that is none of theirs. */
  readonly visit: (asked: Asked) => Promise<Reply | undefined>;
  readonly close: () => void;
} {
  const state = createState(deps);
  const sites = createSites();
  const classic = issueToken(state, { kind: 'classic', principalId: state.user.id });
  for (const { id: projectId, hasProduction = true, variables = [] } of state.projects) {
    for (const variable of variables) setVariable(state, projectId, variable);
    if (hasProduction) plantDeployment(state, { projectId, target: 'production' });
  }
  const vercel: VercelSandbox = {
    team: state.team,
    user: state.user,
    classicToken: classic.value,
    tokens: state.tokens,
    policies: state.policies,
    projects: state.projects,
    deployments: state.deployments,
    files: state.files,
    events: state.events,
    visits: sites.visits,
    planSite: (projectId, plan) => planSite(state, sites, projectId, plan),
    issueUserToken(lifeSeconds) {
      const expiresAt = state.now() + lifeSeconds * 1000;
      const { id, value } = issueToken(state, { kind: 'classic', principalId: state.user.id, expiresAt });
      return { id, token: value };
    },
    revokeUserToken(id) {
      const token = state.tokens.find((issued) => issued.id === id);
      if (token) token.revokedAt ??= state.now();
    },
    readyStateOf: stateNameOf,
    planDeployments(plan) {
      state.plan = { ...state.plan, ...plan };
    },
    plantDeployment: (planted) => plantDeployment(state, planted),
    setVariable: (projectId, options) => setVariable(state, projectId, options),
    removeVariable: (projectId, key) => removeVariable(state, projectId, key),
    approve,
    planAliasRequests: (projectId, outcome) => planAliasRequests(state, projectId, outcome),
    rollBack: (projectId, deploymentId) => rollBack(state, projectId, deploymentId),
    startRollingRelease: (projectId, { shown = false } = {}) => startRollingRelease(state, projectId, shown),
    completeRollingRelease: (projectId) => completeRollingRelease(state, projectId),
  };
  return { vercel, routes: vercelRoutes(state), visit: visitSite(state, sites), close: () => state.contents.close() };
}

function vercelRoutes(state: State): Route[] {
  const api = new URL(state.baseUrl).origin;
  // On a socket both are one address.
  const home = api === VERCEL_API ? VERCEL_HOME : api;
  let answers = 0;
  const headers = (): Record<string, string> => {
    answers += 1;
    return { 'x-vercel-id': `fra1::sndbx-${String(state.now())}-${answers.toString(16).padStart(12, '0')}` };
  };
  const run = (handle: Handle) => (call: Call) => handle(state, call);
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
