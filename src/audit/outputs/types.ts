import type { Files, Threads } from '../../platform/types.ts';
import type { AuditClass, ClassCounts } from '../classes.ts';
import type { Row, Summary } from '../types.ts';

/** Rows that can be read any number of times, in the order of their time. */
export interface RowSource {
  readonly count: number;
  /** How many of each class. */
  readonly classes: ClassCounts;
  read(): AsyncIterable<Row>;
  /** The same with their texts, where a source has them; several at a time. */
  readWritten?(): AsyncIterable<readonly WrittenRow[]>;
}

export interface WrittenRow {
  readonly row: Row;
  /** As `writeRow` has written it, UTF-8. */
  readonly text: Uint8Array;
}

/** A row as {@link RowFile} keeps it. */
export interface RowFileLine {
  /** What it is sorted by; in one line, as the text is. */
  readonly key: string;
  readonly class: AuditClass;
  /** Of bytes: UTF-8, good until it is added. */
  readonly text: string | Uint8Array;
}

/** Rows that are on disk, sorted by time, kind and id, each as its line of JSON. */
export interface RowFile extends RowSource {
  /** @throws {Error} where `read` was called before. */
  add(row: Row): Promise<void>;
  /** A row that another thread has written. */
  addLine(line: RowFileLine): Promise<void>;
  readWritten(): AsyncIterable<readonly WrittenRow[]>;
  /** Takes the work files away. */
  remove(): Promise<void>;
}

export interface OutputOptions {
  readonly files: Files;
  /** Absolute; made where it is missing. What stands there under the names of ours is replaced. */
  readonly folder: string;
  /** One of them writes the tables; undefined where that is not worth it. */
  readonly threads?: Threads | undefined;
  /** True where records of a sandbox may be among them: the page's commands then allow it. */
  readonly allowSandbox?: boolean | undefined;
}

/** A file that was written. */
export interface WrittenFile {
  /** `audit.json`, … in the folder. */
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of its bytes, hex. */
  readonly digest: string;
}

export interface WrittenOutputs {
  readonly files: readonly WrittenFile[];
  /** Rows that are not explained, the worst first, at most 100: for whoever tells people of it. */
  readonly worst: readonly Row[];
}

/** A checkpoint and what it signs the digests of; absolute paths. */
export interface CheckpointFiles {
  readonly bundle: string;
  readonly list: string;
  readonly answers?: string | undefined;
}

export interface PackOptions {
  readonly files: Files;
  /** Of the zip, absolute. What stands there is replaced. */
  readonly path: string;
  /** Absolute, for files that are taken away at the end; made where it is missing. */
  readonly workFolder: string;
  readonly rows: RowSource;
  /** The records of rows of these classes; undefined for those of all rows. */
  readonly classes?: readonly AuditClass[] | undefined;
  /** Absolute: the folders that the records were read from. */
  readonly recordFolders: readonly string[];
  /** Absolute paths of what was trusted. */
  readonly trust: {
    readonly publicKey?: string | undefined;
    readonly keyList?: string | undefined;
    readonly issuerKeys?: string | undefined;
    readonly tsa?: string | undefined;
  };
  /** SPKI in PEM: of whoever signed checkpoints, exceptions and result. Those of keyless statements stand in their proofs. */
  readonly auditKeys: readonly string[];
  /** The oldest first, each made on the one before it. */
  readonly checkpoints: readonly CheckpointFiles[];
  /** Absolute paths: exceptions, policies, and the audit's own files. */
  readonly exceptions: readonly string[];
  readonly policies: readonly string[];
  readonly reports: readonly string[];
  /** True where records of a sandbox are among them: the commands then allow it. */
  readonly allowSandbox?: boolean;
}

export interface WrittenPack extends WrittenFile {
  /** How many files are in it. */
  readonly entries: number;
  /** Runs whose records are in it. */
  readonly records: number;
  /** Why something is not in it, a sentence each. */
  readonly missing: readonly string[];
}

export interface MergeOptions {
  readonly files: Files;
  /** `audit.json` files, absolute; at least one. */
  readonly paths: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface MergedAudits extends RowSource {
  readonly summary: Summary;
}
