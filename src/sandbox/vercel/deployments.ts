import { finish } from './lifecycle.ts';
import { randomId, type State } from './state.ts';
import type { Creator, DeploymentPlan, FileEntry, PlantedDeployment, SandboxDeployment } from './deployment-types.ts';
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
  | 'deletion'
  | 'undeletedAt'
  | 'readyAt'
  | 'events'
> {
  readonly project: SandboxProject;
  readonly id?: string;
  readonly url?: string;
  readonly createdAt?: number;
  readonly readyAt?: number | undefined;
  readonly deletion?: SandboxDeployment['deletion'];
  readonly undeletedAt?: number | undefined;
}

const DELETED = { outcome: 'DELETED' } as const;
const NO_FILES: readonly FileEntry[] = [];
const NOTHING = {};
const SOMEONE: Creator = { type: 'user', uid: 'usr_someone' };

export function addDeployment(state: State, { project, id, url, ...given }: NewDeployment): SandboxDeployment {
  const { slug, id: teamId } = state.team;
  const deployment: SandboxDeployment = {
    id: id ?? `dpl_${randomId(28)}`,
    url: url ?? `${project.name}-${randomId(9).toLowerCase()}-${slug}.vercel.app`,
    projectId: project.id,
    teamId,
    createdAt: state.now(),
    readyAt: undefined,
    aliases: namesOf(project, slug, given),
    assigned: false,
    substate: 'STAGED',
    position: 0,
    polls: 0,
    listRequests: 0,
    canceledAt: undefined,
    deletion: undefined,
    undeletedAt: undefined,
    events: [],
    ...given,
  };
  state.index.add(deployment);
  return deployment;
}

/** Lists of names, made once for all deployments of a kind: there may be very many. */
const names = new WeakMap<SandboxProject, Map<string, readonly string[]>>();

function namesOf(
  project: SandboxProject,
  slug: string,
  { target, customEnvironment }: Pick<NewDeployment, 'target' | 'customEnvironment'>,
): readonly string[] {
  const kind = target === 'production' ? '' : `-${customEnvironment?.slug ?? 'preview'}`;
  const known = names.get(project) ?? new Map<string, readonly string[]>();
  names.set(project, known);
  const made = known.get(kind) ?? [
    ...(kind === '' ? [...(project.domains ?? []), `${project.name}.vercel.app`] : []),
    `${project.name}${kind}-${slug}.vercel.app`,
  ];
  known.set(kind, made);
  return made;
}

/** A deployment that someone else made, at its end unless it is still under way. */
export function plantDeployment(state: State, planted: PlantedDeployment): SandboxDeployment {
  const project = state.projects.find(({ id }) => id === planted.projectId);
  if (!project) throw new Error(`The sandbox has no project ${planted.projectId}`);
  const { id, url, createdAt, source, readySubstate } = planted;
  const deployment = addDeployment(state, {
    project,
    name: planted.name ?? project.name,
    target: planted.target ?? null,
    files: planted.files ?? NO_FILES,
    meta: planted.meta ?? NOTHING,
    customEnvironment: planted.customEnvironment,
    unpacked: undefined,
    body: undefined,
    query: NOTHING,
    source,
    creator: planted.creator ?? SOMEONE,
    prebuilt: planted.prebuilt ?? false,
    autoAssignCustomDomains: !(planted.staged ?? false),
    plan: planOf(state, planted),
    deletion: planted.deletion,
    undeletedAt: planted.undeletedAt,
    readyAt: planted.readyAt,
    ...(id === undefined ? {} : { id }),
    ...(url === undefined ? {} : { url }),
    ...(createdAt === undefined ? {} : { createdAt }),
  });
  if (!planted.underWay) finish(state, deployment);
  if (readySubstate !== undefined) deployment.substate = readySubstate;
  return deployment;
}

/** One plan for all that have nothing of their own in it. */
const plans = new WeakMap<DeploymentPlan, DeploymentPlan>();

function planOf({ plan: usual }: State, { plan, deletion }: PlantedDeployment): DeploymentPlan {
  const base = plans.get(usual) ?? { ...usual, outcome: 'READY', durationMs: undefined, listedAfter: 0 };
  plans.set(usual, base);
  return plan || deletion ? { ...base, ...(deletion ? DELETED : {}), ...plan } : base;
}
