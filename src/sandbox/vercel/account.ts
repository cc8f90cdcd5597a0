import { apiRefusal, json } from '../reply.ts';
import type { Call } from '../router.ts';
import { authorize, findProject, requireTeam } from './auth.ts';
import { isLive } from './lifecycle.ts';
import type { State } from './state.ts';
import type { IssuedToken } from './types.ts';

/** The user behind a classic token; an app has none. */
export function showUser(state: State, call: Call): Response {
  requireUser(authorize(state, call));
  const { id, username, name, email } = state.user;
  const user = { id, uid: id, username, name, email, avatar: null, defaultTeamId: state.team.id, version: 'northstar' };
  return json(200, { user });
}

export function showTeam(state: State, call: Call): Response {
  requireUser(authorize(state, call));
  const wanted = call.params['team'] ?? '';
  const { id, slug, name } = state.team;
  if (wanted !== id && wanted !== slug) throw apiRefusal(404, 'not_found', `Team ${wanted} not found`);
  return json(200, { id, slug, name, creatorId: state.user.id, membership: { role: 'OWNER', confirmed: true } });
}

/** `targets` tells whether the project has a production deployment. */
export function showProject(state: State, call: Call): Response {
  const token = authorize(state, call);
  requireTeam(token, call);
  const project = findProject(state, token, call.params['project'] ?? '');
  const { id, name, accountId, createdAt, customEnvironments, omitTargets } = project;
  const production = state.deployments.findLast(
    (one) => one.projectId === id && one.target === 'production' && isLive(one),
  );
  const target = production && {
    id: production.id,
    url: production.url,
    alias: production.aliases,
    readyState: 'READY',
    createdAt: production.createdAt,
  };
  return json(200, {
    id,
    name,
    accountId,
    createdAt,
    updatedAt: createdAt,
    framework: null,
    nodeVersion: '24.x',
    rootDirectory: null,
    live: production !== undefined,
    link: null,
    customEnvironments,
    latestDeployments: [],
    ...(omitTargets ? {} : { targets: target ? { production: target } : {} }),
  });
}

function requireUser(token: IssuedToken): void {
  if (token.kind === 'app') throw apiRefusal(403, 'forbidden', 'An app token has no user: this resource needs one');
}
