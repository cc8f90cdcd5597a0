import type { Assurance } from '../record/types.ts';
import type { AuditClass } from './classes.ts';

export type * from './asked.ts';
export type * from './seen.ts';
export type * from './summary.ts';

/** What an audit is about. Times are milliseconds since 1970; `since` is in it, `until` is not. */
export interface Scope {
  readonly teamId: string;
  /** Empty: every project of the team. */
  readonly projectIds: readonly string[];
  readonly since: number;
  readonly until: number;
}

/** One line of the audit: a deployment, a change that Vercel's event history tells of, or a record without a deployment. */
export interface Row {
  readonly kind: 'deployment' | 'change' | 'record';
  /**
   * `dpl_…`, or its address where Vercel tells no id; the event's id; or the record's file name: unique within its kind.
   */
  readonly id: string;
  readonly class: AuditClass;
  /** Of an exception: what it would be without. */
  readonly instead?: AuditClass;
  /** What was got and what was wanted, a sentence each; the first is the decisive one. Empty where all is well. */
  readonly reasons: readonly string[];
  /** Of a change: what was done. */
  readonly change?: ChangeKind;
  /** Milliseconds since 1970: when it was created or done. */
  readonly at: number;
  readonly projectId: string;
  /** `preview`, `production`, or a custom environment's slug. */
  readonly target: string;
  /** True where it changed, or may have changed, what production serves. */
  readonly production: boolean;
  /** Who, as far as it is known: Bitbucket's word before Vercel's. */
  readonly person?: string;
  /** The same one by the id that whoever named them gives: a name can be changed, and borne by several. */
  readonly personId?: string;
  readonly deployment?: RowDeployment;
  readonly event?: RowEvent;
  readonly record?: RowRecord;
  readonly build?: RowBuild;
  readonly review?: RowReview;
  readonly exception?: RowException;
  /** The evidence chain, in the order in which it was looked at. */
  readonly checks: readonly Check[];
}

/** `ok` and `bad` were looked at; `missing` could not be; `none` does not apply. */
export interface Check {
  readonly name: CheckName;
  readonly state: 'ok' | 'bad' | 'missing' | 'none';
  readonly found: string;
}

export type CheckName =
  'record' | 'signature' | 'time' | 'deployment' | 'event' | 'build' | 'step' | 'review' | 'policy' | 'vercel-policy';

export type ChangeKind = 'promotion' | 'rollback' | 'alias' | 'deletion' | 'undeletion';

export interface RowDeployment {
  readonly id: string;
  readonly url?: string;
  readonly inspectorUrl?: string;
  readonly source?: string;
  readonly readyState: string;
  readonly readyAt?: number;
  readonly creatorType?: string;
  readonly creator?: string;
  /** True where the list shows it no more. */
  readonly deleted?: true;
}

export interface RowEvent {
  readonly id: string;
  readonly type: string;
  readonly at: number;
  readonly principalId?: string;
  readonly principal?: string;
  readonly tokenId?: string;
  readonly requestId?: string;
  /** Of the Vercel policy by which the token was got. */
  readonly policyId?: string;
  readonly alias?: string;
}

export interface RowRecord {
  readonly file: string;
  /** SHA-256 of the bundle's bytes, hex. */
  readonly digest: string;
  readonly recordId: string;
  readonly action: string;
  readonly outcome?: string;
  readonly assurance?: Assurance;
  readonly keyId?: string;
  readonly timedBy?: 'timestamp' | 'vercel';
  readonly policyDigest?: string;
  readonly grant?: string;
  readonly pipeVersion: string;
  readonly startedAt: number;
  readonly deployedAt?: number;
}

export interface RowBuild {
  readonly repositoryUuid: string;
  readonly repository?: string;
  readonly pipelineUuid: string;
  readonly stepUuid?: string;
  readonly buildNumber?: number;
  readonly commit?: string;
  readonly ref?: string;
  readonly trigger?: string;
  readonly creator?: string;
  readonly createdAt?: number;
  readonly url?: string;
}

export interface RowReview {
  readonly pullRequest: number;
  readonly author?: string;
  readonly approvedBy: readonly string[];
  readonly url?: string;
}

export interface RowException {
  readonly id: string;
  readonly reason: string;
  readonly approver: string;
  readonly ticket: string;
  readonly expires: number;
}
