import { PipeError } from '../errors.ts';
import { isJson } from './json.ts';
import { toRefusal, type Asked } from './refusals.ts';
import { readReport, type Report } from './report.ts';
import type { UpkeepApi } from './upkeep-api.ts';
import type { VercelApi } from './vercel-api.ts';

const GONE = [404, 410];

export interface ListWanted {
  readonly projectId: string;
  readonly target: 'production' | undefined;
  /** Milliseconds since 1970: only what was created before. */
  readonly before: number;
  readonly maxPages: number;
}

/**
 * The project's deployments, the newest first, page by page.
 * @returns whether the list was read to its end.
 * @throws {PipeError} where Vercel does not show it.
 */
export async function* eachDeployment(
  { production: api }: Pick<VercelApi, 'production'>,
  { projectId, target, before, maxPages }: ListWanted,
  signal: AbortSignal,
): AsyncGenerator<Report, boolean> {
  let until = before;
  for (let page = 0; page < maxPages; page += 1) {
    const reply = await api.list(projectId, target, until, signal);
    const { deployments, pagination } = reply.status === 200 && isJson(reply.body) ? reply.body : {};
    if (!Array.isArray(deployments)) throw toRefusal(reply, LISTED);
    for (const report of deployments.flatMap((item) => readReport(item) ?? [])) {
      // A filter that a server ignores must not bring in another project's.
      if (report.deployment.projectId === projectId) yield report;
    }
    const next = isJson(pagination) ? pagination['next'] : undefined;
    if (typeof next !== 'number') return true;
    // A cursor that does not move would be asked for ever.
    if (next >= until) return false;
    until = next;
  }
  return false;
}

/**
 * Deletes a deployment.
 * @returns `gone` where it was not there any more.
 * @throws {PipeError} where Vercel refuses.
 */
export async function removeDeployment(
  api: Pick<UpkeepApi, 'remove'>,
  id: string,
  signal: AbortSignal,
): Promise<'done' | 'gone'> {
  const reply = await api.remove(id, signal);
  if (reply.status === 200) return 'done';
  if (GONE.includes(reply.status)) return 'gone';
  throw toRefusal(reply, { did: `delete ${id}`, wanted: 'the deployment to be deleted', aftermath: '' });
}

/** What serves production: nothing that bears one of its names may be deleted. */
export interface ServingProduction {
  /** Undefined where nothing does, or where Vercel does not say. */
  readonly deploymentId: string | undefined;
  readonly names: readonly string[];
}

/** @throws {PipeError} where Vercel does not show the project. */
export async function readServing(
  api: Pick<VercelApi, 'readProject'>,
  projectId: string,
  signal: AbortSignal,
): Promise<ServingProduction> {
  const { status, body, ...rest } = await api.readProject(projectId, signal);
  if (status !== 200 || !isJson(body)) {
    throw toRefusal({ status, body, ...rest }, { did: 'show the project', wanted: 'its production', aftermath: '' });
  }
  const { targets, alias } = body;
  const production = isJson(targets) && isJson(targets['production']) ? targets['production'] : {};
  const domains = listOf(alias).map((one) => (isJson(one) ? one['domain'] : one));
  const names = [...listOf(production['alias']), ...domains].filter((name) => typeof name === 'string');
  const id = production['id'];
  return { deploymentId: typeof id === 'string' ? id : undefined, names };
}

/** Had production's traffic, or a share of it. */
const SERVED = ['PROMOTED', 'ROLLING'];

/** A preview: never production's, nor what bears one of its names. */
export function isRemovable({ deployment, customEnvironment }: Report, serving: ServingProduction): boolean {
  const { id, target, readySubstate, aliases } = deployment;
  if (target !== 'preview' || customEnvironment !== undefined || id === serving.deploymentId) return false;
  if (readySubstate !== undefined && SERVED.includes(readySubstate)) return false;
  return !aliases.some((name) => serving.names.includes(name));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Codes by which Vercel wants a person to prove anew who they are. */
const CHALLENGES = ['challenge_required', 'challenge_required_email_otp', 'user_auth_required'];

/**
 * The target's variables with their values, system variables among them. Those of `sensitive` variables are empty.
 * @throws {PipeError} `DENIED_BY_VERCEL` also where only a person may read them.
 */
export async function readEnvironment(
  api: Pick<UpkeepApi, 'environment'>,
  { projectId, target, branch }: { projectId: string; target: string; branch: string | undefined },
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const reply = await api.environment(projectId, target, branch, signal);
  const { env, error } = isJson(reply.body) ? reply.body : {};
  if (reply.status === 200 && isJson(env)) {
    const entries = Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return Object.fromEntries(entries);
  }
  const code = isJson(error) ? error['code'] : undefined;
  if (reply.status === 403 && CHALLENGES.some((challenge) => challenge === code)) throw challenged(String(code));
  const wanted = `the environment variables of ${target}`;
  throw toRefusal(reply, { did: `give ${wanted}`, wanted, aftermath: '' });
}

function challenged(code: string): PipeError {
  return new PipeError({
    code: 'DENIED_BY_VERCEL',
    message:
      "Vercel wants a person to confirm who they are before it gives this project's environment variables out, and a pipeline is none.",
    got: `status 403 ${code}`,
    wanted: 'environment variables that the token of a pipeline may read',
    fix: 'Leave PULL_ENVIRONMENT out: the project settings need none of this. Give the build the few values that it needs as secured variables of Bitbucket, deploy with MODE: source (Vercel then builds, with all variables), or let an owner lift the requirement for this project on Vercel.',
  });
}

const LISTED: Asked = {
  did: 'list the deployments of the project',
  wanted: 'the deployments of the project',
  aftermath: '',
};
