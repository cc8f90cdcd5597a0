import { apiRefusal, json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { authorize, findProject, requireTeam } from './auth.ts';
import { countAllTime } from './lifecycle.ts';
import { advanceAliasRequest, standingOf, type AliasRequest } from './production.ts';
import { viewRollingSettings } from './promote.ts';
import type { State } from './state.ts';
import type { SandboxDeployment } from './deployment-types.ts';
import type { IssuedToken } from './types.ts';
import { viewSecrets } from './variables.ts';

const USUAL_SETTINGS = {
  ...{ framework: null, nodeVersion: '24.x', rootDirectory: null, outputDirectory: null },
  ...{ buildCommand: null, installCommand: null, devCommand: null, sourceFilesOutsideRootDirectory: true },
  ...{
    autoAssignCustomDomains: true,
    autoExposeSystemEnvs: true,
    directoryListing: false,
    skewProtectionMaxAge: 43_200,
  },
  resourceConfig: { fluid: true, functionDefaultRegions: ['iad1'], functionDefaultTimeout: 300 },
  ssoProtection: { deploymentType: 'all_except_custom_domains' },
  passwordProtection: null,
};

/** The user behind a classic token; an app has none. */
export function showUser(state: State, call: Call): Reply {
  requireUser(authorize(state, call));
  const { id, username, name, email } = state.user;
  const user = { id, uid: id, username, name, email, avatar: null, defaultTeamId: state.team.id, version: 'northstar' };
  return json(200, { user });
}

export function showTeam(state: State, call: Call): Reply {
  requireUser(authorize(state, call));
  const wanted = call.params['team'] ?? '';
  const { id, slug, name } = state.team;
  if (wanted !== id && wanted !== slug) throw apiRefusal(404, 'not_found', `Team ${wanted} not found`);
  return json(200, { id, slug, name, creatorId: state.user.id, membership: { role: 'OWNER', confirmed: true } });
}

/** `targets` tells whether the project has a production deployment. */
export function showProject(state: State, call: Call): Reply {
  const token = authorize(state, call);
  requireTeam(token, call);
  const project = findProject(state, token, call.params['project'] ?? '');
  const { id, name, accountId, createdAt, customEnvironments, omitTargets } = project;
  countAllTime(state);
  const standing = standingOf(state, id);
  advanceAliasRequest(state, standing);
  const { production } = standing;
  return json(200, {
    id,
    name,
    accountId,
    createdAt,
    updatedAt: createdAt,
    ...USUAL_SETTINGS,
    ...viewSecrets(state, project),
    live: production !== undefined,
    link: null,
    customEnvironments,
    latestDeployments: [],
    ...(standing.lastAliasRequest ? { lastAliasRequest: viewAliasRequest(standing.lastAliasRequest) } : {}),
    rollingRelease: viewRollingSettings(standing),
    ...(omitTargets ? {} : { targets: production ? { production: viewTarget(production) } : {} }),
    ...project.settings,
  });
}

/** How it will end is nobody's to see. */
function viewAliasRequest({ fromDeploymentId, toDeploymentId, type, requestedAt, jobStatus }: AliasRequest): object {
  return { fromDeploymentId, toDeploymentId, type, requestedAt, jobStatus };
}

function viewTarget({ id, url, aliases, createdAt, target, substate }: SandboxDeployment): object {
  return { id, url, alias: aliases, readyState: 'READY', readySubstate: substate, createdAt, target };
}

function requireUser(token: IssuedToken): void {
  if (token.kind === 'app') throw apiRefusal(403, 'forbidden', 'An app token has no user: this resource needs one');
}
