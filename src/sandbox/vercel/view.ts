import { aliasesOf } from './alias-names.ts';
import { isLive, reasonOf, stageOf } from './lifecycle.ts';
import type { State } from './state.ts';
import type { SandboxDeployment } from './deployment-types.ts';

const SHORT_FORM = ['id', 'readyState', 'alias', 'aliasAssigned', 'aliasError', 'errorCode', 'errorMessage', 'target'];
/** What a deployment can be blocked for that has to do with seats. */
const SEAT_CODES = ['COMMIT_AUTHOR_REQUIRED', 'TEAM_ACCESS_REQUIRED'];

/** A deployment as create and read answer it: in the long form, or as its plan has it in the short one. */
export function viewDeployment(state: State, deployment: SandboxDeployment): Record<string, unknown> {
  const long = viewLong(state, deployment);
  if (!deployment.plan.shortForm) return long;
  return Object.fromEntries(Object.entries(long).filter(([member]) => SHORT_FORM.includes(member)));
}

function viewLong(state: State, deployment: SandboxDeployment): Record<string, unknown> {
  const { id, url, name, projectId, teamId, createdAt } = deployment;
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
    ...viewProgress(state, deployment),
    target: deployment.target,
    ...(deployment.customEnvironment ? { customEnvironment: deployment.customEnvironment } : {}),
    creator: viewCreator(state, deployment),
    meta: deployment.meta,
    source: sourceOf(deployment),
    prebuilt: deployment.prebuilt,
    autoAssignCustomDomains: deployment.autoAssignCustomDomains,
    automaticAliases: isLive(deployment) ? deployment.aliases : [],
    userAliases: aliasesOf(state, deployment).map(({ alias }) => alias),
    regions: deployment.body?.['regions'] ?? ['iad1'],
    public: false,
    bootedAt: createdAt,
  };
}

/** State, aliases and errors: what moves while a deployment is followed. */
function viewProgress(state: State, deployment: SandboxDeployment): Record<string, unknown> {
  const { plan, createdAt } = deployment;
  const { readyState, done } = stageOf(deployment);
  const reason = reasonOf(deployment);
  const live = isLive(deployment);
  const ready = readyState === 'READY';
  const failed = readyState === 'ERROR';
  const ended = done === true && ready;
  const aliasFailed = ended && plan.outcome === 'ALIAS_ERROR';
  return {
    readyState,
    status: readyState,
    ...(ready || deployment.readyAt !== undefined
      ? { ready: deployment.readyAt ?? createdAt + 1, readySubstate: deployment.substate }
      : {}),
    ...(readyState === 'BUILDING' || ready || failed ? { buildingAt: createdAt } : {}),
    isInConcurrentBuildsQueue: plan.queued && readyState === 'QUEUED',
    isInSystemBuildsQueue: false,
    alias: [...(live ? deployment.aliases : []), ...aliasesOf(state, deployment).map(({ alias }) => alias)],
    aliasAssigned: live,
    ...(live ? { aliasAssignedAt: createdAt + 2 } : {}),
    aliasError: aliasFailed ? { code: 'cert_missing', message: 'The certificate of the domain is missing' } : null,
    ...(failed ? { errorCode: reason.code, errorMessage: reason.message, errorStep: 'buildStep' } : {}),
    ...(readyState === 'BLOCKED' ? viewBlock(reason) : {}),
    ...(deployment.canceledAt === undefined ? {} : { canceledAt: deployment.canceledAt }),
    ...(ended && plan.outcome === 'CHECKS_FAILED'
      ? { checks: { 'deployment-alias': { state: 'failed', startedAt: createdAt } } }
      : {}),
    ...(ended && plan.outcome === 'CHECKS_V1_FAILED' ? { checksState: 'completed', checksConclusion: 'failed' } : {}),
  };
}

function viewBlock({ code, message }: ReturnType<typeof reasonOf>): object {
  const seatBlock = SEAT_CODES.includes(code) ? { seatBlock: { blockCode: code, isVerified: true } } : {};
  return { readyStateReason: message, ...seatBlock };
}

/** The shape of an item of `GET /v7/deployments`. */
export function viewListItem(state: State, deployment: SandboxDeployment): Record<string, unknown> {
  const { id, url, name, projectId, createdAt, target, customEnvironment, meta, prebuilt } = deployment;
  const progress = viewProgress(state, deployment);
  return {
    uid: id,
    url,
    name,
    projectId,
    created: createdAt,
    createdAt,
    target,
    ...(customEnvironment ? { customEnvironment } : {}),
    source: sourceOf(deployment),
    prebuilt,
    creator: viewCreator(state, deployment),
    meta,
    inspectorUrl: `https://vercel.com/${state.team.slug}/${name}/${id.slice(4)}`,
    state: progress['readyState'],
    ...progress,
    isRollbackCandidate: target === 'production' && isLive(deployment),
    ...viewDeletion(deployment),
  };
}

function sourceOf({ source, body }: SandboxDeployment): unknown {
  return source ?? body?.['source'] ?? null;
}

function viewDeletion({ deletion, undeletedAt }: SandboxDeployment): object {
  return {
    ...(deletion ? { deleted: deletion.at } : {}),
    ...(deletion?.byRetention ? { softDeletedByRetention: true } : {}),
    ...(undeletedAt === undefined ? {} : { undeleted: undeletedAt }),
  };
}

/** What is said of the creator, and for the sandbox's own user what is known of it. */
function viewCreator({ user }: State, { creator }: SandboxDeployment): object {
  if (creator.type !== 'user' || creator.uid !== user.id) return creator;
  return { ...creator, username: user.username, email: user.email };
}
