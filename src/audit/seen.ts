import type { Assurance } from '../record/types.ts';

/**
 * What was read, in our terms: each of these is one line of JSON in the spool. Times are milliseconds since 1970; UUIDs
 * are in lower case without braces; texts from outside are cleaned.
 */

/** A deployment of `GET /v7/deployments`. */
export interface SeenDeployment {
  readonly id: string;
  readonly url?: string;
  readonly inspectorUrl?: string;
  readonly projectId: string;
  readonly createdAt: number;
  readonly readyAt?: number;
  readonly readyState: string;
  /** `PROMOTED`: has served production. */
  readonly readySubstate?: string;
  /** `preview`, `production`, or a custom environment's slug. */
  readonly target: string;
  readonly source?: string;
  readonly creatorType?: string;
  readonly creatorId?: string;
  readonly creatorName?: string;
  readonly errorCode?: string;
  /** Deleted by someone, or by the project's retention. */
  readonly deleted?: 'deleted' | 'retention';
  /** Our own keys, and `action`. */
  readonly meta: Readonly<Record<string, string>>;
}

/** An event of `GET /v3/events`. Which members a payload has is not documented: what is not known is absent. */
export interface SeenEvent {
  readonly id: string;
  readonly type: string;
  readonly at: number;
  readonly principalId?: string;
  readonly principalType?: string;
  readonly principalName?: string;
  readonly tokenId?: string;
  readonly requestId?: string;
  readonly deploymentId?: string;
  readonly projectId?: string;
  /** Of `oidc-policy-used-to-obtain-app-token` and `oauth-app-token-created`, whose `tokenId` is of the token made. */
  readonly policyId?: string;
  readonly alias?: string;
  /** Of a rollback: what production served before. */
  readonly fromDeploymentId?: string;
  /** The deployment's own host name: the one thing that every payload has to find it by. */
  readonly url?: string;
  /** Of `deployment` and `deployment-delete`: all that is known of a deployment that the list shows no more. */
  readonly target?: string;
  readonly meta?: Readonly<Record<string, string>>;
  /** Why nobody can say which deployment it is about, or whether that is one of ours: a sentence. */
  readonly unsettled?: string;
}

/** A pipeline of Bitbucket's, with its repository. */
export interface SeenPipeline {
  readonly uuid: string;
  readonly repositoryUuid: string;
  readonly buildNumber?: number;
  readonly commit?: string;
  readonly refKind?: string;
  readonly ref?: string;
  readonly trigger?: string;
  readonly creatorId?: string;
  readonly creatorName?: string;
  readonly createdAt?: number;
  readonly completedAt?: number;
  readonly pullRequest?: number;
  /** Where its configuration came from, where that was not the repository's own file. */
  readonly configuration?: readonly string[];
}

export interface SeenStep {
  readonly uuid: string;
  readonly startedAt?: number;
  readonly completedAt?: number;
}

/** A merged pull request that a commit came by, as it is when it is asked for: about no moment before that. */
export interface SeenReview {
  readonly pullRequest: number;
  readonly createdAt: number;
  readonly author?: string;
  readonly approvals: readonly SeenApproval[];
}

export interface SeenApproval {
  readonly by: string;
  /** Undefined where Bitbucket does not tell: it may have come at any time. */
  readonly at?: number;
}

/** One bundle file, looked at. */
export interface SeenRecord {
  /** Relative to the folder that was given. */
  readonly file: string;
  /** SHA-256 of the file's bytes, hex. */
  readonly digest: string;
  /** Of the DSSE payload, hex: what a result and Vercel's `meta` name an intent by. */
  readonly payloadDigest: string;
  readonly verdict: RecordVerdict;
  /** Verified, or where the verdict is bad what the file claims: only good for finding what it is about. */
  readonly facts: RecordLine;
}

export type RecordVerdict =
  | {
      readonly state: 'verified';
      readonly assurance: Assurance;
      readonly keyId: string;
      /** By a trusted authority. */
      readonly timestampAt?: number;
      /** SHA-256 of what was trusted when it was proved: another trust wants another proof. */
      readonly trust: string;
      /** True where the previous checkpoint has proved it. */
      readonly carried?: true;
    }
  /** `refused`: signature or content is not what it claims. `unchecked`: nothing was there to check it with. */
  | { readonly state: 'refused' | 'unchecked'; readonly code: string; readonly reason: string };

/** What a record says, as far as the audit needs it. */
export interface RecordLine {
  readonly recordId: string;
  readonly phase: 'intent' | 'result';
  readonly action: string;
  readonly outcome?: string;
  readonly sandbox?: true;
  readonly intentDigest?: string;
  readonly teamId: string;
  readonly projectId: string;
  readonly projectName?: string;
  readonly target: string;
  readonly deployment?: {
    readonly id: string;
    readonly url?: string;
    readonly target?: string;
    readonly readySubstate?: string;
    readonly aliases: readonly string[];
    readonly createdAt?: number;
    readonly readyAt?: number;
    /** `created`, `adopted`, `deduplicated`. */
    readonly origin?: string;
    /** Of the record that an older deployment was made by. */
    readonly originRecordId?: string;
    readonly originIntentDigest?: string;
  };
  /** Of a promotion or rollback. */
  readonly actsOn?: string;
  /** Of a deploy whose test of production failed: what production was moved back to. */
  readonly rolledBackTo?: string;
  /** Of a cleanup's result: deployments that were removed or canceled. */
  readonly removed?: readonly string[];
  readonly issuer: string;
  readonly workspaceUuid: string;
  readonly repositoryUuid: string;
  readonly pipelineUuid: string;
  readonly stepUuid: string;
  readonly environment?: string;
  readonly tokenIssuedAt: number;
  readonly tokenExpiresAt: number;
  /** Asserted by the step. */
  readonly repository?: string;
  readonly buildNumber?: string;
  readonly stepRunNumber?: string;
  readonly commit?: string;
  readonly branch?: string;
  readonly tag?: string;
  readonly runUrl?: string;
  readonly policyDigest?: string;
  readonly grant?: string;
  readonly expiredPolicy?: true;
  /** Of the last Vercel exchange: the policy that was named. */
  readonly vercelPolicyId?: string;
  /** Of the last hop. */
  readonly hop?: string;
  readonly signerMode: string;
  readonly pipeVersion: string;
  readonly startedAt: number;
  readonly deployedAt?: number;
  readonly signedAt: number;
}
