import { sha256Hex } from '../../digest.ts';
import { PipeError } from '../../errors.ts';
import { toAscii } from '../../text.ts';
import type { PopulationState, SeenRecord } from '../types.ts';
import { labelFolders } from './folders.ts';
import { Held } from './held.ts';
import { judgePair } from './judge-pair.ts';
import { judgeRecord, type Judgement } from './judge.ts';
import { writeRest } from './list.ts';
import { Opened } from './opened.ts';
import { isOfAudit } from './statement-types.ts';
import type { CheckpointEntry, FoundFile, ReadRecordsOptions, RecordReading } from './types.ts';

const MAX_RECORD_BYTES = 16 * 1024 * 1024;
/** Small files are read into a buffer that is there; a record has a few KiB. */
const BUFFER_BYTES = 256 * 1024;
/** Enough to see what happened. */
const MAX_TOLD = 20;

/**
 * Reads every bundle below the folders, one after the other, each judged as `verify` would or carried from the previous
 * checkpoint. Nothing is kept of them but a line each. The files of a record's manifest are not looked at.
 */
export function readRecords(options: ReadRecordsOptions): RecordReading {
  const reading: Reading = {
    ...{
      options,
      held: new Held(options.previous?.list),
      unheld: new Set(),
      carried: 0,
      alongside: 0,
      statements: 0,
      twice: [],
      missing: [],
    },
    counts: { intent: 0, result: 0 },
    buffers: [new Uint8Array(BUFFER_BYTES), new Uint8Array(BUFFER_BYTES)],
  };
  return {
    records: readAll(reading),
    alongside: () => reading.alongside,
    populations: () => describePopulations(reading),
    ledger: () => reading,
  };
}

interface Reading {
  readonly options: ReadRecordsOptions;
  readonly held: Held;
  readonly unheld: Set<string>;
  carried: number;
  alongside: number;
  /** Of audits. */
  statements: number;
  readonly twice: string[];
  readonly missing: string[];
  readonly counts: Record<'intent' | 'result', number>;
  /** One for what is read, and one for the intent that waits meanwhile. */
  readonly buffers: readonly [Uint8Array, Uint8Array];
}

async function* readAll(reading: Reading): AsyncGenerator<readonly SeenRecord[]> {
  const { options } = reading;
  for (const { folder, label } of labelFolders(options.folders)) {
    // An intent waits for the file behind it, which is its result where there is one.
    let waiting: Opened | undefined;
    for await (const some of options.find(folder)) {
      const judged: Judgement[] = [];
      for (const found of some) {
        const opened = await open(found, nameOf(found, folder, label), reading, freeBuffer(reading, waiting));
        if (!opened) continue;
        if (opened.phase === 'result' && waiting && waiting.base === opened.base) {
          judged.push(...judgeBoth(waiting, opened, reading));
          waiting = undefined;
          continue;
        }
        if (waiting) judged.push(judgeRecord(waiting, options));
        waiting = opened.phase === 'intent' ? opened : undefined;
        if (!waiting) judged.push(judgeRecord(opened, options));
      }
      yield judged.flatMap((each) => keep(each, reading) ?? []);
      await options.rest();
    }
    if (waiting) yield [keep(judgeRecord(waiting, options), reading)].flatMap((seen) => seen ?? []);
  }
}

function judgeBoth(waiting: Opened, opened: Opened, reading: Reading): readonly Judgement[] {
  const { intent, result, agreed } = judgePair(waiting, opened, reading.options);
  if (intent) return [agreed ? { ...intent, pairedWith: result.seen.facts.deployment?.id } : intent, result];
  carryAlong(waiting, result.seen, reading);
  return [result];
}

/** Its line of the checkpoint is the one that it had. */
function carryAlong({ digest }: Opened, { verdict, facts }: SeenRecord, reading: Reading): void {
  if (verdict.state !== 'verified') throw new Error('an intent was carried by a result that does not hold');
  const { recordId, deployment } = facts;
  const { assurance, trust } = verdict;
  const paired = deployment && { deploymentId: deployment.id };
  hold(digest, { recordId, phase: 'intent', ...paired, assurance, trust, state: 'here' }, reading);
  reading.counts.intent += 1;
  reading.carried += 1;
  reading.alongside += 1;
}

function freeBuffer({ buffers: [one, other] }: Reading, waiting: Opened | undefined): Uint8Array {
  return waiting?.bytes.buffer === one.buffer ? other : one;
}

function nameOf({ path }: FoundFile, folder: string, label: string): string {
  return toAscii(label + (path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path));
}

/** Undefined for what is told as missing, or was there before. */
async function open(
  { path, fault }: FoundFile,
  name: string,
  { options, missing, twice, held, unheld }: Reading,
  buffer: Uint8Array,
): Promise<Opened | undefined> {
  try {
    const bytes = fault === undefined ? await options.files.read(path, MAX_RECORD_BYTES, buffer) : undefined;
    if (!bytes) {
      missing.push(`${name}: ${fault ?? 'nothing is there any more'}.`);
      return undefined;
    }
    const digest = sha256Hex(bytes);
    if (held.has(digest) || unheld.has(digest)) {
      twice.push(`${name}: the same bytes as a record that was counted already.`);
      return undefined;
    }
    unheld.add(digest);
    return new Opened(name, path, { digest, bytes });
  } catch (error) {
    missing.push(`${name}: ${describeFault(error)}.`);
    return undefined;
  }
}

/** The system's word for what went wrong with a file. */
function describeFault(error: unknown): string {
  if (error instanceof PipeError) return `too large for a record: ${error.got ?? ''}`;
  const { code } = error as { readonly code?: unknown };
  if (typeof code === 'string') return `it cannot be read (${code})`;
  throw error;
}

/** Counts a record. A statement of an audit is no record: it is passed over, and told. */
function keep({ seen, predicateType, pairedWith }: Judgement, reading: Reading): SeenRecord | undefined {
  const { digest, verdict, facts } = seen;
  if (isOfAudit(predicateType)) {
    reading.statements += 1;
    return undefined;
  }
  reading.counts[facts.phase] += 1;
  if (verdict.state === 'verified') {
    const { assurance, trust, timestampAt } = verdict;
    const deploymentId = facts.deployment?.id ?? pairedWith;
    const entry: HeldEntry = {
      ...{ recordId: facts.recordId, phase: facts.phase, assurance, trust, state: 'here' },
      ...(deploymentId !== undefined && { deploymentId }),
      ...(timestampAt !== undefined && { timestampAt }),
    };
    hold(digest, entry, reading);
    if (verdict.carried) reading.carried += 1;
  }
  return seen;
}

type HeldEntry = Omit<CheckpointEntry, 'digest'>;

function hold(digest: string, entry: HeldEntry, { held, unheld }: Reading): void {
  unheld.delete(digest);
  held.hold(digest, writeRest(entry));
}

function describePopulations({ counts, missing, twice, statements }: Reading): readonly PopulationState[] {
  const passed = statements === 0 ? [] : [`${String(statements)} statements of audits, which are no records.`];
  return [
    { name: 'records', seen: counts.result, missing: shorten(missing), notes: [...shorten(twice), ...passed] },
    { name: 'intents', seen: counts.intent, missing: [] },
  ];
}

function shorten(sentences: readonly string[]): readonly string[] {
  const more = sentences.length - MAX_TOLD;
  return more <= 0 ? sentences : [...sentences.slice(0, MAX_TOLD), `And ${String(more)} more.`];
}
