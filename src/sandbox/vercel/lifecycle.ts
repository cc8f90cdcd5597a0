import { randomId, type State } from './state.ts';
import type { BuildEvent, Outcome, SandboxDeployment } from './deployment-types.ts';

interface Stage {
  readonly readyState: string;
  /** The end of the road: aliases are assigned, or will not be. */
  readonly done?: boolean;
}

const BUILD: readonly Stage[] = [{ readyState: 'QUEUED' }, { readyState: 'BUILDING' }];
/** READY comes before the alias: a client that stops at READY stops too early. */
const STAGES: Readonly<Record<Outcome, readonly Stage[]>> = {
  READY: [...BUILD, { readyState: 'READY' }, { readyState: 'READY', done: true }],
  ALIAS_ERROR: [...BUILD, { readyState: 'READY' }, { readyState: 'READY', done: true }],
  CHECKS_FAILED: [...BUILD, { readyState: 'READY' }, { readyState: 'READY', done: true }],
  ERROR: [...BUILD, { readyState: 'ERROR', done: true }],
  CANCELED: [...BUILD, { readyState: 'CANCELED', done: true }],
  DELETED: [...BUILD, { readyState: 'DELETED', done: true }],
  BLOCKED: [{ readyState: 'QUEUED' }, { readyState: 'BLOCKED', done: true }],
  STUCK: BUILD,
};

const LOG: Readonly<Record<string, readonly (readonly [type: string, text: string])[]>> = {
  BUILDING: [
    ['stdout', 'Running build in Washington, D.C., USA (East) – iad1'],
    ['command', 'Using prebuilt build artifacts from .vercel/output'],
    ['stdout', 'Build machine configuration: 2 cores, 8 GB'],
    ['stderr', 'Warning: Edge Functions are deprecated. Use Vercel Functions with the Node.js runtime.'],
  ],
  READY: [['stdout', 'Deployment completed']],
};

function stagesOf({ plan }: SandboxDeployment): readonly Stage[] {
  return STAGES[plan.outcome];
}

export function stageOf(deployment: SandboxDeployment): Stage {
  if (deployment.canceledAt !== undefined) return { readyState: 'CANCELED', done: true };
  return stagesOf(deployment)[deployment.position] ?? { readyState: 'BUILDING' };
}

export function stateNameOf(deployment: SandboxDeployment): string {
  return stageOf(deployment).readyState;
}

/** True where aliases point at it: what "live" means. */
export function isLive(deployment: SandboxDeployment): boolean {
  const { readyState, done } = stageOf(deployment);
  return done === true && readyState === 'READY' && deployment.plan.outcome === 'READY' && assignsAliases(deployment);
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

/** Without `autoAssignCustomDomains` production stays staged: READY, and no domain points at it. */
export function assignsAliases(deployment: SandboxDeployment): boolean {
  return deployment.autoAssignCustomDomains;
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

export function finish(state: State, deployment: SandboxDeployment): void {
  moveTo(state, deployment, stagesOf(deployment).length - 1);
}

function moveTo(state: State, deployment: SandboxDeployment, position: number): void {
  const end = Math.min(position, stagesOf(deployment).length - 1);
  while (deployment.canceledAt === undefined && deployment.position < end) {
    deployment.position += 1;
    writeEvents(state, deployment);
  }
}

/** What the build log gains at the stage just reached. */
export function writeEvents(state: State, deployment: SandboxDeployment): void {
  const stage = stageOf(deployment);
  const { readyState } = stage;
  if (!stage.done || readyState !== 'READY') {
    for (const [type, text] of LOG[readyState] ?? []) push(state, deployment, { type, text });
    if (readyState === 'ERROR')
      push(state, deployment, { type: 'stderr', text: `Error: ${reasonOf(deployment).message}`, level: 'error' });
    push(state, deployment, { type: 'deployment-state', text: '', readyState });
  } else if (assignsAliases(deployment) && deployment.plan.outcome !== 'CHECKS_FAILED') {
    push(state, deployment, { type: 'alias-assigned', text: '', alias: isLive(deployment) ? deployment.aliases : [] });
  }
}

function push(state: State, deployment: SandboxDeployment, event: Omit<BuildEvent, 'id' | 'serial' | 'date'>): void {
  const last = deployment.events.at(-1)?.date ?? 0;
  // Dates are unique and rising, so that `since` names one event.
  const date = Math.max(state.now(), last + 1);
  deployment.events.push({ id: `evt_${randomId(16)}`, serial: String(deployment.events.length), date, ...event });
}
