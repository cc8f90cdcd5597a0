import { assignsAliases, isLive, reasonOf, stageOf } from './lifecycle.ts';
import type { State } from './state.ts';
import type { SandboxDeployment } from './deployment-types.ts';

/** The long form of a deployment, as create and read answer it. */
export function viewDeployment(state: State, deployment: SandboxDeployment): Record<string, unknown> {
  const { id, url, name, projectId, teamId, plan, createdAt } = deployment;
  const { slug } = state.team;
  return {
    id,
    url,
    name,
    version: 2,
    projectId,
    ownerId: teamId,
    team: { id: teamId, slug, name: state.team.name },
    inspectorUrl: `https://vercel.com/${slug}/${name}/${id.slice(4)}`,
    createdAt,
    ...viewProgress(deployment),
    target: deployment.target,
    ...(deployment.customEnvironment ? { customEnvironment: deployment.customEnvironment } : {}),
    creator: viewCreator(state, deployment),
    meta: deployment.meta,
    source: deployment.body?.['source'] ?? null,
    prebuilt: deployment.prebuilt,
    autoAssignCustomDomains: deployment.autoAssignCustomDomains,
    automaticAliases: isLive(deployment) ? deployment.aliases : [],
    userAliases: [],
    regions: ['iad1'],
    public: false,
    bootedAt: createdAt,
    ...(plan.outcome === 'BLOCKED' && stageOf(deployment).done
      ? { seatBlock: { blockCode: reasonOf(deployment).code, isVerified: true } }
      : {}),
  };
}

/** State, aliases and errors: what moves while a deployment is followed. */
export function viewProgress(deployment: SandboxDeployment): Record<string, unknown> {
  const { plan, createdAt } = deployment;
  const { readyState, done } = stageOf(deployment);
  const reason = reasonOf(deployment);
  const live = isLive(deployment);
  const ready = readyState === 'READY';
  const failed = readyState === 'ERROR';
  const aliasFailed = done === true && ready && plan.outcome === 'ALIAS_ERROR';
  const checksFailed = done === true && ready && plan.outcome === 'CHECKS_FAILED';
  return {
    readyState,
    status: readyState,
    ...(ready ? { ready: createdAt + 1, readySubstate: assignsAliases(deployment) ? 'PROMOTED' : 'STAGED' } : {}),
    ...(readyState === 'BUILDING' || ready || failed ? { buildingAt: createdAt } : {}),
    alias: live ? deployment.aliases : [],
    aliasAssigned: live,
    ...(live ? { aliasAssignedAt: createdAt + 2 } : {}),
    aliasError: aliasFailed ? { code: 'cert_missing', message: 'The certificate of the domain is missing' } : null,
    ...(failed ? { errorCode: reason.code, errorMessage: reason.message, errorStep: 'buildStep' } : {}),
    ...(readyState === 'BLOCKED' ? { readyStateReason: reason.message } : {}),
    ...(deployment.canceledAt === undefined ? {} : { canceledAt: deployment.canceledAt }),
    ...(checksFailed ? { checks: { 'deployment-alias': { state: 'failed', startedAt: createdAt } } } : {}),
  };
}

/** The shape of an item of `GET /v7/deployments`. */
export function viewListItem(state: State, deployment: SandboxDeployment): Record<string, unknown> {
  const { id, url, name, projectId, createdAt, target, customEnvironment, meta, prebuilt } = deployment;
  const progress = viewProgress(deployment);
  return {
    uid: id,
    url,
    name,
    projectId,
    created: createdAt,
    createdAt,
    target,
    ...(customEnvironment ? { customEnvironment } : {}),
    source: deployment.body?.['source'] ?? null,
    prebuilt,
    creator: viewCreator(state, deployment),
    meta,
    inspectorUrl: `https://vercel.com/${state.team.slug}/${name}/${id.slice(4)}`,
    state: progress['readyState'],
    ...progress,
    isRollbackCandidate: target === 'production' && isLive(deployment),
  };
}

function viewCreator(state: State, { creator: { type, uid } }: SandboxDeployment): Record<string, unknown> {
  if (type === 'app' || uid !== state.user.id) return { uid, type };
  return { uid, type, username: state.user.username, email: state.user.email };
}
