import type { Asked } from '../asked.ts';
import type { Reply } from '../reply.ts';
import type { Route } from '../router.ts';
import { addEvent } from './activity.ts';
import { plantDeployment } from './deployments.ts';
import { approve, stateNameOf } from './lifecycle.ts';
import { payloadOf, usePayload, type Payload } from './payloads.ts';
import { showPolicy } from './policies.ts';
import { completeRollingRelease, planAliasRequests, rollBack, startRollingRelease } from './production.ts';
import { vercelRoutes } from './routes.ts';
import { createSites, planSite, visitSite } from './sites.ts';
import { createState, issueToken, type State, type StateDeps } from './state.ts';
import type { VercelSandbox } from './types.ts';
import { removeVariable, setVariable } from './variables.ts';

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
    issueUserToken(lifeSeconds, projectIds) {
      const expiresAt = state.now() + lifeSeconds * 1000;
      const scope = projectIds ? { projectIds } : {};
      const { id, value } = issueToken(state, { kind: 'classic', principalId: state.user.id, expiresAt, ...scope });
      return { id, token: value };
    },
    revokeUserToken(id) {
      const token = state.tokens.find((issued) => issued.id === id);
      if (token) token.revokedAt ??= state.now();
    },
    readyStateOf: stateNameOf,
    planDeployments: (plan) => void (state.plan = { ...state.plan, ...plan }),
    ...plantsOf(state),
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

/** What others have done. */
function plantsOf(state: State): Pick<VercelSandbox, 'plantDeployment' | 'plantEvent' | 'payloadOf' | 'usePayload'> {
  return {
    plantDeployment: (planted) => plantDeployment(state, planted),
    plantEvent: (planted) => addEvent(state, planted),
    payloadOf: (type, deployment, about) => payloadOf(state, type, deployment, about),
    usePayload: (policyId, token) => plantedUse(state, policyId, token),
  };
}

/** The payload of an exchange that nobody has made. */
function plantedUse(
  state: State,
  policyId: string,
  { id, subject }: Parameters<VercelSandbox['usePayload']>[1],
): Payload {
  const policy = state.policies.find((one) => one.policyId === policyId);
  if (!policy) throw new Error(`The sandbox has no policy ${policyId}`);
  const issuedAt = state.now();
  const times = { issuedAt, expiresAt: issuedAt + 3_600_000 };
  const token = { id, sessionId: `ses_${id}`, ...(subject === undefined ? {} : { subject }), ...times };
  return usePayload(state, policy, token, showPolicy(state, policy));
}
