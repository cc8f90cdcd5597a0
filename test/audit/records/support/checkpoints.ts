import { Held } from '../../../../src/audit/records/held.ts';
import { writeRest } from '../../../../src/audit/records/list.ts';
import { readCheckpoint, writeCheckpoint } from '../../../../src/audit/records/index.ts';
import type {
  Checkpoint,
  CheckpointEntry,
  CheckpointList,
  Ledger,
  ReadCheckpointOptions,
  WriteCheckpointOptions,
  WrittenCheckpoint,
} from '../../../../src/audit/records/index.ts';
import { nodeFiles } from '../../../../src/platform/files.ts';
import { NOW, SIGNER, TRUST } from '../../../record/support/records.ts';
import { makeFolder } from './folder.ts';

export const SCOPE = { teamId: 'team_abc', projectIds: ['prj_abc'], since: NOW - 86_400_000, until: NOW };

/** A record that is not there as a file: its digest is made of one letter. */
export function makeEntry(letter: string, changes: Partial<CheckpointEntry> = {}): CheckpointEntry {
  return {
    ...{ digest: letter.repeat(64), recordId: `${letter.repeat(8)}-d9cb-469f-a165-70867728950e`, phase: 'result' },
    ...{ deploymentId: `dpl_${letter}`, assurance: 'managed-key', trust: '0'.repeat(64), state: 'here' },
    ...changes,
  };
}

export function makeLedger(
  entries: readonly CheckpointEntry[],
  unheld: readonly string[] = [],
  previous?: CheckpointList,
): Ledger {
  const held = new Held(previous);
  for (const entry of entries) held.hold(entry.digest, writeRest(entry));
  return { held, unheld: new Set(unheld), carried: 0 };
}

export interface Written extends WrittenCheckpoint {
  readonly folder: string;
  readonly path: string;
}

export async function write(ledger: Ledger, changes: Partial<WriteCheckpointOptions> = {}): Promise<Written> {
  const folder = makeFolder();
  const written = await writeCheckpoint({
    ...{ files: nodeFiles, folder, scope: SCOPE, now: NOW, pipeVersion: '0.1.0', ledger },
    ...{ signer: SIGNER, identity: undefined },
    ...changes,
  });
  return { ...written, folder, path: `${folder}/${written.name}` };
}

export function read(
  { path }: { readonly path: string },
  changes: Partial<ReadCheckpointOptions> = {},
): Promise<Checkpoint> {
  return readCheckpoint({
    files: nodeFiles,
    path,
    trust: TRUST,
    signer: undefined,
    now: NOW,
    scope: SCOPE,
    ...changes,
  });
}

export const statesOf = ({ list }: Checkpoint): readonly string[] =>
  Array.from(list.entries(), ({ digest, state }) => `${digest.charAt(0)} ${state}`);

/** The error of what must fail. */
export async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'it passed',
    (error: unknown) => error,
  );
}
