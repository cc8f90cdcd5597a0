import type { SmokeCheck, SmokeRollback } from '../smoke/types.ts';

/** What the deployment answered, in a run that tested it. */
export interface RecordedSmoke {
  readonly checks: readonly RecordedCheck[];
  readonly rollback?: SmokeRollback;
}

export interface RecordedCheck {
  readonly subject: SmokeCheck['subject'];
  readonly host: string;
  readonly passed: boolean;
  readonly startedAt: string;
  readonly paths: readonly RecordedPath[];
}

export interface RecordedPath {
  readonly path: string;
  readonly wantedStatus: number;
  readonly wantedText?: string;
  readonly ok: boolean;
  /** Of the last answer; absent where none came. */
  readonly status?: number;
  readonly textFound?: boolean;
  readonly fault?: string;
  readonly protected?: true;
  readonly tokenShown?: true;
  readonly attempts: number;
  readonly ms: number;
}
