import { apiRefusal, json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { authorize, mayTouch, requireTeam } from './auth.ts';
import { countPoll, countTime, stageOf, stateNameOf } from './lifecycle.ts';
import { logActivity, type State } from './state.ts';
import type { SandboxDeployment } from './deployment-types.ts';
import type { IssuedToken } from './types.ts';
import { viewDeployment, viewListItem } from './view.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** The deployment by id, address, or a name that points at it, where the token may see it. */
export function findDeployment(state: State, token: IssuedToken, call: Call): SandboxDeployment {
  requireTeam(token, call);
  const wanted = call.params['deployment'] ?? '';
  const found = state.deployments.find(({ id, url }) => id === wanted || url === wanted) ?? findByName(state, wanted);
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
  if (assigned !== undefined) return state.deployments.find(({ id }) => id === assigned);
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
  logActivity(state, token, 'deployment-canceled', { deploymentId: deployment.id });
  return json(200, viewDeployment(state, deployment));
}

/** Newest first; `meta-KEY=value` filters by the deployment's own words. */
export function listDeployments(state: State, call: Call): Reply {
  const token = authorize(state, call);
  requireTeam(token, call);
  const limit = readLimit(call.query);
  const until = readTime(call.query, 'until') ?? Infinity;
  const since = readTime(call.query, 'since') ?? -Infinity;
  const matching = state.deployments
    .filter((one) => mayTouch(token, one.projectId) && isListed(state, one) && matches(one, call.query))
    .filter(({ createdAt }) => createdAt < until && createdAt >= since)
    .sort((a, b) => b.createdAt - a.createdAt || state.deployments.indexOf(b) - state.deployments.indexOf(a));
  const page = matching.slice(0, limit);
  const next = matching.length > limit ? (page.at(-1)?.createdAt ?? null) : null;
  return json(200, {
    deployments: page.map((one) => viewListItem(state, one)),
    pagination: { count: page.length, next, prev: page[0]?.createdAt ?? null },
  });
}

/** A list may lag behind: the plan says for how many requests. */
function isListed(state: State, deployment: SandboxDeployment): boolean {
  countTime(state, deployment);
  deployment.listRequests += 1;
  return deployment.listRequests > deployment.plan.listedAfter;
}

function matches(deployment: SandboxDeployment, query: URLSearchParams): boolean {
  const project = query.get('projectId');
  const projects = query.get('projectIds')?.split(',');
  const states = query.get('state')?.split(',');
  const target = query.get('target');
  const { customEnvironment } = deployment;
  const own = deployment.target ?? customEnvironment?.slug ?? 'preview';
  if (project !== null && project !== deployment.projectId) return false;
  if (projects && !projects.includes(deployment.projectId)) return false;
  if (query.has('app') && query.get('app') !== deployment.name) return false;
  if (states && !states.includes(stateNameOf(deployment))) return false;
  if (target !== null && target !== own && target !== customEnvironment?.id) return false;
  return [...query]
    .filter(([name]) => name.startsWith('meta-'))
    .every(([name, value]) => deployment.meta[name.slice('meta-'.length)] === value);
}

function readLimit(query: URLSearchParams): number {
  const text = query.get('limit') ?? String(DEFAULT_LIMIT);
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw apiRefusal(400, 'bad_request', `Query parameter limit should be 1 to ${String(MAX_LIMIT)}, got "${text}"`);
}

function readTime(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw apiRefusal(400, 'bad_request', `Query parameter ${name} should be milliseconds, got "${text}"`);
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
