import type { DeploymentPlan, PlantedDeployment, SandboxDeployment } from './deployment-types.ts';
import type { ActivityEvent, EventAbout, PlantedEvent } from './event-types.ts';
import type { AliasOutcome } from './production.ts';
import type { SitePlan, SiteVisit } from './site-types.ts';

export interface TeamOptions {
  readonly id?: string;
  readonly slug?: string;
  readonly name?: string;
}

export interface CustomEnvironment {
  readonly id: string;
  readonly slug: string;
}

export interface ProjectOptions {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. Default: when the sandbox was made. */
  readonly createdAt?: number;
  /** Default true. False: the next deployment becomes production, whatever is asked. */
  readonly hasProduction?: boolean;
  readonly customEnvironments?: readonly CustomEnvironment[];
  /** Of production, before those that Vercel gives. Default: none. */
  readonly domains?: readonly string[];
  /** Leave `targets` out of the project's reply, as Vercel's API allows. Default false. */
  readonly omitTargets?: boolean;
  /** Members of the project's reply, to add or to put in another's place. Undefined as a value leaves one out. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly variables?: readonly VariableOptions[];
  /** Whether an app's token is refused the variables. Default false. */
  readonly variablesNeedUser?: boolean;
  /** The code by which an app's token is refused their values, as where someone must prove anew who they are. Default: none. */
  readonly pullChallenge?: string;
  /** Whether those of production are only counted. Default false. */
  readonly hideProductionVariables?: boolean;
}

/** An environment variable; its value is the sandbox's to make, unless a test wants one of its own. */
export interface VariableOptions {
  readonly key: string;
  /** As a pull gives it; lists never show it. */
  readonly value?: string;
  /** Default `encrypted`. */
  readonly type?: 'plain' | 'encrypted' | 'sensitive' | 'system';
  /** Default: production, preview, development. */
  readonly target?: readonly ('production' | 'preview' | 'development')[];
  readonly customEnvironmentIds?: readonly string[];
  readonly gitBranch?: string;
  /** Milliseconds since 1970. Default: now. */
  readonly createdAt?: number;
}

/** The same as it is stored. */
export interface ProjectVariable extends Required<Omit<VariableOptions, 'gitBranch' | 'value'>> {
  readonly id: string;
  readonly value?: string;
  readonly gitBranch?: string;
  readonly updatedAt: number;
}

export interface ClaimRule {
  readonly name: string;
  readonly values: readonly { readonly value: string; readonly wildcards?: boolean }[];
}

/** An OIDC federation policy; what is left out is as in the default policy. */
export interface PolicyOptions {
  readonly policyId: string;
  readonly name?: string;
  readonly clientId?: string;
  readonly issuerUrl?: string;
  readonly claims?: readonly ClaimRule[];
  readonly permissions?: readonly string[];
  readonly commands?: readonly string[];
  /** `['*']` all, `[]` none, left out: every project. */
  readonly projectIds?: readonly string[];
}

export interface Policy extends PolicyOptions {
  readonly name: string;
  readonly clientId: string;
  readonly issuerUrl: string;
  readonly claims: readonly ClaimRule[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface Team {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

export interface User {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly email: string;
}

/** An access token of this Vercel. Times in milliseconds since 1970. */
export interface IssuedToken {
  readonly id: string;
  readonly value: string;
  /** `app`: exchanged; `classic`: made by a user in the dashboard. */
  readonly kind: 'app' | 'classic';
  readonly sessionId: string;
  /** Who acts: the app's or the user's id. */
  readonly principalId: string;
  readonly teamId: string;
  readonly clientId?: string;
  readonly policyId?: string;
  readonly permissions?: readonly string[];
  /** Undefined: every project. */
  readonly projectIds?: readonly string[];
  readonly subject?: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  revokedAt?: number;
}

export interface SandboxProject extends ProjectOptions {
  readonly accountId: string;
  readonly createdAt: number;
  readonly customEnvironments: readonly CustomEnvironment[];
}

export interface StoredFile {
  readonly sha: string;
  readonly size: number;
  /** Read anew each time; undefined for what is too large to be kept (`contents`): only counted and hashed. */
  readonly bytes: Uint8Array | undefined;
  /** The same piece by piece. */
  chunks(): Iterable<Uint8Array> | undefined;
}

/** What Vercel knows: to be read by tests, and changed by them only through its methods. */
export interface VercelSandbox {
  readonly team: Team;
  readonly user: User;
  /** A user's own token (`vcp_…`), as people store it today. */
  readonly classicToken: string;
  readonly tokens: readonly IssuedToken[];
  readonly policies: readonly Policy[];
  readonly projects: readonly SandboxProject[];
  readonly deployments: readonly SandboxDeployment[];
  readonly files: ReadonlyMap<string, StoredFile>;
  readonly events: readonly ActivityEvent[];
  /** Who came to a deployment's own address, or to a name that points at one. */
  readonly visits: readonly SiteVisit[];
  /** What the project's deployments answer from now on. */
  planSite(projectId: string, plan: Partial<SitePlan>): void;
  /** A user's token with an end, as an engine of Vault makes it; of the team, or of some projects. */
  issueUserToken(lifeSeconds: number, projectIds?: readonly string[]): { readonly id: string; readonly token: string };
  revokeUserToken(id: string): void;
  /** `readyState` as a poll would show it now. */
  readyStateOf(deployment: SandboxDeployment): string;
  planDeployments(plan: Partial<DeploymentPlan>): void;
  /** A deployment that someone else made: a look-alike for lists. */
  plantDeployment(planted: PlantedDeployment): SandboxDeployment;
  /** A line of the activity log. */
  plantEvent(planted: PlantedEvent): ActivityEvent;
  /** The payload that an event of this type about the deployment has; throws for a type whose payload is not known. */
  payloadOf(type: string, deployment: SandboxDeployment, about?: EventAbout): Record<string, unknown>;
  /** That of `oidc-policy-used-to-obtain-app-token`, for a token that was issued or for one that is made up. */
  usePayload(
    policyId: string,
    token: { readonly id: string; readonly subject?: string },
  ): Readonly<Record<string, unknown>>;
  /** Makes an environment variable, or gives it a new value. */
  setVariable(projectId: string, options: VariableOptions): ProjectVariable;
  removeVariable(projectId: string, key: string): void;
  /** Lets a deployment go on that is BLOCKED. */
  approve(deployment: SandboxDeployment): void;
  /** How the changes of production that are asked for from now on will go. Default: they succeed. */
  planAliasRequests(projectId: string, outcome: AliasOutcome): void;
  /** Production serves an older deployment again; from now on new ones get no domain until one is promoted. */
  rollBack(projectId: string, deploymentId: string): void;
  /**
   * From now on production's traffic moves by stages: the next deployment ends ROLLING, and those after it wait.
   * `shown`: the project's reply tells of the release, not only of the settings. Default false.
   */
  startRollingRelease(projectId: string, options?: { readonly shown?: boolean }): void;
  /** All traffic moves to the one that is ROLLING, and the longest waiting takes its place. */
  completeRollingRelease(projectId: string): void;
}
