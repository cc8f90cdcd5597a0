import type { CustomEnvironment } from './types.ts';

export type Outcome =
  | 'READY'
  | 'ERROR'
  | 'CANCELED'
  /** With `seatBlock` for an `errorCode` about seats; else it waits for someone's approval (`approve`). */
  | 'BLOCKED'
  | 'DELETED'
  /** READY, but the alias could not be assigned. */
  | 'ALIAS_ERROR'
  /** READY, but the check `deployment-alias` failed. */
  | 'CHECKS_FAILED'
  /** READY, but a check of the first generation failed. */
  | 'CHECKS_V1_FAILED'
  /** In the last state of `via` for ever. */
  | 'STUCK';

/** How the deployments from now on will go. */
export interface DeploymentPlan {
  readonly outcome: Outcome;
  /** The states before the outcome. Default QUEUED, BUILDING; BLOCKED comes after the first of them. */
  readonly via: readonly [ReadyState, ...ReadyState[]];
  /** The last state is seen at this poll; the states between are spread over the polls before. Default 3. */
  readonly polls: number;
  /** Between two items of a followed event stream, which moves the deployment on too. Default 5. */
  readonly eventMs: number;
  /** Where set, time alone moves the deployment on to its last state. */
  readonly durationMs: number | undefined;
  /** A new deployment shows in lists only after this many list requests. Default 0. */
  readonly listedAfter: number;
  /** Of a failure or a block. Default: what Vercel says for the outcome. */
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
  /** Whether QUEUED is said to be in the queue of concurrent builds. Default false. */
  readonly queued: boolean;
  /** Whether create and read answer in the short form. Default false. */
  readonly shortForm: boolean;
  /** How a deployment that was DELETED is read: by its state (default), or refused with this status. */
  readonly deletedAs: 'state' | 404 | 410;
}

/** On the way. `ANALYZING` and `DEPLOYING` are of older days, and may still be met. */
export type ReadyState = 'QUEUED' | 'INITIALIZING' | 'ANALYZING' | 'BUILDING' | 'DEPLOYING';

export interface FileEntry {
  readonly file: string;
  readonly kind: 'file' | 'symlink' | 'directory';
  readonly mode: number;
  /** Undefined for a directory. */
  readonly sha: string | undefined;
  readonly size: number;
}

export interface BuildEvent {
  readonly id: string;
  readonly serial: string;
  readonly type: string;
  readonly date: number;
  readonly text: string;
  readonly level?: string;
  readonly readyState?: string;
  readonly alias?: readonly string[];
}

/** A name that points at a deployment because someone asked for it. */
export interface AssignedAlias {
  readonly uid: string;
  readonly alias: string;
  /** ISO 8601. */
  readonly created: string;
  readonly deploymentId: string;
  readonly redirect: string | null;
}

/** Who made a deployment. What is left out is not in the replies, unless it is the sandbox's own user. */
export interface Creator {
  readonly type: 'user' | 'app' | 'integration' | 'system';
  readonly uid: string;
  readonly username?: string;
  readonly email?: string;
  readonly githubLogin?: string;
  readonly gitlabLogin?: string;
}

/** That it was deleted, and lists still have it. */
export interface Deletion {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** By the project's retention, not by someone. */
  readonly byRetention: boolean;
}

/** A deployment, with everything that was sent for it. */
export interface SandboxDeployment {
  readonly id: string;
  readonly url: string;
  readonly name: string;
  readonly projectId: string;
  readonly teamId: string;
  readonly target: 'production' | 'staging' | null;
  readonly customEnvironment: CustomEnvironment | undefined;
  /** As they were sent: an archive's parts. */
  readonly files: readonly FileEntry[];
  /** What the archive holds, up to where it is broken; undefined where none was sent or unpacked. */
  readonly unpacked: readonly FileEntry[] | undefined;
  readonly meta: Readonly<Record<string, string>>;
  /** The body of the create request, as it came; undefined for a planted one. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly query: Readonly<Record<string, string>>;
  readonly creator: Creator;
  /** How Vercel says that it came about; undefined: what the create request said of itself. */
  readonly source: string | undefined;
  readonly prebuilt: boolean;
  readonly autoAssignCustomDomains: boolean;
  readonly createdAt: number;
  plan: DeploymentPlan;
  /** The names that Vercel gives it by itself. */
  readonly aliases: readonly string[];
  /** Whether those names point at it, or have done so. */
  assigned: boolean;
  /** Of production's traffic: never had any, has a share, has or had all. */
  substate: 'STAGED' | 'ROLLING' | 'PROMOTED';
  /** Index into the states that its outcome passes through. */
  position: number;
  polls: number;
  listRequests: number;
  canceledAt: number | undefined;
  deletion: Deletion | undefined;
  /** Milliseconds since 1970; undefined where it never was brought back. */
  undeletedAt: number | undefined;
  /** Undefined: as soon as it may be. */
  readonly readyAt: number | undefined;
  readonly events: BuildEvent[];
}

/** How lists answer where nobody says what Vercel does. */
export interface ListOptions {
  /**
   * What becomes of several of one time at the end of a page: it grows until all of them are on it (`whole`, default; never
   * at a limit of 1), or ends at its limit, and what is left of them comes on no other page (`lost`), or all of them come
   * again (`again`: `until` is in the answer).
   */
  readonly ties?: 'whole' | 'lost' | 'again';
}

/** A deployment that was not made over the API. It costs the same however many there are. */
export interface PlantedDeployment {
  readonly projectId: string;
  /** Default: one that is made up. */
  readonly id?: string;
  /** Host name. Default: one that is made up. */
  readonly url?: string;
  /** Default: the project's. */
  readonly name?: string;
  /** One of the project's. Default: none. */
  readonly customEnvironment?: CustomEnvironment;
  /** `git`, `cli`, `redeploy`, `v0-web`, … Default: null. */
  readonly source?: string;
  /** Default false. */
  readonly prebuilt?: boolean;
  /** Milliseconds since 1970. Default: 1 ms after its creation. */
  readonly readyAt?: number;
  /** Default: PROMOTED for what has been production, else STAGED. */
  readonly readySubstate?: SandboxDeployment['substate'];
  readonly deletion?: Deletion;
  readonly undeletedAt?: number;
  readonly target?: 'production' | 'staging' | null;
  readonly meta?: Readonly<Record<string, string>>;
  readonly files?: readonly FileEntry[];
  /** Default: a user who is not of this sandbox. */
  readonly creator?: SandboxDeployment['creator'];
  readonly createdAt?: number;
  /** Default: READY, and listed at once. */
  readonly plan?: Partial<DeploymentPlan>;
  /** Default false: it has come to its end. */
  readonly underWay?: boolean;
  /** Whether it is built and got no domain. Default false. */
  readonly staged?: boolean;
}
