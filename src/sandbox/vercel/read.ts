import { apiRefusal, json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { authorize, mayTouch, requireTeam } from './auth.ts';
import { countPoll, countTime, stageOf, stateNameOf } from './lifecycle.ts';
import { logActivity } from './activity.ts';
import type { State } from './state.ts';
import type { SandboxDeployment } from './deployment-types.ts';
import type { IssuedToken } from './types.ts';
import { viewDeployment } from './view.ts';

/** The deployment by id, address, or a name that points at it, where the token may see it. */
export function findDeployment(state: State, token: IssuedToken, call: Call): SandboxDeployment {
  requireTeam(token, call);
  const wanted = call.params['deployment'] ?? '';
  const found = state.index.find(wanted) ?? findByName(state, wanted);
  if (!found) throw apiRefusal(404, 'not_found', `Deployment ${wanted} not found`);
  if (!mayTouch(token, found.projectId)) {
    throw apiRefusal(403, 'forbidden', `The token's policy does not cover project ${found.projectId}`);
  }
  countTime(state, found);
  refuseDeleted(found);
  return found;
}

function findByName(state: State, name: string): SandboxDeployment | undefined {
  const assigned = state.aliases.get(name)?.deploymentId;
  if (assigned !== undefined) return state.index.find(assigned);
  return [...state.standings.values()].find(({ production }) => production?.aliases.includes(name))?.production;
}

/** What was deleted may be gone for its readers, too; lists still have it. */
function refuseDeleted(deployment: SandboxDeployment): void {
  const { deletedAs } = deployment.plan;
  if (deletedAs === 'state' || stateNameOf(deployment) !== 'DELETED') return;
  const code = deletedAs === 404 ? 'not_found' : 'deployment_deleted';
  throw apiRefusal(deletedAs, code, `Deployment ${deployment.id} was deleted`);
}

export function showDeployment(state: State, call: Call): Reply {
  const deployment = findDeployment(state, authorize(state, call), call);
  countPoll(state, deployment);
  refuseDeleted(deployment);
  return json(200, viewDeployment(state, deployment));
}

export function cancelDeployment(state: State, call: Call): Reply {
  const token = authorize(state, call);
  const deployment = findDeployment(state, token, call);
  if (stageOf(deployment).done) {
    throw apiRefusal(400, 'bad_request', `A deployment that is ${stateNameOf(deployment)} cannot be canceled`);
  }
  deployment.canceledAt = state.now();
  logActivity(state, { call, token }, 'deployment-canceled', { deploymentId: deployment.id });
  return json(200, viewDeployment(state, deployment));
}

interface TreeNode {
  readonly name: string;
  readonly type: 'directory' | 'file' | 'symlink';
  readonly mode?: number;
  readonly uid?: string;
  readonly children?: TreeNode[];
}

/** The file tree of a deployment. */
export function showFiles(state: State, call: Call): Reply {
  const { files, unpacked } = findDeployment(state, authorize(state, call), call);
  const root: TreeNode[] = [];
  for (const { file, kind, mode, sha } of unpacked ?? files) {
    const parts = file.split('/');
    const name = parts.pop() ?? '';
    const siblings = parts.reduce(openFolder, root);
    if (kind === 'directory') openFolder(siblings, name);
    else siblings.push({ name, type: kind, mode, ...(sha === undefined ? {} : { uid: sha }) });
  }
  return json(200, root);
}

function openFolder(siblings: TreeNode[], name: string): TreeNode[] {
  const known = siblings.find((node) => node.name === name)?.children;
  if (known) return known;
  const children: TreeNode[] = [];
  siblings.push({ name, type: 'directory', children });
  return children;
}
