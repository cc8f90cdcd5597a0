import { sha256Hex } from '../../digest.ts';
import { buildAttestation, signAttestation } from '../../record/index.ts';
import type { Scope } from '../types.ts';
import { writeList } from './list.ts';
import { CHECKPOINT_ENDING, countStates, LIST_ENDING, type CheckpointPredicate } from './read-checkpoint.ts';
import { CHECKPOINT_TYPE } from './statement-types.ts';
import type { Checkpoint, CheckpointEntry, Ledger, WriteCheckpointOptions, WrittenCheckpoint } from './types.ts';

const MAX_PART_CHARS = 64;

/** Records that the checkpoint has and that were not seen now: all but those that were accepted to be gone. */
export function* findRemoved({ list }: Checkpoint, ledger: Ledger): Generator<CheckpointEntry> {
  for (const entry of list.entries()) {
    if (entry.state !== 'accepted' && !isSeen(entry, ledger)) yield entry;
  }
}

function isSeen({ digest }: CheckpointEntry, { held, unheld }: Ledger): boolean {
  return held.has(digest) || unheld.has(digest);
}

/**
 * Writes the list of all records that ever held, and beside it the signed statement about it. Nothing leaves a list: what
 * is gone stays in it, and every audit tells it anew until it is accepted; what does not hold any more stays as it was.
 * @throws {PipeError} as signer and timestamp do. A file of that name is not overwritten.
 */
export async function writeCheckpoint(options: WriteCheckpointOptions): Promise<WrittenCheckpoint> {
  const { files, folder, scope, now, pipeVersion, previous, signer, identity, timestamp } = options;
  const { entries, added } = joinEntries(options);
  const base = `${nameTime(now)}-${nameScope(scope)}`;
  const [name, listName] = [`${base}${CHECKPOINT_ENDING}`, `${base}${LIST_ENDING}`];
  const list = writeList(entries.values());
  const sha256 = sha256Hex(list);
  const records = countStates(entries.values());
  const predicate: CheckpointPredicate = {
    checkpointVersion: '1',
    scope: { ...scope, since: toIso(scope.since), until: toIso(scope.until) },
    auditedAt: toIso(now),
    pipeVersion,
    list: { name: listName, digest: { sha256 } },
    records,
    ...(previous && { previous: { name: previous.name, digest: { sha256: previous.digest } } }),
  };
  const subject = [{ name: listName, digest: { sha256 } }];
  const facts = {
    subject,
    predicateType: CHECKPOINT_TYPE,
    predicate: { ...predicate },
    signer,
    identity,
    signedAt: now,
  };
  const { bundleJson } = await signAttestation(buildAttestation(facts), signer, timestamp);
  const bundle = new TextEncoder().encode(bundleJson);
  // The list first: a checkpoint without its list would be worth nothing.
  await files.writeNew(`${folder}/${listName}`, list);
  await files.writeNew(`${folder}/${name}`, bundle);
  return { name, listName, digest: sha256Hex(bundle), records: records.here, added, removed: records.gone };
}

function joinEntries({ ledger, previous, acceptRemoved }: WriteCheckpointOptions): {
  readonly entries: ReadonlyMap<string, CheckpointEntry>;
  readonly added: number;
} {
  const entries = new Map(ledger.held);
  let known = 0;
  for (const entry of previous?.list.entries() ?? []) {
    if (ledger.held.has(entry.digest)) known += 1;
    else entries.set(entry.digest, { ...entry, state: settle(entry, ledger, acceptRemoved) });
  }
  return { entries, added: ledger.held.size - known };
}

function settle(
  entry: CheckpointEntry,
  ledger: Ledger,
  accept: WriteCheckpointOptions['acceptRemoved'],
): CheckpointEntry['state'] {
  if (isSeen(entry, ledger)) return 'here';
  return entry.state === 'accepted' || accept?.(entry) === true ? 'accepted' : 'gone';
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
