import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll } from '@jest/globals';
import { readList } from '../../../../src/audit/records/list.ts';
import { readRecords } from '../../../../src/audit/records/index.ts';
import type { Checkpoint, Ledger, ReadRecordsOptions, RecordReading } from '../../../../src/audit/records/index.ts';
import type { SeenRecord } from '../../../../src/audit/types.ts';
import { findBelow } from '../../../../src/commands/verify-find.ts';
import { nodeFiles } from '../../../../src/platform/files.ts';
import { buildStatement, signRecord, type Trust } from '../../../../src/record/index.ts';
import type { RecordFacts, SignedRecord } from '../../../../src/record/types.ts';
import type { Signer } from '../../../../src/signing/types.ts';
import { INTENT, makeFacts } from '../../../record/support/facts.ts';
import { NOW, SIGNER, TRUST } from '../../../record/support/records.ts';

const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

export function makeFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(`${tmpdir()}/audit-records-`);
  made.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(`${folder}/${name}`.replace(/\/[^/]*$/, ''), { recursive: true });
    writeFileSync(`${folder}/${name}`, text);
  }
  return folder;
}

export interface Pair {
  readonly intent: SignedRecord;
  readonly result: SignedRecord;
}

type Timestamp = (signature: Uint8Array) => Promise<Uint8Array>;

/** Intent and result of one run. */
export async function makePair(
  changes: Partial<RecordFacts> = {},
  signer: Signer = SIGNER,
  stamps: { readonly intent?: Timestamp; readonly result?: Timestamp } = {},
): Promise<Pair> {
  const sign = (facts: Partial<RecordFacts>, stamp: Timestamp | undefined): Promise<SignedRecord> =>
    signRecord(buildStatement(makeFacts(signer, { ...changes, ...facts })), signer, stamp);
  const intent = await sign(INTENT, stamps.intent);
  return { intent, result: await sign({ intentDigest: intent.payloadDigest }, stamps.result) };
}

export const nameFiles = ({ intent, result }: Pair, base = 'a'): Record<string, string> => ({
  [`${base}.intent.sigstore.json`]: intent.bundleJson,
  [`${base}.result.sigstore.json`]: result.bundleJson,
});

export function openReading(
  folder: string | readonly string[],
  changes: Partial<ReadRecordsOptions> = {},
): RecordReading {
  return readRecords({
    folders: [folder].flat(),
    find: (path) => findBelow(nodeFiles, path),
    ...{ files: nodeFiles, trust: TRUST, now: NOW, allowSandbox: false, rest: () => Promise.resolve() },
    ...changes,
  });
}

export interface Read {
  readonly seen: readonly SeenRecord[];
  readonly reading: RecordReading;
  /** `file state`, and of what is carried a word more. */
  readonly states: readonly string[];
}

export async function readAll(
  folder: string | readonly string[],
  changes: Partial<ReadRecordsOptions> = {},
): Promise<Read> {
  const reading = openReading(folder, changes);
  const seen: SeenRecord[] = [];
  for await (const some of reading.records) seen.push(...some);
  const states = seen.map(({ file, verdict }) => {
    const carried = verdict.state === 'verified' && verdict.carried ? ' carried' : '';
    return `${file.replace('.sigstore.json', '')} ${verdict.state}${carried}`;
  });
  return { seen, reading, states };
}

/** What an audit with this trust has proved of the folder. */
export async function proveAll(folder: string, trust: Trust = TRUST): Promise<Checkpoint['list']> {
  const { reading } = await readAll(folder, { trust });
  return toList(reading.ledger());
}

export const toList = ({ held }: Ledger): Checkpoint['list'] =>
  readList(
    Buffer.from(
      held
        .ownLines()
        .map((line) => `${line}\n`)
        .join(''),
    ),
  );

/** A checkpoint as far as reading records needs one. */
export const asCheckpoint = (list: Checkpoint['list']): Checkpoint => ({ list }) as Checkpoint;
