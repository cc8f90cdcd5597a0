import { validateAuditCheckpoint } from '../../../build/validators.js';
import { sha256Hex } from '../../digest.ts';
import { PipeError } from '../../errors.ts';
import type { Files } from '../../platform/types.ts';
import { findSchemaFaults, verifyAttestation, type Attested } from '../../record/index.ts';
import type { Scope } from '../types.ts';
import { readList, refuseList } from './list.ts';
import { asTrustFailure, decodeText, readNamedFile } from './refuse-statement.ts';
import { CHECKPOINT_TYPE } from './statement-types.ts';
import type { Checkpoint, CheckpointEntry, CheckpointList, ReadCheckpointOptions } from './types.ts';

export const CHECKPOINT_ENDING = '.checkpoint.sigstore.json';
export const LIST_ENDING = '.checkpoint.list';
export const ANSWERS_ENDING = '.checkpoint.answers';
const MAX_BUNDLE_BYTES = 4 * 1024 * 1024;
/** Half a million records. */
const MAX_LIST_BYTES = 128 * 1024 * 1024;

/** What a checkpoint says, in its schema's shape. */
export interface CheckpointPredicate {
  readonly checkpointVersion: '1';
  readonly scope: {
    readonly teamId: string;
    readonly projectIds: readonly string[];
    readonly since: string;
    readonly until: string;
  };
  readonly auditedAt: string;
  readonly pipeVersion: string;
  readonly list: SaidFile;
  readonly records: Readonly<Record<CheckpointEntry['state'], number>>;
  readonly answers?: SaidFile;
  readonly previous?: SaidFile;
}

export interface SaidFile {
  readonly name: string;
  readonly digest: { readonly sha256: string };
}

/**
 * Reads and verifies a checkpoint and the list beside it.
 * @throws {PipeError} `SIGNATURE_INVALID` where signature, signer, shape or list do not hold; `TRUST_MATERIAL_MISSING`
 * where nothing was given to check it with; `USAGE` where it is not there, or an audit of this scope cannot go on from it.
 */
export async function readCheckpoint(options: ReadCheckpointOptions): Promise<Checkpoint> {
  const checkpoint = await readWhole(options);
  checkScope(checkpoint.scope, options.scope);
  return checkpoint;
}

async function readWhole({ files, path, trust, signer, now }: ReadCheckpointOptions): Promise<Checkpoint> {
  if (!path.endsWith(CHECKPOINT_ENDING)) throw misnamed(path);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const bytes = await readNamedFile(files, path, MAX_BUNDLE_BYTES);
  const base = path.slice(0, -CHECKPOINT_ENDING.length);
  const listPath = `${base}${LIST_ENDING}`;
  const listBytes = await readListFile(files, listPath);
  try {
    const signed = verifyAttestation(decodeText(bytes), trust, { predicateType: CHECKPOINT_TYPE, now, signer });
    const said = readPredicate(signed);
    return {
      ...{ name, digest: sha256Hex(bytes), signed },
      scope: readScope(said),
      auditedAt: Date.parse(said.auditedAt),
      ...(said.previous && { previous: { name: said.previous.name, digest: said.previous.digest.sha256 } }),
      list: checkList(listBytes, said),
      listFile: { path: listPath, digest: said.list.digest.sha256 },
      ...(said.answers && {
        answersFile: { path: `${base}${ANSWERS_ENDING}`, digest: said.answers.digest.sha256 },
      }),
    };
  } catch (error) {
    throw asTrustFailure(error, `The checkpoint ${name}`);
  }
}

/** Into memory that threads share: a copy of it would be twice as much. */
async function readListFile(files: Files, path: string): Promise<Uint8Array> {
  const { size = 0 } = (await files.lstat(path)) ?? {};
  const room = new SharedArrayBuffer(Math.min(size, MAX_LIST_BYTES) + 1);
  return readNamedFile(files, path, MAX_LIST_BYTES, new Uint8Array(room));
}

/**
 * Checks that a checkpoint was made on another one.
 * @param earlier the bytes of its bundle
 * @throws {PipeError} `SIGNATURE_INVALID`.
 */
export function checkChain(checkpoint: Checkpoint, earlier: Uint8Array): void {
  const digest = sha256Hex(earlier);
  if (checkpoint.previous?.digest === digest) return;
  throw new PipeError({
    code: 'SIGNATURE_INVALID',
    message: `The checkpoint ${checkpoint.name} does not follow from the one that was given as the one before it.`,
    got: checkpoint.previous
      ? `previous: SHA-256 ${checkpoint.previous.digest}`
      : 'a first checkpoint, without previous',
    wanted: `SHA-256 ${digest}`,
  });
}

function readPredicate({ statement }: Attested): CheckpointPredicate {
  const faults = findSchemaFaults(validateAuditCheckpoint, statement.predicate, 'the predicate');
  if (faults.length > 0) {
    throw new PipeError({
      code: 'RECORD_INVALID',
      message: 'It does not have the shape of a checkpoint (schemas/audit-checkpoint.schema.json).',
      faults,
    });
  }
  return statement.predicate as unknown as CheckpointPredicate;
}

function readScope({ scope: { teamId, projectIds, since, until } }: CheckpointPredicate): Scope {
  return { teamId, projectIds, since: Date.parse(since), until: Date.parse(until) };
}

function checkList(bytes: Uint8Array, { list, records }: CheckpointPredicate): CheckpointList {
  const digest = sha256Hex(bytes);
  if (digest !== list.digest.sha256) {
    throw new PipeError({
      code: 'SIGNATURE_INVALID',
      message: 'The list beside it is not the one that it names: it was changed, or belongs to another checkpoint.',
      got: `SHA-256 ${digest}`,
      wanted: `SHA-256 ${list.digest.sha256}`,
    });
  }
  const read = readList(bytes);
  const counts = read.states;
  if (counts.here === records.here && counts.gone === records.gone && counts.accepted === records.accepted) return read;
  throw refuseList(`${String(read.size)} records, of other states than the checkpoint says`);
}

/** An audit of less would not be given the records of the rest, and take them for removed. */
function checkScope(before: Scope, now: Scope): void {
  const sameTeam = before.teamId === now.teamId;
  const covered =
    now.projectIds.length === 0 ||
    (before.projectIds.length > 0 && before.projectIds.every((id) => now.projectIds.includes(id)));
  if (sameTeam && covered) return;
  throw new PipeError({
    code: 'USAGE',
    message: 'An audit of this scope cannot go on from it: it is about another team, or about more projects.',
    got: describeScope(now),
    wanted: `${describeScope(before)}, or more of it`,
    fix: 'Keep one chain of checkpoints for each scope: begin a new one without --checkpoint.',
  });
}

function describeScope({ teamId, projectIds }: Scope): string {
  return `team ${teamId}, ${projectIds.length === 0 ? 'every project' : projectIds.join(', ')}`;
}

function misnamed(path: string): PipeError {
  return new PipeError({
    code: 'USAGE',
    message: 'That is not how a checkpoint is named.',
    got: path,
    wanted: `a file *${CHECKPOINT_ENDING}, its list *${LIST_ENDING} beside it`,
  });
}
