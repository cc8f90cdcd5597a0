import type { PipeError } from '../errors.ts';
import { isJson } from './json.ts';
import { judge, pageOf, promoteStep } from './judge.ts';
import type { Report } from './report.ts';
import type { Deployment, Ending } from './types.ts';

/** What was asked for, as far as it decides where a deployment ends. */
export interface FollowOptions {
  readonly production: boolean;
  /** False: production is staged on purpose, and READY is its end. */
  readonly autoAssign: boolean;
  /** True: the caller goes on from there by itself, so nobody is told how to. */
  readonly heldBack?: boolean;
  /** False: nothing is followed. */
  readonly wait: boolean;
  readonly projectId: string;
}

/** How the following ended, with a line for the log where the word alone would mislead; or why it failed. */
export type End = { readonly ending: Ending; readonly note?: string } | { readonly failure: PipeError };

/** The end that one report shows; undefined while the deployment is on its way. */
export function readEnd(report: Report, { autoAssign, heldBack, production }: FollowOptions): End | undefined {
  const verdict = judge(report);
  if (verdict?.failure) return { failure: verdict.failure };
  const { deployment } = report;
  const { readyState, readySubstate, aliasAssigned } = deployment;
  if (readyState !== 'READY') return undefined;
  // Domains may count as assigned from the first stage on, while most visitors still get the deployment before it.
  if (production && readySubstate === 'ROLLING') return { ending: 'rolling', note: tellRolling(deployment) };
  // An older deployment that Vercel answers with may be in production already, whatever was asked.
  const inProduction = aliasAssigned && readySubstate === 'PROMOTED';
  if (!autoAssign && !inProduction) {
    return heldBack === true ? { ending: 'staged' } : { ending: 'staged', note: tellStaged(deployment) };
  }
  return verdict ? { ending: 'live' } : undefined;
}

/** Of a project's reply: its production was rolled back, and Vercel moves no domain to a new deployment until one is promoted. */
export function isRolledBack(project: unknown): boolean {
  const last = isJson(project) ? project['lastAliasRequest'] : undefined;
  return isJson(last) && last['type'] === 'rollback' && last['jobStatus'] !== 'failed';
}

/** `active`: one is going on; `configured`: the project has them, and nothing says whether one is going on. */
export type RollingReleases = 'active' | 'configured' | 'none';

/** Of a project's reply. Vercel documents the settings alone there, so that a state beside them is believed where it is. */
export function readRollingReleases(project: unknown): RollingReleases {
  const release = isJson(project) ? project['rollingRelease'] : undefined;
  if (!isJson(release) || release['enabled'] === false) return 'none';
  const state = typeof release['state'] === 'string' ? release['state'].toUpperCase() : undefined;
  if (state === 'ACTIVE' || (state === undefined && isJson(release['canaryDeployment']))) return 'active';
  return state === undefined ? 'configured' : 'none';
}

function tellRolling(deployment: Deployment): string {
  return `Rolling release: ${deployment.id} has a share of production's traffic, and the share grows by stages. See ${pageOf(deployment)}`;
}

function tellStaged(deployment: Deployment): string {
  return `${deployment.id} is built and staged, as asked: no domain points at it. To put it into production: ${promoteStep(deployment)}`;
}
