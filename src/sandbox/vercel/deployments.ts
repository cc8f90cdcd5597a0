import { finish } from './lifecycle.ts';
import { randomId, type State } from './state.ts';
import type { PlantedDeployment, SandboxDeployment } from './deployment-types.ts';
import type { SandboxProject } from './types.ts';

/** What makes a deployment; ids, addresses and its place in the life cycle are made here. */
export interface NewDeployment extends Omit<
  SandboxDeployment,
  | 'id'
  | 'url'
  | 'projectId'
  | 'teamId'
  | 'createdAt'
  | 'aliases'
  | 'assigned'
  | 'substate'
  | 'position'
  | 'polls'
  | 'listRequests'
  | 'canceledAt'
  | 'events'
> {
  readonly project: SandboxProject;
  readonly createdAt?: number;
}

export function addDeployment(state: State, { project, ...given }: NewDeployment): SandboxDeployment {
  const { slug, id: teamId } = state.team;
  const hash = randomId(9).toLowerCase();
  const production = given.target === 'production';
  const deployment: SandboxDeployment = {
    id: `dpl_${randomId(28)}`,
    url: `${project.name}-${hash}-${slug}.vercel.app`,
    projectId: project.id,
    teamId,
    createdAt: state.now(),
    aliases: production
      ? [`${project.name}.vercel.app`, `${project.name}-${slug}.vercel.app`]
      : [`${project.name}-${given.customEnvironment?.slug ?? 'preview'}-${slug}.vercel.app`],
    assigned: false,
    substate: 'STAGED',
    position: 0,
    polls: 0,
    listRequests: 0,
    canceledAt: undefined,
    events: [],
    ...given,
  };
  state.deployments.push(deployment);
  return deployment;
}

/** A deployment that someone else made, at its end unless it is still under way. */
export function plantDeployment(state: State, planted: PlantedDeployment): SandboxDeployment {
  const project = state.projects.find(({ id }) => id === planted.projectId);
  if (!project) throw new Error(`The sandbox has no project ${planted.projectId}`);
  const { target = null, files = [], meta = {}, createdAt, plan, staged = false } = planted;
  const deployment = addDeployment(state, {
    project,
    name: project.name,
    ...{ target, files, meta },
    customEnvironment: undefined,
    unpacked: undefined,
    body: undefined,
    query: {},
    creator: planted.creator ?? { type: 'user', uid: 'usr_someone' },
    prebuilt: false,
    autoAssignCustomDomains: !staged,
    plan: { ...state.plan, outcome: 'READY', durationMs: undefined, listedAfter: 0, ...plan },
    ...(createdAt === undefined ? {} : { createdAt }),
  });
  if (!planted.underWay) finish(state, deployment);
  return deployment;
}
