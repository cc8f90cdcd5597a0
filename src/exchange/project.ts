import { PipeError } from '../errors.ts';
import { describeReply, tellValue, type HttpClient, type HttpReply } from '../http/index.ts';
import type { Secret } from '../secret.ts';
import type { HopName } from './config.ts';
import type { Wanted } from './prove.ts';
import type { ApiDoor, ProvedProject } from './types.ts';

/** Who is asked, by which door, and with whose token. */
export interface Asking {
  readonly http: HttpClient;
  readonly door: ApiDoor;
  /** The one that gave it. */
  readonly hop: HopName;
}

/** One read of the project: `GET /v9/projects/{id}`. */
export function readProject(
  token: Secret,
  { teamId, projectId }: Wanted,
  { http, door }: Asking,
  signal: AbortSignal,
): Promise<HttpReply> {
  const url = `${door.url}/v9/projects/${encodeURIComponent(projectId)}?teamId=${encodeURIComponent(teamId)}`;
  return http.request({
    service: 'Vercel',
    method: 'GET',
    url,
    bearer: token,
    authorization: door.authorization,
    signal,
  });
}

/** The project, with team and id compared with what was asked for. */
export async function projectOf(
  reply: HttpReply,
  token: Secret,
  wanted: Wanted,
  asking: Asking,
  signal: AbortSignal,
): Promise<ProvedProject> {
  if (reply.status !== 200) throw unreadable(reply, wanted, asking.hop);
  const { id, name, accountId, targets, lastAliasRequest } = (reply.body ?? {}) as Record<string, unknown>;
  if (id !== wanted.projectId) throw differs(`project ${tellValue(id)}`, `project ${wanted.projectId}`);
  if (typeof accountId === 'string' && accountId !== wanted.teamId) {
    throw differs(`a project of ${tellValue(accountId)}`, `a project of ${wanted.teamId}`);
  }
  const production = isObject(targets) ? targets['production'] : undefined;
  const hasProductionDeployment = isObject(targets)
    ? isObject(production)
    : await listsProduction(token, wanted, asking, signal);
  return {
    id: wanted.projectId,
    name: typeof name === 'string' ? name : wanted.projectId,
    teamId: wanted.teamId,
    hasProductionDeployment,
    productionDeploymentId: isObject(production) && typeof production['id'] === 'string' ? production['id'] : undefined,
    rolledBack:
      isObject(lastAliasRequest) &&
      lastAliasRequest['type'] === 'rollback' &&
      lastAliasRequest['jobStatus'] !== 'failed',
  };
}

/** Where the project does not say (`targets` is optional in Vercel's API), its list of deployments does. */
async function listsProduction(
  token: Secret,
  { teamId, projectId }: Wanted,
  { http, door, hop }: Asking,
  signal: AbortSignal,
): Promise<boolean> {
  const query = new URLSearchParams({ projectId, target: 'production', state: 'READY', limit: '1', teamId });
  const url = `${door.url}/v7/deployments?${query.toString()}`;
  const reply = await http.request({
    service: 'Vercel',
    method: 'GET',
    url,
    bearer: token,
    authorization: door.authorization,
    signal,
  });
  const { deployments } = (reply.body ?? {}) as Record<string, unknown>;
  if (reply.status !== 200 || !Array.isArray(deployments)) throw unreadable(reply, { teamId, projectId }, hop);
  return deployments.length > 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unreadable(reply: HttpReply, { teamId, projectId }: Wanted, hop: HopName): PipeError {
  const got = describeReply(reply);
  const wanted = `to read project ${projectId} of team ${teamId}`;
  switch (reply.status) {
    case 401:
      return new PipeError({
        code: 'CREDENTIAL_INVALID',
        message: 'Vercel does not accept the token.',
        got,
        wanted,
        fix: 'A static token may have been revoked or have expired: make a new one, or use the exchange `vercel`.',
      });
    case 403:
    case 404:
      return new PipeError({
        code: 'DENIED_BY_VERCEL',
        message: 'Vercel does not show this project to the token.',
        got,
        wanted,
        fix: `Check VERCEL_PROJECT_ID and VERCEL_TEAM_ID. ${tellUnseen(hop)}`,
      });
    case 429:
      return new PipeError({
        code: 'RATE_LIMITED',
        message: 'Vercel limits requests.',
        got,
        wanted,
        fix: 'Run the step again later.',
      });
    default:
      return new PipeError({
        code: 'SERVICE_FAILED',
        message: 'Vercel could not show the project.',
        got,
        wanted,
        fix: 'See vercel-status.com, then run the step again.',
      });
  }
}

/** Vercel says the same of a project that is hidden and of a token that it does not know. */
function tellUnseen(hop: HopName): string {
  if (hop === 'vercel') return "Then check that the team's OIDC policy lists the project.";
  const token = hop === 'static' ? 'VERCEL_TOKEN' : `the Vercel token behind the hop \`${hop}\``;
  return `If both are right, ${token} may have expired, been revoked, or be of somebody who does not see the project.`;
}

function differs(got: string, wanted: string): PipeError {
  return new PipeError({
    code: 'CREDENTIAL_INVALID',
    message: 'Vercel answered for another project than the one that was asked for. Nothing was deployed.',
    got,
    wanted,
    fix: 'Check VERCEL_API_URL, VERCEL_TEAM_ID and VERCEL_PROJECT_ID. If all are right, tell your security team.',
  });
}
