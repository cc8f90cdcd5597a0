import { toNameAscii } from '../../text.ts';
import type { PopulationState, SeenRecord } from '../types.ts';
import { labelFolders } from './folders.ts';
import { Held, type HeldEntry } from './held.ts';
import { judgeAll, type JudgedFiles } from './judge-all.ts';
import { createJudge, type JudgeBatch, type JudgedItem, type NamedFile } from './judge-batch.ts';
import { startHelper } from './judge-thread.ts';
import { writeRest } from './list.ts';
import { phaseOf } from './opened.ts';
import { isOfAudit } from './statement-types.ts';
import type { FoundFile, ReadRecordsOptions, RecordReading } from './types.ts';

/** Enough to see what happened. */
const MAX_TOLD = 20;

/**
 * Reads every bundle below the folders, each judged as `verify` would or carried from the previous checkpoint; many of
 * them by two threads. Nothing is kept of them but a line each. The files of a record's manifest are not looked at.
 */
export function readRecords(options: ReadRecordsOptions): RecordReading {
  const reading: Reading = {
    ...{ options, held: new Held(options.previous?.list), unheld: new Set(), carried: 0, alongside: 0 },
    ...{ statements: 0, twice: [], missing: [], counts: { intent: 0, result: 0 } },
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
}

async function* readAll(reading: Reading): AsyncGenerator<readonly SeenRecord[]> {
  const { options } = reading;
  const judge = createJudge(options.files, options);
  const how = { start: () => startHelper(options), rest: options.rest };
  for await (const files of judgeAll(findBatches(options), judge, how)) yield await take(files, judge, reading);
}

/** An intent at the end of some files waits for those behind it: the first of them is its result where there is one. */
async function* findBatches({ folders, find }: ReadRecordsOptions): AsyncGenerator<readonly NamedFile[]> {
  for (const { folder, label } of labelFolders(folders)) {
    let waiting: NamedFile | undefined;
    for await (const some of find(folder)) {
      const batch = some.map((found): NamedFile => ({ ...found, name: nameOf(found, folder, label) }));
      if (waiting) batch.unshift(waiting);
      const last = batch.at(-1);
      waiting = last && phaseOf(last.path) === 'intent' ? batch.pop() : undefined;
      if (batch.length > 0) yield batch;
    }
    if (waiting) yield [waiting];
  }
}

/** Names are told everywhere, and whoever packs a record has to find its file again. */
function nameOf({ path }: FoundFile, folder: string, label: string): string {
  return toNameAscii(label + (path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path));
}

/** Batches come in their order: what was seen before is known here alone. */
async function take(
  { batch, judged }: JudgedFiles,
  judge: JudgeBatch,
  reading: Reading,
): Promise<readonly SeenRecord[]> {
  const { held, unheld, missing, twice } = reading;
  const here = new Set<string>();
  const isKnown = (digest: string): boolean => {
    if (held.has(digest) || unheld.has(digest) || here.has(digest)) return true;
    here.add(digest);
    return false;
  };
  const isAnyKnown = judged.digests.some(isKnown);
  here.clear();
  const counted = isAnyKnown ? await judge(batch, isKnown) : judged;
  for (const digest of counted.digests) unheld.add(digest);
  missing.push(...counted.missing);
  twice.push(...counted.twice);
  return counted.items.flatMap((item) => keep(item, reading) ?? []);
}

/** Counts a record. A statement of an audit is no record: it is passed over, and told. */
function keep(item: JudgedItem, reading: Reading): SeenRecord | undefined {
  if ('along' in item) {
    hold(item.digest, item.along, reading);
    reading.counts.intent += 1;
    reading.carried += 1;
    reading.alongside += 1;
    return undefined;
  }
  const { seen, predicateType, pairedWith } = item.judged;
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
