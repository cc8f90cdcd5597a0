import { createHash, randomBytes } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import type { Call } from '../router.ts';
import { Timeline } from '../timeline.ts';
import type { SandboxIssuer, SandboxOptions } from '../types.ts';
import { Contents } from './contents.ts';
import { DeploymentIndex } from './deployment-index.ts';
import type { AssignedAlias, DeploymentPlan, SandboxDeployment } from './deployment-types.ts';
import type { ActivityEvent } from './event-types.ts';
import type { Standing } from './production.ts';
import type {
  IssuedToken,
  Policy,
  PolicyOptions,
  ProjectVariable,
  SandboxProject,
  StoredFile,
  Team,
  User,
  VariableOptions,
} from './types.ts';

/** Public ids of Vercel's first-party clients that take part in the exchange. */
export const CLIENTS: Readonly<Record<string, string>> = {
  cl_HYyOPBNtFMfHhaUn9L4QPfTZz6TP47bp: 'Vercel CLI',
  cl_kyUx2zVvA4MGptBohkmtYHJly2XltXzD: 'Turborepo CLI',
};
export const CLI_CLIENT = 'cl_HYyOPBNtFMfHhaUn9L4QPfTZz6TP47bp';
export const EXCHANGE_AUDIENCE = 'https://vercel.com/api/login/oauth/token';
const CLASSIC_LIFE_MS = 365 * 24 * 3600 * 1000;

const USUAL_PLAN: DeploymentPlan = {
  outcome: 'READY',
  via: ['QUEUED', 'BUILDING'],
  polls: 3,
  eventMs: 5,
  durationMs: undefined,
  listedAfter: 0,
  errorCode: undefined,
  errorMessage: undefined,
  queued: false,
  shortForm: false,
  deletedAs: 'state',
};

const USUAL_VARIABLES: readonly VariableOptions[] = [
  { key: 'API_URL', type: 'plain', customEnvironmentIds: ['env_qa'] },
  { key: 'DATABASE_URL', target: ['production'] },
  { key: 'SESSION_KEY', type: 'sensitive', target: ['production', 'preview'] },
  { key: 'FLAG', target: ['preview'], gitBranch: 'feature/one' },
];

/** Everything that this Vercel knows; the routes share it. */
export interface State {
  readonly baseUrl: string;
  readonly now: () => number;
  readonly options: SandboxOptions;
  readonly issuer: SandboxIssuer;
  /** What an issuer publishes; undefined where it cannot be reached. */
  readonly keysOf: (issuer: string) => JSONWebKeySet | undefined;
  readonly team: Team;
  readonly user: User;
  readonly members: readonly string[];
  readonly tokens: IssuedToken[];
  readonly policies: Policy[];
  readonly projects: readonly SandboxProject[];
  /** Of the index. */
  readonly deployments: readonly SandboxDeployment[];
  readonly index: DeploymentIndex;
  readonly files: Map<string, StoredFile>;
  readonly contents: Contents;
  /** By name. */
  readonly aliases: Map<string, AssignedAlias>;
  /** By project. */
  readonly standings: Map<string, Standing>;
  /** By project. */
  readonly variables: Map<string, ProjectVariable[]>;
  readonly events: ActivityEvent[];
  /** The same in the order of time. */
  readonly eventLine: Timeline<ActivityEvent>;
  /** The `x-vercel-id` of the reply to each. */
  readonly requestIds: WeakMap<Call, string>;
  plan: DeploymentPlan;
  uploads: number;
}

export interface StateDeps {
  readonly baseUrl: string;
  readonly issuer: SandboxIssuer;
  readonly now: () => number;
  readonly options: SandboxOptions;
  /** Default: the step's own issuer alone. */
  readonly keysOf?: (issuer: string) => JSONWebKeySet | undefined;
  /** Policies besides those of the options. */
  readonly policies?: readonly PolicyOptions[];
}

export function createState({ baseUrl, issuer, now, options, keysOf, policies = [] }: StateDeps): State {
  const team = { id: 'team_acme', slug: 'acme', name: 'Acme', ...options.team };
  const user = { id: 'usr_dev', username: 'dev', name: 'Dev Acme', email: 'dev@acme.example' };
  const projects = options.projects ?? [
    {
      id: 'prj_web',
      name: 'web',
      customEnvironments: [{ id: 'env_qa', slug: 'qa' }],
      variables: USUAL_VARIABLES,
    },
    { id: 'prj_new', name: 'new-site', hasProduction: false },
  ];
  const index = new DeploymentIndex();
  return {
    baseUrl,
    now,
    options,
    issuer,
    keysOf: keysOf ?? ((url) => (url === issuer.url ? issuer.keys() : undefined)),
    team,
    user,
    members: options.members ?? [user.email],
    tokens: [],
    policies: [...(options.policies ?? [{ policyId: 'pol_web' }]), ...policies].map((policy) =>
      fillPolicy(policy, issuer, now()),
    ),
    projects: projects.map((project) => ({
      customEnvironments: [],
      ...project,
      accountId: team.id,
      createdAt: project.createdAt ?? now(),
    })),
    deployments: index.all,
    index,
    files: new Map(),
    contents: new Contents(options.contents),
    aliases: new Map(),
    standings: new Map(),
    variables: new Map(),
    events: [],
    eventLine: new Timeline(({ createdAt }) => createdAt),
    requestIds: new WeakMap(),
    plan: { ...USUAL_PLAN, ...options.deployment },
    uploads: 0,
  };
}

function fillPolicy(policy: PolicyOptions, { url, step }: SandboxIssuer, createdAt: number): Policy {
  return {
    name: policy.policyId,
    clientId: CLI_CLIENT,
    issuerUrl: url,
    claims: [
      { name: 'aud', values: [{ value: EXCHANGE_AUDIENCE }] },
      { name: 'workspaceUuid', values: [{ value: step.workspaceUuid }] },
      { name: 'repositoryUuid', values: [{ value: step.repositoryUuid }] },
    ],
    ...(policy.commands ? {} : { permissions: ['*'] }),
    createdAt,
    ...policy,
  };
}

/** A new token of the given kind, kept with the others. */
export function issueToken(
  state: State,
  token: Pick<IssuedToken, 'kind' | 'principalId'> & Partial<IssuedToken>,
): IssuedToken {
  const issuedAt = state.now();
  const issued: IssuedToken = {
    id: `tok_${randomId(16)}`,
    value: `${token.kind === 'app' ? 'vca' : 'vcp'}_${randomId(48)}`,
    sessionId: `ses_${randomId(20)}`,
    teamId: state.team.id,
    issuedAt,
    expiresAt: issuedAt + CLASSIC_LIFE_MS,
    ...token,
  };
  state.tokens.push(issued);
  return issued;
}

/** Letters and digits, as Vercel's ids have them. */
export function randomId(length: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');
}

export function sha1(data: Uint8Array | string): string {
  return createHash('sha1').update(data).digest('hex');
}
