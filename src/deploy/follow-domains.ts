import { PipeError } from '../errors.ts';
import type { Clock, Log } from '../platform/types.ts';
import { isRolledBack, readRollingReleases, type End, type FollowOptions, type RollingReleases } from './ending.ts';
import { isJson } from './json.ts';
import { describeState, pageOf, promoteStep, WANTED } from './judge.ts';
import type { Report } from './report.ts';
import type { Deployment } from './types.ts';
import type { VercelApi } from './vercel-api.ts';

/** Domains follow READY within seconds. */
const DOMAINS_LATE_MS = 2 * 60_000;
/** Polls that see READY without domains before the project is asked why. */
const POLLS_BEFORE_ASKING = 3;
const MAX_ASKED = 3;

interface Deps {
  readonly api: VercelApi;
  readonly clock: Clock;
  readonly log: Log;
}

interface ProjectFacts {
  readonly rolledBack: boolean;
  readonly rolling: RollingReleases;
}

export interface DomainsWatch {
  /** Why the domains stay away from a deployment that is READY; undefined while they may still come. */
  look(report: Report, signal: AbortSignal): Promise<End | undefined>;
}

/** Keeps count of how long a deployment is READY with no domain pointing at it. */
export function watchDomains(deps: Deps, options: FollowOptions): DomainsWatch {
  const { clock, log } = deps;
  let since: number | undefined;
  let polls = 0;
  let asked = 0;
  let project: ProjectFacts | undefined;
  let told = false;
  return {
    async look(report, signal) {
      if (report.deployment.readyState !== 'READY') return undefined;
      if (report.checksRunning) {
        if (!told) log.info(`${report.deployment.id} is READY; its domains wait for its checks.`);
        told = true;
        since = undefined;
        return undefined;
      }
      since ??= clock.now();
      polls += 1;
      const late = clock.now() - since > DOMAINS_LATE_MS;
      if (options.production && !project && polls >= POLLS_BEFORE_ASKING && asked < MAX_ASKED) {
        asked += 1;
        project = await askProject(deps, options.projectId, signal);
      }
      return explain(report, project, late);
    },
  };
}

function explain(report: Report, project: ProjectFacts | undefined, late: boolean): End | undefined {
  const { deployment } = report;
  // The short form of a reply has no substate; what was promoted once is held back by nothing of this.
  const staged = deployment.readySubstate === undefined || deployment.readySubstate === 'STAGED';
  if (staged && project?.rolledBack) return { failure: rolledBack(report) };
  if (staged && project?.rolling === 'active') return { ending: 'rolling', note: tellQueued(deployment, 'is active') };
  if (!late) return undefined;
  if (staged && project?.rolling === 'configured') {
    return { ending: 'rolling', note: tellQueued(deployment, 'may be active: the project has rolling releases') };
  }
  return { failure: withoutDomains(report) };
}

async function askProject(
  { api, log }: Deps,
  projectId: string,
  signal: AbortSignal,
): Promise<ProjectFacts | undefined> {
  try {
    const { status, body } = await api.readProject(projectId, signal);
    if (status === 200) {
      const rolling = readRollingReleases(body);
      // The project's reply has the settings alone; what goes on stands elsewhere.
      const current = rolling === 'configured' ? await askRollingRelease(api, projectId, signal) : rolling;
      return { rolledBack: isRolledBack(body), rolling: current };
    }
    log.debug(`project ${projectId}: status ${String(status)}`);
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    log.debug(`project ${projectId}: ${error.message}`);
  }
  return undefined;
}

async function askRollingRelease(api: VercelApi, projectId: string, signal: AbortSignal): Promise<RollingReleases> {
  const { status, body } = await api.readRollingRelease(projectId, signal);
  if (status !== 200 || !isJson(body)) return 'configured';
  return isJson(body['rollingRelease']) ? readRollingReleases(body) : 'none';
}

function tellQueued(deployment: Deployment, which: string): string {
  return `Rolling release: ${deployment.id} is built and queued. Another release ${which}, and this one begins when that has ended. See ${pageOf(deployment)}`;
}

function rolledBack(report: Report): PipeError {
  return new PipeError({
    code: 'DOMAINS_NOT_ASSIGNED',
    message:
      'The deployment is built and staged, but no domain points at it: production was rolled back, and since then Vercel assigns no domain by itself.',
    got: `${describeState(report)} STAGED; the last change of production was a rollback`,
    wanted: WANTED,
    fix: `Promote it, with: ${promoteStep(report.deployment)}\nor on Vercel: Instant Rollback, then Undo or Promote. After that, deployments get their domains again.`,
  });
}

function withoutDomains(report: Report): PipeError {
  const { deployment } = report;
  const { readySubstate = '', target } = deployment;
  const promote = target === 'production' ? ` To assign them now: ${promoteStep(deployment)}` : '';
  return new PipeError({
    code: 'DOMAINS_NOT_ASSIGNED',
    message: 'The deployment is built, but two minutes after it was READY no domain points at it.',
    got: `${describeState(report)} ${readySubstate}`.trimEnd(),
    wanted: WANTED,
    fix: `Its page says what holds the domains back: ${pageOf(deployment)}${promote}`,
  });
}
