import { sha256Hex } from '../../digest.ts';
import type { Files } from '../../platform/types.ts';
import { buildAttestation, signAttestation } from '../../record/index.ts';
import { notWritten } from '../outputs/text-file.ts';
import { writeText } from '../outputs/write-text.ts';
import type { Scope } from '../types.ts';
import { writeLines, type Count } from './join-lists.ts';
import { noStates } from './list.ts';
import { CHECKPOINT_ENDING, LIST_ENDING, type CheckpointPredicate } from './read-checkpoint.ts';
import { CHECKPOINT_TYPE } from './statement-types.ts';
import type { Checkpoint, CheckpointEntry, Ledger, WriteCheckpointOptions, WrittenCheckpoint } from './types.ts';

const MAX_PART_CHARS = 64;

/** Records that the checkpoint has and that were not seen now: all but those that were accepted to be gone. */
export function* findRemoved({ list }: Checkpoint, ledger: Ledger): Generator<CheckpointEntry> {
  const seen = (digest: string, at: number): boolean => ledger.held.isSame(at) || isSeen(digest, ledger);
  for (const entry of list.entries(seen)) if (entry.state !== 'accepted') yield entry;
}

function isSeen(digest: string, { held, unheld }: Ledger): boolean {
  return held.has(digest) || unheld.has(digest);
}

/**
 * Writes the list of all records that ever held, and beside it the signed statement about it. Nothing leaves a list: what
 * is gone stays in it, and every audit tells it anew until it is accepted; what does not hold any more stays as it was.
 * @throws {PipeError} as signer and timestamp do. A file of that name is not overwritten.
 */
export async function writeCheckpoint(options: WriteCheckpointOptions): Promise<WrittenCheckpoint> {
  const { files, folder, scope, now } = options;
  const base = `${nameTime(now)}-${nameScope(scope)}`;
  const [name, listName] = [`${base}${CHECKPOINT_ENDING}`, `${base}${LIST_ENDING}`];
  const count: Count = { states: noStates(), added: 0 };
  const lines = writeLines(options, count);
  // The list first: a checkpoint without its list would be worth nothing.
  const sha256 = await writeListFile(files, folder, listName, lines);
  const records = count.states;
  let bundle: Uint8Array;
  try {
    bundle = await signList({ name: listName, sha256, records }, options);
    await writeNew(files, `${folder}/${name}`, bundle);
  } catch (error) {
    // A list that nobody has signed would stand in the way of the next audit.
    await files.remove(`${folder}/${listName}`);
    throw error;
  }
  return {
    name,
    listName,
    digest: sha256Hex(bundle),
    records: records.here,
    added: count.added,
    removed: records.gone,
  };
}

interface WrittenList {
  readonly name: string;
  readonly sha256: string;
  readonly records: CheckpointPredicate['records'];
}

/** @returns the bytes of the bundle */
async function signList(
  { name, sha256, records }: WrittenList,
  { scope, now, pipeVersion, previous, signer, identity, timestamp }: WriteCheckpointOptions,
): Promise<Uint8Array> {
  const predicate: CheckpointPredicate = {
    checkpointVersion: '1',
    scope: { ...scope, since: toIso(scope.since), until: toIso(scope.until) },
    auditedAt: toIso(now),
    pipeVersion,
    list: { name, digest: { sha256 } },
    records,
    ...(previous && { previous: { name: previous.name, digest: { sha256: previous.digest } } }),
  };
  const subject = [{ name, digest: { sha256 } }];
  const facts = {
    subject,
    predicateType: CHECKPOINT_TYPE,
    predicate: { ...predicate },
    signer,
    identity,
    signedAt: now,
  };
  const { bundleJson } = await signAttestation(buildAttestation(facts), signer, timestamp);
  return new TextEncoder().encode(bundleJson);
}

/** @returns its SHA-256, hex */
async function writeListFile(
  files: Files,
  folder: string,
  name: string,
  pieces: AsyncIterable<string>,
): Promise<string> {
  if (await files.lstat(`${folder}/${name}`)) throw notWritten(`${folder}/${name}`, { code: 'EEXIST' });
  return (await writeText(files, folder, name, pieces)).digest;
}

async function writeNew(files: Pick<Files, 'writeNew'>, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await files.writeNew(path, bytes);
  } catch (error) {
    throw notWritten(path, error);
  }
}

function nameTime(ms: number): string {
  return toIso(ms).replace(/\.\d{3}|[-:]/g, '');
}

/** As file names have it. */
export function nameScope({ teamId, projectIds: [first, ...more] }: Scope): string {
  const projects = first === undefined ? 'all' : more.length === 0 ? first : `${String(more.length + 1)}-projects`;
  return [teamId, projects].map((part) => part.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, MAX_PART_CHARS)).join('-');
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
