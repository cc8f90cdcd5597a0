import type { RepositoryName } from '../bitbucket/index.ts';
import type { VerifiedIdentity } from '../identity/types.ts';
import type { Clock, Files, Log, Threads } from '../platform/types.ts';
import type { AskTimestamp, Trust, TrustMaterial } from '../record/index.ts';
import type { Signer } from '../signing/types.ts';
import type { AuditClass } from './classes.ts';
import type { BitbucketReadDeps, VercelDeps } from './collect/index.ts';
import type { AllowedPolicy, AuditedFile, Checkpoint, Exceptions, FoundFile } from './records/index.ts';
import type { PackOptions } from './outputs/index.ts';
import type { Row, Scope, Summary } from './types.ts';

/** Below `out`: what is written and removed there while an audit runs, and kept where it ends early. */
export const WORK_FOLDER = 'work';

/** What is audited, and with what it is compared. All of it was read and verified: nothing here can be wrong any more. */
export interface AuditInput {
  readonly scope: Scope;
  readonly recordFolders: readonly string[];
  /** All that may be a record below a folder. */
  readonly findRecords: (folder: string) => AsyncIterable<readonly FoundFile[]>;
  readonly trust: Trust;
  /** What `trust` was read from; undefined: no other thread can judge by it. */
  readonly trustMaterial?: TrustMaterial;
  readonly allowSandbox: boolean;
  /** Undefined for a first audit. */
  readonly previous: Checkpoint | undefined;
  readonly acceptRemoved: boolean;
  readonly exceptions: Exceptions | undefined;
  readonly policies: readonly AllowedPolicy[] | undefined;
  /** Repositories to look into besides those that records name. */
  readonly repositories: readonly RepositoryName[];
  /** The project that the credential was proved for. */
  readonly ownProject: string;
  /** Of these projects, those that the auditing step may not look into; undefined where there is no such step. */
  readonly findUncovered: ((projectIds: readonly string[]) => readonly string[]) | undefined;
  /** True where the scope is of a whole team, whatever projects of it there are now. */
  readonly wholeTeam?: true;
  /** Why the scope is not all that was asked for, a sentence each. */
  readonly gaps: readonly string[];
  /** Why it is not known whether the records are all that there were, a sentence each. What is there is read all the same. */
  readonly recordGaps: readonly string[];
  /** Undefined: every finding counts. */
  readonly failOn: readonly AuditClass[] | undefined;
  /** Absolute. */
  readonly out: string;
  /** Forgets what an interrupted run has left. */
  readonly fresh: boolean;
  /** What it was made with, for the signed result. */
  readonly configuration: readonly AuditedFile[];
  /** The archive of issuers' keys, with those of today: the next audit begins with it. */
  readonly issuerKeys: string | undefined;
  /** Where that is wanted: absolute paths of what goes into the evidence beside records and reports. */
  readonly pack: Pick<PackOptions, 'trust' | 'auditKeys' | 'checkpoints' | 'exceptions' | 'policies'> | undefined;
}

export interface AuditDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly threads?: Threads | undefined;
  /** So many deployments are worth another thread. Default: 3000. */
  readonly threadsFrom?: number;
  readonly log: Log;
  readonly vercel: VercelDeps;
  readonly bitbucket: BitbucketReadDeps;
  /** Undefined: nothing is signed, and no checkpoint is written. */
  readonly signer: Signer | undefined;
  /** Of the auditing step. */
  readonly identity: VerifiedIdentity | undefined;
  readonly timestamp: AskTimestamp | undefined;
  readonly pipeVersion: string;
  /** Told when the work folder is this audit's: from then on what is read is kept there, and nothing else is. */
  readonly begun?: () => void;
}

/** What an audit has made. */
export interface AuditOutcome {
  readonly summary: Summary;
  /** The worst of what is not explained, at most 100. */
  readonly worst: readonly Row[];
  /** File names in the folder. */
  readonly written: readonly string[];
  /** Whether questions were left for another run, which goes on from the work of this one. */
  readonly unfinished?: boolean;
}
