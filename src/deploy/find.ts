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
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const { next, ...page } = await readPage(api, { projectId, target, until }, signal);
    reports.push(...page.reports);
    if (next === undefined) return { reports, whole: true };
    // A cursor that does not move would be asked for ever, and what is behind it is not known.
    if (next === until) break;
    until = next;
  }
  return { reports, whole: false };
}

/** The newest deployments of a project, whatever their target, as many as one answer has. */
export async function listNewest(
  { production: api }: Pick<VercelApi, 'production'>,
  projectId: string,
  signal: AbortSignal,
): Promise<readonly Report[]> {
  return (await readPage(api, { projectId, target: undefined, until: undefined }, signal)).reports;
}

async function readPage(
  api: VercelApi['production'],
  asked: { readonly projectId: string; readonly target: 'production' | undefined; readonly until: number | undefined },
  signal: AbortSignal,
): Promise<{ readonly reports: readonly Report[]; readonly next: number | undefined }> {
  const reply = await api.list(asked.projectId, asked.target, asked.until, signal);
  const { deployments, pagination } = reply.status === 200 && isJson(reply.body) ? reply.body : {};
  if (!Array.isArray(deployments)) throw toRefusal(reply, LISTED);
  const next = isJson(pagination) ? pagination['next'] : undefined;
  return {
    reports: deployments.flatMap((item) => readReport(item) ?? []),
    next: typeof next === 'number' ? next : undefined,
  };
}

const LISTED: Asked = {
  did: 'list the deployments of the project',
  wanted: 'its deployments',
  aftermath: '',
};
