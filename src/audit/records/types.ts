import type { Files, Threads } from '../../platform/types.ts';
import type { Attested, ExpectedSigner, Trust, TrustMaterial } from '../../record/index.ts';
import type { Signer } from '../../signing/types.ts';
import type { VerifiedIdentity } from '../../identity/types.ts';
import type { KeptAnswer, PopulationState, Scope, SeenRecord } from '../types.ts';

export type * from './exception-types.ts';

/** A file that may be a record, or why there is none to be read. */
export interface FoundFile {
  /** Absolute. */
  readonly path: string;
  readonly fault?: string;
}

export interface ReadRecordsOptions {
  /** Absolute. The records' names are relative to it; where there are several, the folder's name stands before them. */
  readonly folders: readonly string[];
  /** All `*.sigstore.json` below a folder, sorted bytewise in each folder, what cannot be read as `fault`. */
  readonly find: (folder: string) => AsyncIterable<readonly FoundFile[]>;
  readonly files: Files;
  readonly trust: Trust;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** False: a record of a sandbox is `unchecked`, whatever its signature. */
  readonly allowSandbox: boolean;
  /** What an earlier audit has proved; undefined where everything is to be proved. */
  readonly previous?: Pick<Checkpoint, 'list'> | undefined;
  /** What `trust` was read from, and threads that may judge as well; undefined: only this one does. */
  readonly aside?: { readonly material: TrustMaterial; readonly threads: Threads } | undefined;
  /** Gives other work its turn, as `clock.sleep(0, signal)` does; rejects where the run is stopped. */
  readonly rest: () => Promise<void>;
}

/** Records being read. All but `records` is whole only when `records` has come to its end. */
export interface RecordReading {
  /** Every bundle file once, in the order of their names, but for those that `alongside` counts. */
  readonly records: AsyncGenerator<readonly SeenRecord[]>;
  /** Intents that were proved before, and of which a verified result, which was yielded, says all that is asked for. */
  alongside(): number;
  /** `records` (results, and files of no known kind) and `intents`: together as many as were yielded or are `alongside`. */
  populations(): readonly PopulationState[];
  /** For the next checkpoint. */
  ledger(): Ledger;
}

/** Records that hold, as lines of the next list. */
export interface HeldRecords {
  readonly size: number;
  has(digest: string): boolean;
  /** Whether that line of the previous list is still true. @param at its place */
  isSame(at: number | undefined): boolean;
  /** The lines that are not in the previous list, sorted. */
  ownLines(): readonly string[];
}

/** What was seen, as far as a checkpoint needs it. */
export interface Ledger {
  readonly held: HeldRecords;
  /** Digests of the files that were there and do not hold. */
  readonly unheld: ReadonlySet<string>;
  /** How many were not proved again. */
  readonly carried: number;
}

/** A record that an audit has counted: a line of a checkpoint's list. */
export interface CheckpointEntry {
  /** SHA-256 of the bundle file's bytes, hex. */
  readonly digest: string;
  readonly recordId: string;
  readonly phase: 'intent' | 'result';
  /** Of an intent: that of the result that it was compared with, and does not contradict. */
  readonly deploymentId?: string;
  readonly assurance: string;
  /** SHA-256 of what was trusted when it was proved. */
  readonly trust: string;
  /** Milliseconds since 1970, by a trusted authority. */
  readonly timestampAt?: number;
  /**
   * `gone`: an earlier audit has counted it, and it was not there any more. `accepted`: the same, and someone has said
   * that it may be. Nothing ever leaves a list.
   */
  readonly state: 'here' | 'gone' | 'accepted';
}

/** A checkpoint whose signature and list hold. */
export interface Checkpoint {
  /** File name of its bundle. */
  readonly name: string;
  /** SHA-256 of its bundle's bytes, hex: what the next one names it by. */
  readonly digest: string;
  readonly scope: Scope;
  readonly auditedAt: number;
  /** Names and digest of the one before it. */
  readonly previous?: { readonly name: string; readonly digest: string };
  readonly signed: Attested;
  readonly list: CheckpointList;
  readonly listFile: NamedFileDigest;
  /** What Bitbucket has said until then; undefined where the checkpoint hands on nothing. It may be missing. */
  readonly answersFile?: NamedFileDigest;
}

/** A file that a checkpoint names. */
export interface NamedFileDigest {
  /** Absolute. */
  readonly path: string;
  /** SHA-256 of its bytes, hex. */
  readonly digest: string;
}

/** A list in memory that threads share, where nobody writes any more. */
export interface SharedList {
  readonly bytes: Uint8Array;
  /** Where its lines begin. */
  readonly starts: Uint32Array;
  /** Of each line the first 32 bits of its digest. */
  readonly heads: Uint32Array;
  readonly states: Readonly<Record<CheckpointEntry['state'], number>>;
}

/** Sorted by digest, and kept as the bytes of its file: a hundred thousand lines take 25 MB. */
export interface CheckpointList {
  readonly size: number;
  readonly shared: SharedList;
  readonly states: Readonly<Record<CheckpointEntry['state'], number>>;
  find(digest: string): CheckpointEntry | undefined;
  indexOf(digest: string): number | undefined;
  lineAt(index: number): string;
  /** @param passOver tells by their digests which are not needed */
  entries(passOver?: (digest: string, index: number) => boolean): Iterable<CheckpointEntry>;
  /** Forgets the lines, which nobody looks for any more: then it is empty, but for `size` and `states`. */
  close(): void;
}

export interface ReadCheckpointOptions {
  readonly files: Files;
  /** Absolute; the list stands beside it. */
  readonly path: string;
  readonly trust: Trust;
  readonly signer: ExpectedSigner | undefined;
  readonly now: number;
  /** Of the audit that goes on from it. */
  readonly scope: Scope;
}

export interface WriteCheckpointOptions {
  readonly files: Files;
  /** Absolute. */
  readonly folder: string;
  readonly scope: Scope;
  /** What its name tells, where that is not the scope: it is looked for by what the next audit is asked for. */
  readonly named?: Scope | undefined;
  readonly now: number;
  readonly pipeVersion: string;
  readonly ledger: Ledger;
  readonly previous?: Checkpoint | undefined;
  /** Which of the records that are gone may be. */
  readonly acceptRemoved?: ((entry: CheckpointEntry) => boolean) | undefined;
  readonly signer: Signer;
  /** Of the auditing step; must be there for a keyless signer. */
  readonly identity: VerifiedIdentity | undefined;
  readonly timestamp?: ((signature: Uint8Array) => Promise<Uint8Array | undefined>) | undefined;
  /** What Bitbucket has said, and the next audit need not ask. */
  readonly answers?: AsyncIterable<readonly KeptAnswer[]> | undefined;
}

export interface WrittenCheckpoint {
  /** File names. */
  readonly name: string;
  readonly listName: string;
  /** Undefined where there are no answers to hand on. */
  readonly answersName?: string | undefined;
  /** SHA-256 of the bundle's bytes, hex. */
  readonly digest: string;
  readonly records: number;
  readonly added: number;
  /** Gone, and not accepted. */
  readonly removed: number;
}
