import { cleanText } from '../http/index.ts';
import { readRollingReleases, type RollingReleases } from './ending.ts';
import { isJson, type Json } from './json.ts';
import { toRefusal, toUncertain, type Asked } from './refusals.ts';
import type { VercelApi } from './vercel-api.ts';

/** A change of production's domains that someone asked for. */
export interface AliasRequest {
  /** `promote` or `rollback`. */
  readonly type: string;
  readonly toDeploymentId: string;
  /** Milliseconds since 1970, by Vercel's clock. */
  readonly requestedAt: number | undefined;
  /** `pending`, `in-progress`, `succeeded`, `failed` or `skipped`; Vercel's word whatever it is. */
  readonly jobStatus: string;
}

/** How things stand with a project's production. */
export interface Production {
  /** What serves it; undefined where nothing does, or where Vercel does not say. */
  readonly deploymentId: string | undefined;
  /** The last change that was asked for. */
  readonly last: AliasRequest | undefined;
  /** Whether a rolling release moves its traffic now; `configured` also where Vercel does not say. */
  readonly rolling: RollingReleases;
  /** What the rolling release moves traffic to; undefined where none is active, or where Vercel does not say. */
  readonly canaryId: string | undefined;
  /** What begins when the rolling release has ended. */
  readonly queuedId: string | undefined;
}

/**
 * Asks what serves production now.
 * @param standing what holds whatever the answer is, for an error to say first; ends with a space
 * @throws {PipeError} where Vercel does not say.
 */
export async function readProduction(
  projectId: string,
  { api }: { readonly api: Pick<VercelApi, 'readProject' | 'readRollingRelease'> },
  signal: AbortSignal,
  standing = '',
): Promise<Production> {
  const asked = { ...ASKED, standing };
  const reply = await api.readProject(projectId, signal).catch((error: unknown) => {
    throw toUncertain(error, asked);
  });
  if (reply.status !== 200 || !isJson(reply.body)) throw toRefusal(reply, asked);
  const project = reply.body;
  const current = asJson(asJson(project['targets'])['production']);
  const rolling = readRollingReleases(project);
  const base = { deploymentId: text(current['id']), last: readLast(project['lastAliasRequest']) };
  if (rolling === 'none') return { ...base, rolling, canaryId: undefined, queuedId: undefined };
  return { ...base, ...(await readRelease(projectId, api, signal)) };
}

/** The project's reply has the settings of rolling releases; what goes on stands elsewhere. */
async function readRelease(
  projectId: string,
  api: Pick<VercelApi, 'readRollingRelease'>,
  signal: AbortSignal,
): Promise<Pick<Production, 'rolling' | 'canaryId' | 'queuedId'>> {
  const { status, body } = await api.readRollingRelease(projectId, signal);
  if (status !== 200 || !isJson(body) || readRollingReleases(body) !== 'active') {
    return { rolling: 'configured', canaryId: undefined, queuedId: undefined };
  }
  const release = asJson(body['rollingRelease']);
  return {
    rolling: 'active',
    canaryId: text(asJson(release['canaryDeployment'])['id']),
    queuedId: text(release['queuedDeploymentId']),
  };
}

function readLast(value: unknown): AliasRequest | undefined {
  const { type, toDeploymentId, requestedAt, jobStatus } = asJson(value);
  const to = text(toDeploymentId);
  if (to === undefined) return undefined;
  return {
    type: text(type) ?? '',
    toDeploymentId: to,
    requestedAt: typeof requestedAt === 'number' && Number.isFinite(requestedAt) ? requestedAt : undefined,
    jobStatus: text(jobStatus) ?? '',
  };
}

/** Whether two looks saw the same change; how far it has come may differ. */
export function isSameRequest(a: AliasRequest | undefined, b: AliasRequest | undefined): boolean {
  return a?.type === b?.type && a?.toDeploymentId === b?.toDeploymentId && a?.requestedAt === b?.requestedAt;
}

const ASKED: Asked = {
  did: "say what serves the project's production",
  wanted: 'the project, with its production deployment',
  aftermath: '',
};

function asJson(value: unknown): Json {
  return isJson(value) ? value : {};
}

function text(value: unknown): string | undefined {
  const clean = cleanText(value);
  return clean === '' ? undefined : clean;
}
