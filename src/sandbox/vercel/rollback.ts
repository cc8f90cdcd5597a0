import { apiRefusal, json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { logActivity } from './activity.ts';
import { isBuilt } from './lifecycle.ts';
import { askForAliases, standingOf, type AliasRequest } from './production.ts';
import { readProject, refuseBody } from './promote.ts';
import { payloadOf } from './payloads.ts';
import type { State } from './state.ts';
import type { SandboxDeployment } from './deployment-types.ts';
import type { SandboxProject } from './types.ts';

const MAX_LIMIT = 100;

/** `POST /v1/projects/{id}/rollback/{deploymentId}`: 201. Only to what has been production. */
export async function rollBackProduction(state: State, call: Call): Promise<Reply> {
  const { token, project } = readProject(state, call);
  await refuseBody(call);
  const deployment = findCandidate(state, project, call.params['deployment'] ?? '');
  const standing = standingOf(state, project.id);
  if (standing.production === deployment) {
    throw apiRefusal(409, 'conflict', `Deployment ${deployment.id} is the project's production already`);
  }
  const type = 'instant-rollback-created';
  const reason = call.query.get('description') ?? undefined;
  const about = { from: standing.production?.id ?? '', ...(reason === undefined ? {} : { reason }) };
  logActivity(state, { call, token }, type, payloadOf(state, type, deployment, about));
  askForAliases(state, standing, 'rollback', deployment.id);
  return json(201, {});
}

/** `GET …/promote/aliases` and `…/rollback/aliases`: the names of the last such change, and how each fared. */
export function listMovedAliases(type: AliasRequest['type']): (state: State, call: Call) => Reply {
  return (state, call) => {
    const { project } = readProject(state, call);
    const limit = readLimit(call.query);
    const failedOnly = readFailedOnly(call.query);
    const request = standingOf(state, project.id).lastAliasRequest;
    const wanted = state.index.find(request?.toDeploymentId ?? '');
    const status = statusOf(request?.type === type ? request : undefined);
    const shown = wanted && status !== undefined && (!failedOnly || status === 'failed') ? wanted.aliases : [];
    const aliases = shown.slice(0, limit).map((alias) => {
      return { id: `job_${alias}`, status, alias: { alias, deploymentId: request?.fromDeploymentId } };
    });
    return json(200, { aliases, pagination: { count: aliases.length, next: null, prev: null } });
  };
}

function statusOf(request: AliasRequest | undefined): string | undefined {
  return request?.jobStatus === 'succeeded' ? 'completed' : request?.jobStatus;
}

function findCandidate(state: State, project: SandboxProject, id: string): SandboxDeployment {
  const found = state.index.find(id);
  if (found?.id !== id || found.projectId !== project.id)
    throw apiRefusal(404, 'not_found', `Project ${project.name} has no deployment ${id}`);
  if (found.target !== 'production' || found.substate !== 'PROMOTED' || !isBuilt(found)) {
    throw apiRefusal(400, 'bad_request', `Deployment ${id} is no rollback candidate: it never was production`);
  }
  return found;
}

function readFailedOnly(query: URLSearchParams): boolean {
  const text = query.get('failedOnly') ?? 'false';
  if (text === 'true' || text === 'false') return text === 'true';
  throw apiRefusal(400, 'bad_request', `Query parameter failedOnly should be true or false, got "${text}"`);
}

function readLimit(query: URLSearchParams): number {
  const text = query.get('limit') ?? '20';
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw apiRefusal(400, 'bad_request', `Query parameter limit should be 1 to ${String(MAX_LIMIT)}, got "${text}"`);
}
