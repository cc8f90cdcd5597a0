import type { SignerName } from '../policy/types.ts';
import type { Secret } from '../secret.ts';
import type { PolicyChoice } from '../sources/types.ts';
import type { StoreChoice, StoreSecrets } from '../store/types.ts';

/** What a deployment is for. A custom environment is named by its slug. */
export type Target =
  { readonly kind: 'preview' } | { readonly kind: 'production' } | { readonly kind: 'custom'; readonly slug: string };

/**
 * What the step's environment says of the build. Asserted, not verified: repository variables and earlier script
 * lines can override every one of these. Absent and empty are the same here.
 */
export interface AssertedBuild {
  readonly workspace?: string;
  readonly workspaceUuid?: string;
  readonly repositorySlug?: string;
  readonly repositoryFullName?: string;
  readonly repositoryUuid?: string;
  readonly pipelineUuid?: string;
  readonly stepUuid?: string;
  readonly stepRunNumber?: string;
  readonly buildNumber?: string;
  readonly commit?: string;
  readonly branch?: string;
  readonly tag?: string;
  readonly pullRequestId?: string;
  readonly deploymentEnvironment?: string;
  readonly deploymentEnvironmentUuid?: string;
  readonly stepTriggererUuid?: string;
}

/** How the deployment is made. */
export interface DeploySettings {
  /** `prebuilt`: the output of `vercel build`; `source`: the files themselves, which Vercel builds. */
  readonly mode: 'prebuilt' | 'source';
  readonly upload: 'auto' | 'files' | 'archive';
  /** A new deployment even where the same one exists. */
  readonly force: boolean;
  /** Host names, with `{branch}`, `{pr}` and `{commit}` still in them. */
  readonly aliases: readonly string[];
  /** Empty: the project's own. */
  readonly regions: readonly string[];
  /** False stages a production deployment. */
  readonly autoAssignDomains: boolean;
  readonly sendGitAuthor: boolean;
  /** False ends the run when the deployment is created. */
  readonly wait: boolean;
}

/** What must answer, and how. */
export interface SmokePath {
  /** Begins with `/`. */
  readonly path: string;
  readonly status: number;
  /** What the body must have in it. */
  readonly text: string | undefined;
}

/** What happens after a deployment, or without one. */
export interface AfterSettings {
  /** An id, an address, `build:NUMBER` or a path relative to the clone. */
  readonly deployment: string | undefined;
  readonly smokePaths: readonly SmokePath[];
  readonly rollbackOnFailure: boolean;
  /** Of `cleanup`. */
  readonly dryRun: boolean;
  readonly cleanupAgeMs: number;
  readonly pullEnvironment: boolean;
  readonly doctorLive: boolean;
  readonly codeInsights: boolean;
}

/** The environment, parsed once and for all. Every default is filled in; nothing later reads a variable. */
export interface Config {
  readonly teamId: string;
  readonly projectId: string;
  readonly target: Target;
  /** Absolute: the folder that holds `.vercel/output`. */
  readonly directory: string;
  /** Absolute: the clone, or the working folder outside Bitbucket. */
  readonly cloneDir: string;
  /** The user's own `meta`, in the order given. */
  readonly meta: Readonly<Record<string, string>>;
  readonly deploy: DeploySettings;
  readonly after: AfterSettings;
  readonly policy: PolicyChoice;
  /** As it was given: a policy must be signed by it. */
  readonly policyKey: string | undefined;
  readonly audience: string | undefined;
  readonly vercelPolicyId: string | undefined;
  readonly exchange: string | undefined;
  readonly vercelToken: Secret | undefined;
  readonly exchangeClientSecret: Secret | undefined;
  readonly stepToken: Secret | undefined;
  /** `auto` leaves it to the grant. */
  readonly signer: 'auto' | SignerName;
  /** There where `signer` is `key`. */
  readonly signingKey: Secret | undefined;
  /** http or https. */
  readonly timestampUrl: string | undefined;
  readonly store: StoreChoice | undefined;
  readonly storeSecrets: StoreSecrets;
  /** Absolute. */
  readonly recordDir: string;
  /** Absolute: Bitbucket's file of variables for later steps. */
  readonly outputsPath: string | undefined;
  /** Absolute folders for a temporary archive, the first that can be written counts. */
  readonly tempDirs: readonly string[];
  /** Milliseconds for the whole run. */
  readonly timeoutMs: number;
  readonly issuer: string | undefined;
  /** No trailing slash. */
  readonly apiUrl: string;
  readonly bitbucketToken: Secret | undefined;
  /** No trailing slash. */
  readonly bitbucketApiUrl: string;
  /** Something that is asked stands on a loopback address: the record then says so, and `verify` refuses it unless asked. */
  readonly sandbox: boolean;
  readonly build: AssertedBuild;
}
