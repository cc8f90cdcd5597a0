import { logAssignment } from './payloads.ts';
import type { State } from './state.ts';
import type { SandboxDeployment } from './deployment-types.ts';

/** How a change of production's domains goes; `stuck`: it never ends. */
export type AliasOutcome = 'succeeded' | 'failed' | 'skipped' | 'stuck';

/** A change of production's domains that someone asked for. */
export interface AliasRequest {
  readonly fromDeploymentId: string | undefined;
  readonly toDeploymentId: string;
  readonly type: 'promote' | 'rollback';
  readonly requestedAt: number;
  jobStatus: 'pending' | 'in-progress' | Exclude<AliasOutcome, 'stuck'>;
  readonly outcome: AliasOutcome;
}

/** Traffic that moves to a new deployment by stages. */
export interface RollingRelease {
  state: 'ACTIVE' | 'COMPLETE' | 'ABORTED';
  readonly canary: SandboxDeployment;
  readonly current: SandboxDeployment | undefined;
  readonly startedAt: number;
}

/** How things stand with one project's production. */
export interface Standing {
  /** What serves production: the newest live one, or an older one since a rollback. */
  production: SandboxDeployment | undefined;
  /** Since a rollback, new deployments get no domain until one is promoted. */
  rolledBack: boolean;
  lastAliasRequest: AliasRequest | undefined;
  /** Of the changes that are asked for from now on. */
  aliasOutcome: AliasOutcome;
  /** Whether production's traffic moves by stages. */
  rolls: boolean;
  /** Whether the project's own reply tells of the release under way; Vercel's documents only its settings there. */
  rollShown: boolean;
  release: RollingRelease | undefined;
  /** Wait for the release under way to end. */
  readonly queue: SandboxDeployment[];
}

export function standingOf(state: State, projectId: string): Standing {
  const known = state.standings.get(projectId);
  if (known) return known;
  const standing: Standing = {
    production: undefined,
    rolledBack: false,
    lastAliasRequest: undefined,
    aliasOutcome: 'succeeded',
    rolls: false,
    rollShown: false,
    release: undefined,
    queue: [],
  };
  state.standings.set(projectId, standing);
  return standing;
}

/** A deployment is built and nothing is wrong with it: its domains are assigned, or it waits for someone. */
export function settle(state: State, deployment: SandboxDeployment): void {
  if (!deployment.autoAssignCustomDomains) return;
  if (deployment.target !== 'production') {
    deployment.assigned = true;
    return;
  }
  const standing = standingOf(state, deployment.projectId);
  if (standing.rolledBack) return;
  if (!standing.rolls) serve(standing, deployment);
  else roll(state, standing, deployment);
}

/** Production's domains point at it, unless a newer one has them. */
function serve(standing: Standing, deployment: SandboxDeployment): void {
  deployment.assigned = true;
  deployment.substate = 'PROMOTED';
  if (deployment.createdAt >= (standing.production?.createdAt ?? -Infinity)) standing.production = deployment;
}

/** It becomes the canary, or waits behind the one that is. */
export function roll(state: State, standing: Standing, canary: SandboxDeployment): void {
  if (standing.release?.state === 'ACTIVE') {
    if (canary !== standing.release.canary && !standing.queue.includes(canary)) standing.queue.push(canary);
    return;
  }
  canary.substate = 'ROLLING';
  standing.release = { state: 'ACTIVE', canary, current: standing.production, startedAt: state.now() };
}

export function startRollingRelease(state: State, projectId: string, shown: boolean): void {
  const standing = standingOf(state, requireProject(state, projectId));
  standing.rolls = true;
  standing.rollShown = shown;
}

/** All traffic moves to the canary, and the next one of the queue takes its place. */
export function completeRollingRelease(state: State, projectId: string): void {
  const standing = standingOf(state, requireProject(state, projectId));
  const { release } = standing;
  if (release?.state !== 'ACTIVE') throw new Error(`The sandbox has no rolling release of ${projectId} to complete`);
  release.state = 'COMPLETE';
  serve(standing, release.canary);
  // Also where it is older than what it takes the place of.
  standing.production = release.canary;
  standing.rolledBack = false;
  const next = standing.queue.shift();
  if (next) roll(state, standing, next);
}

/** Someone points production back at an older deployment that has been live. */
export function rollBack(state: State, projectId: string, deploymentId: string): void {
  const standing = standingOf(state, requireProject(state, projectId));
  const older = state.index.find(deploymentId);
  if (older?.projectId !== projectId || older.substate !== 'PROMOTED') {
    throw new Error(`The sandbox cannot roll ${projectId} back to ${deploymentId}: it never was its production`);
  }
  standing.lastAliasRequest = {
    fromDeploymentId: standing.production?.id,
    toDeploymentId: older.id,
    type: 'rollback',
    requestedAt: state.now(),
    jobStatus: 'succeeded',
    outcome: 'succeeded',
  };
  pointBack(standing, older);
}

/** What rolls is left where it is: all traffic goes to the older one. */
function pointBack(standing: Standing, older: SandboxDeployment): void {
  standing.production = older;
  standing.rolledBack = true;
  if (standing.release?.state === 'ACTIVE') standing.release.state = 'ABORTED';
}

/** The change begins; looks at the project see it go on. */
export function askForAliases(
  state: State,
  standing: Standing,
  type: AliasRequest['type'],
  toDeploymentId: string,
): void {
  standing.lastAliasRequest = {
    fromDeploymentId: standing.production?.id,
    ...{ toDeploymentId, type, requestedAt: state.now(), jobStatus: 'pending', outcome: standing.aliasOutcome },
  };
}

/** One look at the project: what was asked for goes on by a step. */
export function advanceAliasRequest(state: State, standing: Standing): void {
  const request = standing.lastAliasRequest;
  if (!request) return;
  if (request.jobStatus === 'pending') {
    request.jobStatus = 'in-progress';
    return;
  }
  if (request.jobStatus !== 'in-progress' || request.outcome === 'stuck') return;
  request.jobStatus = request.outcome;
  const wanted = state.index.find(request.toDeploymentId);
  if (!wanted || request.jobStatus !== 'succeeded') return;
  logAssignment(state, wanted);
  if (request.type === 'rollback') {
    pointBack(standing, wanted);
    return;
  }
  standing.rolledBack = false;
  serve(standing, wanted);
  standing.production = wanted;
}

export function planAliasRequests(state: State, projectId: string, outcome: AliasOutcome): void {
  standingOf(state, requireProject(state, projectId)).aliasOutcome = outcome;
}

function requireProject(state: State, projectId: string): string {
  if (!state.projects.some(({ id }) => id === projectId)) throw new Error(`The sandbox has no project ${projectId}`);
  return projectId;
}
