import { readJsonObject } from '../body.ts';
import { apiRefusal, json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { logActivity } from './activity.ts';
import { authorize, findProject, requireTeam } from './auth.ts';
import { isBuilt } from './lifecycle.ts';
import { askForAliases, roll, standingOf, type RollingRelease, type Standing } from './production.ts';
import { payloadOf } from './payloads.ts';
import type { State } from './state.ts';
import type { SandboxDeployment } from './deployment-types.ts';
import type { IssuedToken, SandboxProject } from './types.ts';

const ROLLING_STATES = ['ACTIVE', 'COMPLETE', 'ABORTED'];
const STAGES = [
  { index: 0, isFinalStage: false, targetPercentage: 10, requireApproval: true, duration: null },
  { index: 1, isFinalStage: true, targetPercentage: 100, requireApproval: false, duration: null },
];

/** `POST /v10/projects/{id}/promote/{deploymentId}`: 201, or 202 behind a rolling release. It may begin one itself. */
export async function promoteDeployment(state: State, call: Call): Promise<Reply> {
  const { token, project } = readProject(state, call);
  await refuseBody(call);
  const deployment = findOwn(state, project, call.params['deployment'] ?? '');
  const standing = standingOf(state, project.id);
  if (standing.production === deployment) {
    throw apiRefusal(409, 'conflict', `Deployment ${deployment.id} is the project's production already`);
  }
  const type = 'manual-deployment-promotion-created';
  logActivity(state, { call, token }, type, payloadOf(state, type, deployment));
  if (standing.rolls) {
    const behind = standing.release?.state === 'ACTIVE' && standing.release.canary !== deployment;
    roll(state, standing, deployment);
    return json(behind ? 202 : 201, {});
  }
  askForAliases(state, standing, 'promote', deployment.id);
  return json(201, {});
}

/** The release under way, or the last one; null where none has begun. */
export function showRollingRelease(state: State, call: Call): Reply {
  const { project } = readProject(state, call);
  const wanted = call.query.get('state');
  if (wanted !== null && !ROLLING_STATES.includes(wanted)) {
    throw apiRefusal(
      400,
      'bad_request',
      `Query parameter state should be ${ROLLING_STATES.join(', ')}, got "${wanted}"`,
    );
  }
  const standing = standingOf(state, project.id);
  const { release } = standing;
  const shown = release && (wanted === null || wanted === release.state) ? viewRelease(standing, release) : null;
  return json(200, { rollingRelease: shown });
}

function viewRelease({ queue }: Standing, { state, canary, current, startedAt }: RollingRelease): object {
  const active = state === 'ACTIVE';
  return {
    state,
    currentDeployment: current ? viewShort(current) : null,
    canaryDeployment: viewShort(canary),
    queuedDeploymentId: queue.at(-1)?.id ?? null,
    advancementType: 'manual-approval',
    stages: STAGES,
    activeStage: active ? STAGES[0] : null,
    nextStage: active ? STAGES[1] : null,
    startedAt,
    updatedAt: startedAt,
  };
}

function viewShort({ id, url, name, target, createdAt }: SandboxDeployment): object {
  return { id, url, name, target, createdAt, readyState: 'READY' };
}

/** In the project's reply: the settings; with the release itself only where the test has it so. */
export function viewRollingSettings(standing: Standing): object | null {
  if (!standing.rolls) return null;
  const settings = { target: 'production', stages: STAGES, canaryResponseHeader: false };
  const { release, rollShown } = standing;
  return rollShown && release ? { ...settings, ...viewRelease(standing, release) } : settings;
}

/** Whose project is asked about. */
export function readProject(
  state: State,
  call: Call,
): { readonly token: IssuedToken; readonly project: SandboxProject } {
  const token = authorize(state, call);
  requireTeam(token, call);
  return { token, project: findProject(state, token, call.params['project'] ?? '') };
}

/** `{}`, or nothing at all. */
export async function refuseBody({ request, body }: Call): Promise<void> {
  if (request.headers.get('content-type') === null && (request.headers.get('content-length') ?? '0') === '0') return;
  const [key] = Object.keys(await readJsonObject(request, body));
  if (key !== undefined) throw apiRefusal(400, 'bad_request', `should NOT have additional property \`${key}\``);
}

function findOwn(state: State, project: SandboxProject, id: string): SandboxDeployment {
  const found = state.index.find(id);
  if (found?.id !== id || found.projectId !== project.id)
    throw apiRefusal(404, 'not_found', `Project ${project.name} has no deployment ${id}`);
  if (found.target !== 'production') {
    throw apiRefusal(400, 'bad_request', `Deployment ${id} is none of production: create one from it instead`);
  }
  if (!isBuilt(found)) throw apiRefusal(400, 'bad_request', `Deployment ${id} is not READY and can not be promoted`);
  return found;
}
