import type { CustomEnvironment } from './types.ts';

export type Outcome =
  | 'READY'
  | 'ERROR'
  | 'CANCELED'
  | 'BLOCKED'
  | 'DELETED'
  /** READY, but the alias could not be assigned. */
  | 'ALIAS_ERROR'
  /** READY, but the check `deployment-alias` failed. */
  | 'CHECKS_FAILED'
  /** BUILDING for ever. */
  | 'STUCK';

/** How the deployments from now on will go. */
export interface DeploymentPlan {
  readonly outcome: Outcome;
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
}

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

/** A deployment, with everything that was sent for it. */
export interface SandboxDeployment {
  readonly id: string;
  readonly url: string;
  readonly name: string;
  readonly projectId: string;
  readonly teamId: string;
  readonly target: 'production' | 'staging' | null;
  readonly customEnvironment: CustomEnvironment | undefined;
  readonly files: readonly FileEntry[];
  readonly meta: Readonly<Record<string, string>>;
  /** The body of the create request, as it came; undefined for a planted one. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly query: Readonly<Record<string, string>>;
  readonly creator: { readonly type: 'user' | 'app'; readonly uid: string };
  readonly prebuilt: boolean;
  readonly autoAssignCustomDomains: boolean;
  readonly createdAt: number;
  readonly plan: DeploymentPlan;
  readonly aliases: readonly string[];
  /** Index into the states that its outcome passes through. */
  position: number;
  polls: number;
  listRequests: number;
  canceledAt: number | undefined;
  readonly events: BuildEvent[];
}

export interface PlantedDeployment {
  readonly projectId: string;
  readonly target?: 'production';
  readonly meta?: Readonly<Record<string, string>>;
  /** Default: a user who is not of this sandbox. */
  readonly creator?: SandboxDeployment['creator'];
  readonly createdAt?: number;
}
