import type { Attested } from '../../record/index.ts';
import type { AuditClass } from '../classes.ts';

/** Of a file of exceptions. Times are milliseconds since 1970. */
export interface AuditException {
  readonly id: string;
  readonly reason: string;
  readonly approver: string;
  readonly ticket: string;
  /** From then on it covers nothing. */
  readonly expires: number;
  readonly covers: {
    readonly classes: readonly AuditClass[];
    readonly deployments?: readonly string[];
    readonly projects?: readonly string[];
    readonly sources?: readonly string[];
    readonly persons?: readonly string[];
    readonly personIds?: readonly string[];
    /** `from` is in it, `until` is not. */
    readonly from?: number;
    readonly until?: number;
  };
}

/** A file of exceptions whose signature holds. */
export interface Exceptions {
  readonly items: readonly AuditException[];
  readonly signed: Attested;
}

/** A policy that was allowed to decide, and when. Times are milliseconds since 1970; `from` is in it, `until` is not. */
export interface AllowedPolicy {
  /** SHA-256 of its file, hex. */
  readonly digest: string;
  readonly from: number;
  readonly until?: number;
  /** UUIDs in lower case without braces: whose steps it may decide for; undefined: anybody's. */
  readonly repositories?: readonly string[];
  readonly name?: string;
  /** When the policy itself ends. */
  readonly expires?: number;
}
