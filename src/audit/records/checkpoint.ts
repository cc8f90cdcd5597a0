import { sha256Hex } from '../../digest.ts';
import type { Files } from '../../platform/types.ts';
import { buildAttestation, signAttestation } from '../../record/index.ts';
import { notWritten } from '../outputs/text-file.ts';
import type { WrittenFile } from '../outputs/types.ts';
import { writeText } from '../outputs/write-text.ts';
import type { Scope } from '../types.ts';
import { writeAnswers } from './answers.ts';
import { writeLines, type Count } from './join-lists.ts';
import { noStates } from './list.ts';
import {
  ANSWERS_ENDING,
  CHECKPOINT_ENDING,
  LIST_ENDING,
  type CheckpointPredicate,
  type SaidFile,
} from './read-checkpoint.ts';
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
  const { files, folder, scope, named = scope, now, answers } = options;
  const base = `${nameTime(now)}-${nameScope(named)}`;
  const [name, listName, answersName] = [CHECKPOINT_ENDING, LIST_ENDING, ANSWERS_ENDING].map(
    (ending) => `${base}${ending}`,
  ) as [string, string, string];
  // Before the first is written: behind it a fault takes away both.
  for (const own of [listName, answersName]) await requireFree(files, `${folder}/${own}`);
  const count: Count = { states: noStates(), added: 0 };
  // The list first: a checkpoint without its list would be worth nothing.
  const list = toSaid(await writeText(files, folder, listName, writeLines(options, count)));
  const records = count.states;
  try {
    const kept = answers && (await writeKept(files, folder, answersName, answers));
    const bundle = await signList({ list, records, ...(kept && { answers: kept }) }, options);
    await writeNew(files, `${folder}/${name}`, bundle);
    const { here, gone } = records;
    const written = { digest: sha256Hex(bundle), records: here, added: count.added, removed: gone };
    return { name, listName, answersName: kept?.name, ...written };
  } catch (error) {
    // What nobody has signed would stand in the way of the next audit.
    for (const unsigned of [listName, answersName]) await files.remove(`${folder}/${unsigned}`);
    throw error;
  }
}

async function writeKept(
  files: Files,
  folder: string,
  name: string,
  answers: NonNullable<WriteCheckpointOptions['answers']>,
): Promise<SaidFile | undefined> {
  const written = await writeText(files, folder, name, writeAnswers(answers));
  if (written.bytes > 0) return toSaid(written);
  await files.remove(`${folder}/${name}`);
  return undefined;
}

function toSaid({ name, digest }: WrittenFile): SaidFile {
  return { name, digest: { sha256: digest } };
}

/** @returns the bytes of the bundle */
async function signList(
  { list, records, answers }: Pick<CheckpointPredicate, 'list' | 'records' | 'answers'>,
  { scope, now, pipeVersion, previous, signer, identity, timestamp }: WriteCheckpointOptions,
): Promise<Uint8Array> {
  const predicate: CheckpointPredicate = {
    checkpointVersion: '1',
    scope: { ...scope, since: toIso(scope.since), until: toIso(scope.until) },
    auditedAt: toIso(now),
    pipeVersion,
    ...{ list, records },
    ...(answers && { answers }),
    ...(previous && { previous: { name: previous.name, digest: { sha256: previous.digest } } }),
  };
  const facts = {
    subject: [list],
    predicateType: CHECKPOINT_TYPE,
    predicate: { ...predicate },
    signer,
    identity,
    signedAt: now,
  };
  const { bundleJson } = await signAttestation(buildAttestation(facts), signer, timestamp);
  return new TextEncoder().encode(bundleJson);
}

async function requireFree(files: Files, path: string): Promise<void> {
  if (await files.lstat(path)) throw notWritten(path, { code: 'EEXIST' });
}

async function writeNew(files: Pick<Files, 'writeNew'>, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await files.writeNew(path, bytes);
  } catch (error) {
    throw notWritten(path, error);
  }
}

/** To the millisecond: of two audits in one second the later one's name is another, and stands behind. */
function nameTime(ms: number): string {
  return toIso(ms).replace(/[-:]/g, '');
}

/** As file names have it. */
export function nameScope({ teamId, projectIds: [first, ...more] }: Scope): string {
  const projects = first === undefined ? 'all' : more.length === 0 ? first : `${String(more.length + 1)}-projects`;
  return [teamId, projects].map((part) => part.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, MAX_PART_CHARS)).join('-');
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
