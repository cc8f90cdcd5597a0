import type { AuditClass } from './classes.ts';
import type { Row, RowException, Scope } from './types.ts';

/** Figures of a whole audit. What is here is asserted: the counts of a population add up to what was seen. */
export interface Summary {
  readonly auditVersion: '1';
  readonly pipeVersion: string;
  readonly scope: Scope;
  /** When the audit was made, milliseconds since 1970. */
  readonly auditedAt: number;
  /** Identity of the auditing step, or undefined where none was given. */
  readonly auditor?: Readonly<Record<string, string>>;
  readonly status: 0 | 1 | 3 | 4;
  readonly counts: Readonly<Record<Row['kind'], Count>>;
  /** All of what was read, and what could not be. */
  readonly populations: readonly PopulationState[];
  readonly clocks: readonly ClockDifference[];
  readonly dora: Dora;
  readonly inventory: Inventory;
  readonly exceptions: readonly ExceptionState[];
  readonly checkpoint?: CheckpointState;
  /** Names of projects by id, where Vercel told them. */
  readonly projects: Readonly<Record<string, string>>;
  /** The audits that this one was merged from. */
  readonly merged?: readonly MergedAudit[];
}

export interface MergedAudit {
  /** File name. */
  readonly file: string;
  /** SHA-256 of the file's bytes, hex. */
  readonly digest: string;
  readonly scope: Scope;
  readonly auditedAt: number;
  readonly pipeVersion: string;
  readonly status: Summary['status'];
}

/** `seen` is counted where things come in, and the classes where they go out. */
export interface Count {
  readonly seen: number;
  readonly classes: Partial<Readonly<Record<AuditClass, number>>>;
}

export interface PopulationState {
  readonly name:
    'deployments' | 'events' | 'pipelines' | 'steps' | 'reviews' | 'records' | 'intents' | 'vercel-policies';
  readonly seen: number;
  /** Why it is not whole, a sentence each; empty where it is. */
  readonly missing: readonly string[];
  /** What else is to be said of it, a sentence each: files that are there twice, files that are no records. */
  readonly notes?: readonly string[];
}

/** How far one clock is before another, in milliseconds; negative where it is behind. */
export interface ClockDifference {
  readonly of: string;
  readonly against: string;
  readonly pairs: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** Pairs that are more than one second apart. */
  readonly overOneSecond: number;
}

/** Each with its definition in words, because everyone defines them otherwise. `proxy`: a sign of it, no measure. */
export interface DoraFigure {
  readonly id: 'deployment-frequency' | 'lead-time' | 'change-failure' | 'recovery';
  readonly title: string;
  /** Undefined where there is nothing to measure. */
  readonly value?: number;
  readonly unit: 'per day' | 'ms' | 'share';
  /** How many changes it was made from. */
  readonly from: number;
  readonly definition: string;
  readonly proxy: boolean;
}

export type Dora = readonly DoraFigure[];

export interface Inventory {
  /** Versions of the pipe, and in how many repositories and records each was met. */
  readonly versions: readonly {
    readonly version: string;
    readonly repositories: readonly string[];
    readonly records: number;
  }[];
  /** Policies by digest, with what was decided by each. */
  readonly policies: readonly {
    readonly digest: string;
    readonly records: number;
    readonly lastUsedAt: number;
    readonly allowed?: boolean;
    readonly expires?: number;
  }[];
  /** Stored keys and stored Vercel credentials that were used. */
  readonly statics: readonly {
    readonly kind: 'signer' | 'credential';
    readonly repositoryUuid: string;
    readonly records: number;
    readonly lastUsedAt: number;
  }[];
}

export interface ExceptionState extends RowException {
  /** `unused`: valid, and nothing needed it. */
  readonly state: 'used' | 'unused' | 'expired';
  readonly uses: number;
}

export interface CheckpointState {
  /** File names. */
  readonly written?: string;
  readonly previous?: string;
  readonly records: number;
  readonly added: number;
  readonly removed: number;
  /** Records that were not proved again, because the previous checkpoint has proved them. */
  readonly carried: number;
}
