import { isJson } from './json.ts';
import { toRefusal, toUncertain, type Asked } from './refusals.ts';
import { readReport, type Report } from './report.ts';
import type { Deployment } from './types.ts';
import type { VercelApi } from './vercel-api.ts';

/** Five hundred deployments: weeks of a busy project. */
const MAX_PAGES = 5;

/**
 * One deployment, as Vercel shows it now.
 * @param idOrHost its id, or a host name: Vercel also answers for names that only point at it
 * @param previous what is known of it: a short reply leaves most of that out
 * @returns undefined where there is none, or none that the token may see.
 */
export async function readDeployment(
  api: Pick<VercelApi, 'read'>,
  idOrHost: string,
  signal: AbortSignal,
  previous?: Deployment,
): Promise<Report | undefined> {
  const asked: Asked = { did: `show ${idOrHost}`, wanted: 'the deployment', aftermath: '' };
  const reply = await api.read(idOrHost, signal).catch((error: unknown) => {
    throw toUncertain(error, asked);
  });
  if (reply.status === 404 || reply.status === 410) return undefined;
  const report = reply.status === 200 ? readReport(reply.body, previous) : undefined;
  if (!report) throw toRefusal(reply, asked);
  return report;
}

export interface Listed {
  /** The newest first. */
  readonly reports: readonly Report[];
  /** False where there are older ones that were not looked at. */
  readonly whole: boolean;
}

/**
 * The deployments of a project, up to the newest five hundred.
 * @param target `production` alone, or every one.
 */
export async function listDeployments(
  { production: api }: Pick<VercelApi, 'production'>,
  { projectId, target }: { readonly projectId: string; readonly target: 'production' | undefined },
  signal: AbortSignal,
): Promise<Listed> {
  const reports: Report[] = [];
  let until: number | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const reply = await api.list(projectId, target, until, signal);
    const { deployments, pagination } = reply.status === 200 && isJson(reply.body) ? reply.body : {};
    if (!Array.isArray(deployments)) throw toRefusal(reply, LISTED);
    reports.push(...deployments.flatMap((item) => readReport(item) ?? []));
    const next = isJson(pagination) ? pagination['next'] : undefined;
    if (typeof next !== 'number') return { reports, whole: true };
    // A cursor that does not move would be asked for ever, and what is behind it is not known.
    if (next === until) break;
    until = next;
  }
  return { reports, whole: false };
}

const LISTED: Asked = {
  did: 'list the deployments of the project',
  wanted: 'its deployments',
  aftermath: '',
};
