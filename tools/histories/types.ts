import type { AllowedPolicy, AuditException, CheckpointEntry } from '../../src/audit/records/types.ts';
import type {
  Asked,
  Row,
  Scope,
  SeenDeployment,
  SeenEvent,
  SeenPipeline,
  SeenRecord,
  SeenReview,
  SeenStep,
} from '../../src/audit/types.ts';
import type { AuditClass } from '../../src/audit/classes.ts';

export interface HistoryOptions {
  /** How many things happen. Most leave one deployment; some none, or two. */
  readonly size: number;
  /** Share of what happens that is a planted fault, 0 to 1. Default: mixed by the seed. */
  readonly faults?: number;
  /** Names of {@link SCENES}: nothing else happens. Default: all. */
  readonly only?: readonly string[];
  /** `false`: neither list of policies, nor exceptions, nor an earlier checkpoint. Default true. */
  readonly extras?: boolean;
  /** Only what can be planted on the wire: every answer that is asked for comes, and every file can be read. Default false. */
  readonly wire?: boolean;
  /** Of the tokens that keyless records are bound to. Default: Bitbucket's own address. */
  readonly issuer?: string;
  /** Share of the deployments whose record is keyless, 0 to 1. Default: three in five. */
  readonly keyless?: number;
  /** When the period begins, milliseconds since 1970. Default: 1 October 2026. */
  readonly since?: number;
  /** How long it is. Default: up to 30, by the seed; and 90 for more than 2,000 things. */
  readonly days?: number;
}

/** A project with the repository that deploys it. */
export interface HistorySite {
  readonly projectId: string;
  readonly projectName: string;
  readonly repositoryUuid: string;
  /** `workspace/slug`. */
  readonly repository: string;
}

/** All that an audit can see of a made-up period, and what it must say of each. Lists are sorted by time, as they come. */
export interface History {
  readonly seed: number;
  readonly scope: Scope;
  readonly workspaceUuid: string;
  readonly issuer: string;
  readonly sites: readonly HistorySite[];
  /** When the audit is made: an exception that ends before covers nothing. */
  readonly now: number;
  /** As the list has them: what was deleted for good is in {@link events} alone. */
  readonly deployments: readonly SeenDeployment[];
  readonly events: readonly SeenEvent[];
  /** What Bitbucket answers; a pipeline that is not in it is one that Bitbucket does not know. */
  readonly pipelines: ReadonlyMap<string, Asked<SeenPipeline>>;
  /** By the pipeline's UUID. */
  readonly steps: ReadonlyMap<string, Asked<readonly SeenStep[]>>;
  /** By `repositoryUuid/pullRequest` and by `repositoryUuid/commit`. */
  readonly reviews: ReadonlyMap<string, Asked<SeenReview>>;
  readonly records: readonly SeenRecord[];
  /** Why the folders could not be read as a whole; empty where they were. */
  readonly recordsMissing: readonly string[];
  readonly policies: readonly AllowedPolicy[] | undefined;
  readonly exceptions: readonly AuditException[];
  /** Lines of the earlier checkpoint's list: of records that are there, and of those that are gone. */
  readonly previous: readonly CheckpointEntry[];
  readonly expected: readonly ExpectedRow[];
}

/** A row that the audit must give, by construction: nothing of it was computed from what was seen. */
export interface ExpectedRow extends Pick<Row, 'kind' | 'id' | 'class' | 'change' | 'instead'> {
  /** Name of the scene that made it. */
  readonly scene: string;
}

/** Before exceptions: `class` is what it is without. */
export type PlainExpected = Omit<ExpectedRow, 'instead'>;

/** The key of a row: `kind id`. */
export function rowKey({ kind, id }: Pick<Row, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}

/** Rows that are well and say nothing beyond their deployment's: records are counted, and listed only where they are bad. */
export function isListed({ kind, class: name }: { readonly kind: Row['kind']; readonly class: AuditClass }): boolean {
  return kind !== 'record' || name !== 'VERIFIED';
}
