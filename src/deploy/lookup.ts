import { PipeError } from '../errors.ts';
import type { HttpReply } from '../http/index.ts';
import type { Clock, Log } from '../platform/types.ts';
import { listDeployments } from './find.ts';
import { isJson } from './json.ts';
import { toRefusal, toUncertain, type Asked } from './refusals.ts';
import { readReport, type Report } from './report.ts';
import type { VercelApi } from './vercel-api.ts';

/** After a create that nobody answered. */
export const MAYBE_MADE =
  "A deployment may have been made: look at the project's deployments on Vercel before anything else. ";

/** Vercel's list may lag behind what it made: three looks over ten seconds. */
const LOOK_AFTER_MS: readonly number[] = [1000, 3000, 6000];

export interface LookupDeps {
  readonly api: VercelApi;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the deployment would be found by, and what must be true of it. */
export interface Sought {
  readonly projectId: string;
  /** Key of `meta`, and the value that only this run's deployment has. */
  readonly metaKey: string;
  readonly metaValue: string;
  /** Who makes this run's deployments; undefined where Vercel does not say who the token is. */
  readonly creatorId: string | undefined;
}

/**
 * The deployment that a create with an unknown outcome may have made. Meta can be written by anyone who may deploy, so
 * another creator's is not ours.
 * @returns undefined where it was looked for and is not there.
 * @throws {PipeError} where Vercel could not be asked at the last look, and an earlier one may have come too soon for its
 * list: then a repeat might make a second one.
 */
export async function findOwn(deps: LookupDeps, sought: Sought, signal: AbortSignal): Promise<Report | undefined> {
  let unasked: PipeError | undefined;
  for (const wait of LOOK_AFTER_MS) {
    await deps.clock.sleep(wait, signal);
    try {
      const [found] = (await listByMeta(deps.api, sought, signal, MAYBE_MADE)).filter((report) =>
        isBy(report, sought.creatorId),
      );
      unasked = undefined;
      if (found) return found;
    } catch (error) {
      if (!(error instanceof PipeError)) throw error;
      unasked = error;
    }
  }
  if (unasked) throw unasked;
  return undefined;
}

/**
 * Every deployment of the project with this value in its `meta`, the newest first.
 * @param standing what holds whatever the answer is, for an error to say first; ends with a space
 */
export async function listByMeta(
  api: VercelApi,
  { projectId, metaKey, metaValue }: Omit<Sought, 'creatorId'>,
  signal: AbortSignal,
  standing = '',
): Promise<Report[]> {
  const asked = { ...LISTED, standing };
  const reply = await api.findByMeta(projectId, metaKey, metaValue, signal).catch((error: unknown) => {
    throw toUncertain(error, asked);
  });
  const items = reply.status === 200 && isJson(reply.body) ? reply.body['deployments'] : undefined;
  if (!Array.isArray(items)) throw toRefusal(reply, asked);
  const reports = items.flatMap((item) => readReport(item) ?? []);
  // A filter that a server ignores must not make every deployment ours.
  return reports.filter(({ meta }) => meta[metaKey] === metaValue);
}

/**
 * What Vercel answers a create with may leave out the target, the time and whose it is; the list has all of it. Without
 * that the target could not be checked, and the record would say less than an audit needs.
 * @returns the same where the answer was whole, or where the list does not tell in time.
 */
export async function completeReport(
  deps: LookupDeps,
  report: Report,
  sought: Sought,
  signal: AbortSignal,
): Promise<Report> {
  if (report.deployment.createdAt !== undefined) return report;
  const isIt = ({ deployment }: Report): boolean => deployment.id === report.deployment.id;
  try {
    const own = await findOwn(deps, sought, signal);
    if (own && isIt(own)) return own;
    // Vercel may have answered with what an earlier run had made of the same files.
    const { reports } = await listDeployments(deps.api, { projectId: sought.projectId, target: undefined }, signal);
    const older = reports.find(isIt);
    if (older) return older;
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    signal.throwIfAborted();
  }
  deps.log.debug(`Vercel says little of ${report.deployment.id}, and does not list it yet`);
  return report;
}

/** Vercel's word on one deployment, in full: an item of a list leaves things out, and so may the reply. */
export async function readAgain(
  api: Pick<VercelApi, 'read'>,
  found: Report,
  signal: AbortSignal,
  standing = '',
): Promise<Report> {
  return complete(found, await api.read(found.deployment.id, signal), standing);
}

/** The same of one that may have been deleted meanwhile, which lists still have: undefined then. */
export async function readIfThere(
  api: Pick<VercelApi, 'read'>,
  found: Report,
  signal: AbortSignal,
): Promise<Report | undefined> {
  if (found.deployment.readyState === 'DELETED') return undefined;
  const reply = await api.read(found.deployment.id, signal);
  return reply.status === 404 || reply.status === 410 ? undefined : complete(found, reply, '');
}

function complete(found: Report, reply: HttpReply, standing: string): Report {
  const { deployment } = found;
  const report = reply.status === 200 ? readReport(reply.body, deployment) : undefined;
  if (!report) throw toRefusal(reply, { ...LISTED, did: `show ${deployment.id}`, standing });
  return {
    ...report,
    customEnvironment: report.customEnvironment ?? found.customEnvironment,
    meta: Object.keys(report.meta).length > 0 ? report.meta : found.meta,
    creatorId: report.creatorId ?? found.creatorId,
  };
}

export function isBy({ creatorId }: Report, wanted: string | undefined): boolean {
  return wanted === undefined || creatorId === wanted;
}

const LISTED: Asked = {
  did: 'list the deployments of the project',
  wanted: 'the deployments that were asked for',
  aftermath: '',
};
