import { writeEvents } from './build-log.ts';
import { logAssignment } from './payloads.ts';
import { settle } from './production.ts';
import type { State } from './state.ts';
import type { Outcome, SandboxDeployment } from './deployment-types.ts';

export interface Stage {
  readonly readyState: string;
  /** The end of the road: aliases are assigned, or will not be. */
  readonly done?: boolean;
}

/** READY comes before the alias: a client that stops at READY stops too early. */
const BUILT: readonly Stage[] = [{ readyState: 'READY' }, { readyState: 'READY', done: true }];
const ENDS: Readonly<Record<Outcome, readonly Stage[]>> = {
  READY: BUILT,
  ALIAS_ERROR: BUILT,
  CHECKS_FAILED: BUILT,
  CHECKS_V1_FAILED: BUILT,
  ERROR: [{ readyState: 'ERROR', done: true }],
  CANCELED: [{ readyState: 'CANCELED', done: true }],
  DELETED: [{ readyState: 'DELETED', done: true }],
  BLOCKED: [{ readyState: 'BLOCKED', done: true }],
  STUCK: [],
};

function stagesOf({ plan: { outcome, via } }: SandboxDeployment): readonly Stage[] {
  const before = outcome === 'BLOCKED' ? via.slice(0, 1) : via;
  return [...before.map((readyState) => ({ readyState })), ...ENDS[outcome]];
}

export function stageOf(deployment: SandboxDeployment): Stage {
  if (deployment.canceledAt !== undefined) return { readyState: 'CANCELED', done: true };
  return stagesOf(deployment)[deployment.position] ?? { readyState: 'BUILDING' };
}

export function stateNameOf(deployment: SandboxDeployment): string {
  return stageOf(deployment).readyState;
}

/** True where its own aliases point at it: what "live" means. */
export function isLive({ assigned }: SandboxDeployment): boolean {
  return assigned;
}

/** READY, with its aliases or without. */
export function isBuilt(deployment: SandboxDeployment): boolean {
  return stateNameOf(deployment) === 'READY';
}

/** Why it failed or was blocked. */
export function reasonOf({ plan }: SandboxDeployment): { readonly code: string; readonly message: string } {
  const blocked = plan.outcome === 'BLOCKED';
  return {
    code: plan.errorCode ?? (blocked ? 'TEAM_ACCESS_REQUIRED' : 'BUILD_FAILED'),
    message:
      plan.errorMessage ?? (blocked ? 'The author must have access to the team' : 'Command "build" exited with 1'),
  };
}

/** One poll: the last state shows at the plan's last poll, the others are spread before it. */
export function countPoll(state: State, deployment: SandboxDeployment): void {
  if (deployment.plan.durationMs !== undefined) return;
  const last = stagesOf(deployment).length - 1;
  deployment.polls += 1;
  moveTo(state, deployment, Math.floor((last * deployment.polls) / Math.max(1, deployment.plan.polls)));
}

/** As far as time has come, where the plan goes by time. */
export function countTime(state: State, deployment: SandboxDeployment): void {
  const { durationMs } = deployment.plan;
  if (durationMs === undefined) return;
  const last = stagesOf(deployment).length - 1;
  moveTo(state, deployment, Math.floor((last * (state.now() - deployment.createdAt)) / Math.max(1, durationMs)));
}

/** One stage on for whoever watches the log; false where there is none, or where time decides. */
export function advance(state: State, deployment: SandboxDeployment): boolean {
  if (deployment.plan.durationMs !== undefined) {
    countTime(state, deployment);
    return false;
  }
  if (stageOf(deployment).done || deployment.position >= stagesOf(deployment).length - 1) return false;
  moveTo(state, deployment, deployment.position + 1);
  return true;
}

/** The same for all of them that go by time. */
export function countAllTime(state: State): void {
  for (const one of state.index.timed) countTime(state, one);
}

/** Takes a deployment to its end at once, without a word in its log. */
export function finish(state: State, deployment: SandboxDeployment): void {
  const last = stagesOf(deployment).length - 1;
  while (deployment.position < last) step(state, deployment);
}

/** What the log of a deployment would say that came to its end without one. */
export function writeWholeLog(state: State, deployment: SandboxDeployment): void {
  const reason = reasonOf(deployment).message;
  const passed = stagesOf(deployment).slice(1, deployment.position + 1);
  for (const stage of passed) writeEvents(state, deployment, { ...stage, reason });
}

function moveTo(state: State, deployment: SandboxDeployment, position: number): void {
  const end = Math.min(position, stagesOf(deployment).length - 1);
  while (deployment.canceledAt === undefined && deployment.position < end) {
    if (step(state, deployment)) logAssignment(state, deployment);
    writeEvents(state, deployment, { ...stageOf(deployment), reason: reasonOf(deployment).message });
  }
}

/** One stage on; true where its domains were assigned by that. */
function step(state: State, deployment: SandboxDeployment): boolean {
  deployment.position += 1;
  const { readyState, done } = stageOf(deployment);
  if (done && readyState === 'READY' && deployment.plan.outcome === 'READY') settle(state, deployment);
  return done === true && deployment.assigned;
}

/** Someone approves what is BLOCKED: it goes its way from the beginning. */
export function approve(deployment: SandboxDeployment): void {
  if (stateNameOf(deployment) !== 'BLOCKED') {
    throw new Error(`The sandbox has nothing to approve: ${deployment.id} is ${stateNameOf(deployment)}`);
  }
  deployment.plan = { ...deployment.plan, outcome: 'READY', errorCode: undefined, errorMessage: undefined };
  deployment.position = 0;
  deployment.polls = 0;
}
