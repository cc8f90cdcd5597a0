import { addEvent, SYSTEM } from './activity.ts';
import type { SandboxDeployment } from './deployment-types.ts';
import type { EventAbout, Principal } from './event-types.ts';
import { CLIENTS, type State } from './state.ts';
import type { IssuedToken, Policy } from './types.ts';

export type Payload = Readonly<Record<string, unknown>>;

type UsedToken = Pick<IssuedToken, 'id' | 'sessionId' | 'subject' | 'issuedAt' | 'expiresAt'>;

interface Facts {
  readonly state: State;
  readonly deployment: SandboxDeployment;
  readonly about: EventAbout;
}

interface Shape {
  /** Members that the SDK's models of Vercel's API have for the event, and do not mark as optional. */
  readonly required: (facts: Facts) => Payload;
  /** Those that they mark as optional. */
  readonly optional?: (facts: Facts) => Payload;
}

const NO_NAMES: readonly string[] = [];
const REGIONS: readonly string[] = ['iad1'];

/**
 * The SDK lists its models of payloads without a word on which event has which; they are told apart here by their members
 * and by their order, which follows that of the events' names.
 */
const SHAPES: Readonly<Record<string, Shape>> = {
  deployment: {
    required: ({ deployment: { url } }) => ({ url }),
    optional: ({ state, deployment }) => ({
      name: deployment.name,
      alias: NO_NAMES,
      target: deployment.target ?? deployment.customEnvironment?.slug ?? 'preview',
      deployment: shortOf(deployment),
      deploymentId: deployment.id,
      plan: 'pro',
      project: projectName(state, deployment),
      projectId: deployment.projectId,
      regions: REGIONS,
      type: 'LAMBDAS',
    }),
  },
  'deployment-delete': {
    required: ({ deployment }) => ({
      deployment: shortOf(deployment),
      deploymentId: deployment.id,
      url: deployment.url,
    }),
  },
  'deployment-undeleted': {
    required: ({ state, deployment }) => ({
      deploymentId: deployment.id,
      deploymentUrl: deployment.url,
      deploymentName: deployment.name,
      projectId: deployment.projectId,
      projectName: projectName(state, deployment),
    }),
  },
  'manual-deployment-promotion-created': { required: moveOf },
  'instant-rollback-created': {
    required: (facts) => ({ ...moveOf(facts), fromDeploymentId: facts.about.from ?? '' }),
    optional: ({ about }) => (about.reason === undefined ? {} : { reason: about.reason }),
  },
  'aliases-assigned': {
    required: ({ deployment: { projectId, aliases } }) => ({ projectId, aliasCount: aliases.length }),
    optional: ({ deployment }) => ({ deployment: shortOf(deployment) }),
  },
  alias: {
    // All of its members are optional; what is left of it is what an older description has.
    required: ({ deployment, about }) => ({ alias: about.alias, deploymentUrl: deployment.url }),
    optional: ({ deployment, about, state }) => ({
      deployment: shortOf(deployment),
      deploymentId: deployment.id,
      ...(about.from === undefined ? {} : { oldDeploymentId: about.from }),
      ...(about.aliasId === undefined ? {} : { aliasId: about.aliasId }),
      aliasUpdatedAt: state.now(),
    }),
  },
};

const EVENT_TYPES: readonly string[] = Object.keys(SHAPES);

/** The payload of an event about a deployment, as the sandbox's options have it. */
export function payloadOf(
  state: State,
  type: string,
  deployment: SandboxDeployment,
  about: EventAbout = {},
): Record<string, unknown> {
  const shape = SHAPES[type];
  if (!shape) throw new Error(`The sandbox knows no payload of ${type}: only of ${EVENT_TYPES.join(', ')}`);
  const facts = { state, deployment, about };
  const lean = state.options.events?.payloads === 'required';
  return { ...shape.required(facts), ...(lean ? {} : shape.optional?.(facts)) };
}

/**
 * Of `oidc-policy-used-to-obtain-app-token`. Two of the SDK's models may be its own: that of a token that was made, which
 * names the policy and the token's public id, and a snapshot of the policy, which says nothing of the token.
 */
export function usePayload(state: State, policy: Policy, token: UsedToken, snapshot: object): Payload {
  const appName = CLIENTS[policy.clientId] ?? policy.clientId;
  if (state.options.events?.payloads === 'required') return { policy: snapshot, appName };
  return {
    grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
    appName,
    atTTL: Math.round((token.expiresAt - token.issuedAt) / 1000),
    scope: '',
    authMethod: 'token-exchange-oidc',
    app: { clientId: policy.clientId, name: appName, clientAuthenticationUsed: { method: 'none' } },
    includesRefreshToken: false,
    publicId: token.id,
    sessionId: token.sessionId,
    issuerUrl: policy.issuerUrl,
    policyId: policy.policyId,
    oidcSubject: token.subject,
  };
}

/** The names that a deployment gets by itself were assigned to it. */
export function logAssignment(state: State, deployment: SandboxDeployment): void {
  const { automaticAliases = 'system' } = state.options.events ?? {};
  if (automaticAliases === 'none') return;
  const type = 'aliases-assigned';
  const principal = automaticAliases === 'system' ? SYSTEM : creatorOf(state, deployment);
  addEvent(state, { type, principal, payload: payloadOf(state, type, deployment) });
}

function creatorOf({ user }: State, { creator: { type, uid, username, email } }: SandboxDeployment): Principal {
  if (type === 'app') return { type, id: uid, clientId: uid, name: username ?? uid };
  if (type !== 'user') return { type: 'external', id: uid, name: username ?? uid };
  const own = uid === user.id ? user : undefined;
  return { type, id: uid, username: username ?? own?.username ?? uid, email: email ?? own?.email ?? '' };
}

function moveOf({ state, deployment }: Facts): Payload {
  const { projectId, id: toDeploymentId } = deployment;
  return { projectId, toDeploymentId, projectName: projectName(state, deployment) };
}

function shortOf({ id, name, url, meta }: SandboxDeployment): object {
  return { id, name, url, meta };
}

function projectName({ projects }: State, { projectId }: SandboxDeployment): string {
  return projects.find(({ id }) => id === projectId)?.name ?? projectId;
}
