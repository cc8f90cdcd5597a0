import { judge } from './judge.ts';
import { listByMeta, readIfThere, type LookupDeps } from './lookup.ts';
import type { Report } from './report.ts';

/** What a step that is run again knows of its earlier run. */
export interface Rerun {
  readonly projectId: string;
  readonly metaKey: string;
  /** Names the same work: pipeline, project, target and manifest. */
  readonly metaValue: string;
  /** `preview`, `production` or a custom environment's slug. */
  readonly target: string;
  readonly creatorId: string | undefined;
  /** The deployment that serves production now. */
  readonly productionDeploymentId: string | undefined;
  /** Why a deployment with this `meta` is not proved to be ours; undefined where it is. */
  readonly objectToMeta: (meta: Readonly<Record<string, string>>) => Promise<string | undefined>;
}

/**
 * The deployment that an earlier run of this step made, where nothing speaks against taking it: live, by the same
 * principal, for the same target, with our signature, and for production still the current one. Anything else is told
 * and left alone; a new deployment is the safe answer.
 */
export async function findEarlier(deps: LookupDeps, rerun: Rerun, signal: AbortSignal): Promise<Report | undefined> {
  const listed = await listByMeta(deps.api, rerun, signal);
  const fit: Report[] = [];
  for (const found of listed) {
    const report = await readIfThere(deps.api, found, signal);
    const objection = report ? await objectTo(report, rerun) : 'it was deleted.';
    if (report && objection === undefined) fit.push(report);
    else deps.log.info(`An earlier run made ${found.deployment.id}; it is not taken: ${String(objection)}`);
  }
  const [only, ...others] = fit;
  if (others.length === 0) return only;
  deps.log.warn(
    `${String(fit.length)} deployments say that they are this step's earlier work; none is taken, because one may be a copy.`,
  );
  return undefined;
}

async function objectTo(report: Report, rerun: Rerun): Promise<string | undefined> {
  const { deployment, creatorId, meta } = report;
  const { target } = rerun;
  if (rerun.creatorId === undefined) return 'Vercel does not say who this token is, so its maker cannot be compared.';
  if (creatorId !== rerun.creatorId) return `made by ${String(creatorId)}, not by ${rerun.creatorId}.`;
  if (deployment.target !== target) return `its target is ${deployment.target}, not ${target}.`;
  const end = judge(report);
  if (!end || end.failure) return `it is ${deployment.readyState}, and not live.`;
  if (target === 'production' && deployment.id !== rerun.productionDeploymentId) {
    return 'it is no longer the one that serves production.';
  }
  return rerun.objectToMeta(meta);
}
