import type { PipeError } from '../errors.ts';
import type { Assurance } from '../record/index.ts';
import type { Missing } from './verify-companions.ts';
import type { Answer, Verdict } from './verify-one.ts';
import { showPath, showText } from './verify-show.ts';

/** What remains of the records that were checked: numbers, however many they were. */
export interface Sum {
  records: number;
  readonly verdicts: Record<Verdict, number>;
  /** Of those that are valid, complete or not. */
  readonly assurances: Record<Assurance, number>;
  readonly missing: Record<Missing, number>;
  /** The worst of all: 4 (a signature) before 1 (invalid) before 3 (not checked, or incomplete) before 0. */
  status: Answer['status'];
}

const BEST_TO_WORST: readonly Answer['status'][] = [0, 3, 1, 4];
const WORDS: Readonly<Record<Verdict, string>> = {
  ok: 'OK',
  incomplete: 'INCOMPLETE',
  invalid: 'INVALID',
  'not-checked': 'NOT CHECKED',
};
const VERDICT_WIDTH = 'NOT CHECKED'.length + 2;
const ASSURANCE_WIDTH = 'managed-key'.length + 2;

export function startSum(): Sum {
  return {
    records: 0,
    verdicts: { ok: 0, incomplete: 0, invalid: 0, 'not-checked': 0 },
    assurances: { 'managed-key': 0, timed: 0, 'held-token': 0, 'static-key': 0 },
    missing: { manifest: 0, intent: 0, result: 0 },
    status: 0,
  };
}

export function count(sum: Sum, { verdict, status, record, missing }: Answer): void {
  sum.records += 1;
  sum.verdicts[verdict] += 1;
  if (record && (verdict === 'ok' || verdict === 'incomplete')) sum.assurances[record.assurance] += 1;
  for (const name of missing) sum.missing[name] += 1;
  if (BEST_TO_WORST.indexOf(status) > BEST_TO_WORST.indexOf(sum.status)) sum.status = status;
}

/** One record in one line: verdict, assurance, phase, record, target, deployment, file; or why not. */
export function writeLine({ path, verdict, record, missing, error }: Answer): string {
  const word = WORDS[verdict].padEnd(VERDICT_WIDTH);
  if (error || !record) return `${word}${showPath(path)}: ${error ? tellError(error) : ''}\n`;
  const { recordId, phase, vercel } = record.statement.predicate;
  const deployment = vercel.deployment?.id ?? 'no deployment';
  const facts = [phase, recordId, vercel.target, deployment].map(showText).join(' ');
  const without = missing.length > 0 ? ` (not there: ${missing.join(', ')})` : '';
  return `${word}${record.assurance.padEnd(ASSURANCE_WIDTH)}${facts} ${showPath(path)}${without}\n`;
}

/** The one line that a record has also says what to do. */
function tellError({ code, message, fix = '' }: PipeError): string {
  return showText(`${code}: ${message} ${fix}`.trimEnd());
}

/** The sum, as lines for people. */
export function writeSum({ records, verdicts, assurances, missing }: Sum): string {
  const lines = [
    `${plural(records, 'record')}: ${list(verdicts, WORDS)}.`,
    `Assurance: ${list(assurances) || 'none'}.`,
    ...(missing.result > 0
      ? [`${plural(missing.result, 'intent')} without a result: the run was interrupted, or is still going.`]
      : []),
    ...(missing.intent > 0 ? [`${plural(missing.intent, 'result')} without the intent beside it: not checked.`] : []),
    ...(missing.manifest > 0 ? [`${plural(missing.manifest, 'record')} without the manifest: not checked.`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function list<T extends string>(counts: Readonly<Record<T, number>>, words?: Readonly<Record<T, string>>): string {
  const names = Object.keys(counts) as T[];
  return names
    .flatMap((name) => (counts[name] > 0 ? `${String(counts[name])} ${words?.[name] ?? name}` : []))
    .join(', ');
}

function plural(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? '' : 's'}`;
}
