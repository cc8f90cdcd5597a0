import type { AuditClass } from '../classes.ts';
import type {
  Asked,
  PopulationState,
  Row,
  RowException,
  Scope,
  SeenDeployment,
  SeenEvent,
  SeenPipeline,
  SeenRecord,
  SeenReview,
  SeenStep,
  Summary,
} from '../types.ts';

/**
 * What belongs together, of a share of all deployments: everything about one deployment lies in one bucket. Each thing
 * is in exactly one bucket as itself, by `homeOf…`; of a record, copies are in others, by `linksOf`.
 */
export interface Bucket {
  readonly deployments: readonly SeenDeployment[];
  readonly events: readonly SeenEvent[];
  /** Counted here. */
  readonly records: readonly SeenRecord[];
  /** Copies of records that tell of something here beside their own subject: removed it, or rolled back to it. Not counted. */
  readonly links: readonly SeenRecord[];
  /** What the earlier checkpoint has counted and is gone. */
  readonly removed: readonly RemovedRecord[];
}

/** A record of the earlier checkpoint whose digest no file has now. */
export interface RemovedRecord {
  /** SHA-256 of the file's bytes, hex. */
  readonly digest: string;
  readonly recordId: string;
  readonly phase: 'intent' | 'result';
  readonly deploymentId?: string;
}

/** A verified result, by the id of its record: what it says of a deployment. */
export interface ResultLink {
  readonly file: string;
  readonly action: string;
  readonly outcome?: string;
  readonly deploymentId?: string;
  readonly origin?: string;
}

/** A deployment whose `meta` names an intent. */
export interface Claim {
  readonly deploymentId: string;
  readonly createdAt: number;
  readonly projectId: string;
  readonly target: string;
}

/** The policies that were allowed, by `--policies`. */
export interface AllowedPolicies {
  /** @param repositoryUuid whose step it decided for; undefined: whoever's. In lower case, without braces */
  allowed(digest: string, at: number, repositoryUuid?: string): boolean;
  /** Milliseconds since 1970. */
  expires?(digest: string): number | undefined;
}

/** What a bucket is compared with. Nothing here waits or asks: what was not asked says so. */
export interface World {
  readonly scope: Scope;
  /** When the audit is made, milliseconds since 1970: an exception counts until it expires. */
  readonly auditedAt: number;
  readonly allowSandbox: boolean;
  /** Undefined without `--policies`. */
  readonly policies?: AllowedPolicies;
  /** Why a population is not whole, a sentence each; empty where it is. */
  gaps(population: PopulationState['name']): readonly string[];
  /** UUIDs in lower case without braces, here and below. `unknown` where it is in no list and was not asked for. */
  pipeline(uuid: string): Asked<SeenPipeline>;
  steps(pipelineUuid: string): Asked<readonly SeenStep[]>;
  /** Pull request of a commit. `absent`: there is none. */
  review(repositoryUuid: string, commit: string): Asked<SeenReview>;
  /** Vercel's policy by which a token was got, of the event history; undefined where no such event names it. */
  policyOfToken(tokenId: string): string | undefined;
  /** Verified results alone. */
  resultsOf(recordId: string): readonly ResultLink[];
  /** The intent with that payload: the best verdict, where several files have it. Those whose verified result is there may be left out. */
  intent(payloadDigest: string): SeenRecord | undefined;
  /** Deployments that name that intent; may be empty where there is but one. */
  claims(payloadDigest: string): readonly Claim[];
  /** Whether the `meta` of any deployment names that: a record by its id, or an intent by its payload's digest. */
  isNamed(recordOrIntent: string): boolean;
  /** Records of the earlier checkpoint that are gone, by the id of the record. */
  removedOf(recordId: string): readonly RemovedRecord[];
  /** The highest `stepRunNumber` that a verified record of this step names; undefined where none does. */
  lastRunOf(pipelineUuid: string, stepUuid: string): number | undefined;
  /** Signed and about this row, expired or not. Only asked for rows of weight `finding`. */
  exceptionFor(row: Row): RowException | undefined;
}

/** The rows of a bucket; and how many records got no row, because nothing is to be told of them that is not told already. */
export interface Classified {
  readonly rows: readonly Row[];
  readonly unlisted: Partial<Readonly<Record<AuditClass, number>>>;
}

/**
 * What must be asked of Bitbucket before a bucket is classified. What the world answers by `found` or `absent` is not in
 * it; what it answers by `unknown` is, so the asker must remember what it asked in vain. Steps and reviews of a pipeline
 * that is not known yet come when it is: ask again after the pipelines.
 */
export interface Needs {
  readonly pipelines: readonly NeededPipeline[];
  readonly steps: readonly (NeededPipeline & { readonly repositoryUuid: string; readonly at: number })[];
  readonly reviews: readonly NeededReview[];
}

/** Of a pipeline. */
export interface BuiltCommit {
  readonly repositoryUuid: string;
  readonly commit: string;
}

export interface NeededReview extends BuiltCommit {
  /**
   * The latest moment that the answer is about, milliseconds since 1970: what Bitbucket has said a day after that is as
   * good as what it says now. Infinity where the moment is not known. Of steps the same.
   */
  readonly at: number;
}

export interface NeededPipeline {
  readonly pipelineUuid: string;
  /** Unknown where only a deployment's `meta` names the pipeline. */
  readonly repositoryUuid?: string;
  readonly workspaceUuid?: string;
}

/** Figures of a whole audit, as far as they come of its rows and records. */
export type Figures = Pick<Summary, 'counts' | 'clocks' | 'dora' | 'inventory'> & {
  /** How many rows each exception covers, by its id. */
  readonly exceptionUses: ReadonlyMap<string, number>;
};

export interface TallyOptions {
  readonly scope: Scope;
  readonly policies?: AllowedPolicies | undefined;
}
