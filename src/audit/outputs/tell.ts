import { CLASSES, type AuditClass, type Weight } from '../classes.ts';
import type { DoraFigure, Row, Summary } from '../types.ts';
import { groupDigits, tellCount } from './plain.ts';

const STATUS_WORDS: Readonly<Record<Summary['status'], string>> = {
  0: 'all that was looked at is explained',
  1: 'there are findings',
  3: 'it could not be completed',
  4: 'something is not what it claims to be',
};

/** What the exit status means. `--fail-on` may have let findings pass, which are not explained by that. */
export function tellStatus(summary: Summary): string {
  const { status } = summary;
  const passed = status === 0 && countWeight(summary, 'finding') > 0;
  const words = passed ? 'there are findings, none of a class that was to fail it (--fail-on)' : STATUS_WORDS[status];
  return `Status ${String(status)}: ${words}.`;
}

const KINDS: readonly Row['kind'][] = ['deployment', 'change', 'record'];

/** How many rows have a class of this weight. */
export function countWeight({ counts }: Summary, weight: Weight): number {
  return listClasses(counts).reduce((sum, { id, all }) => (CLASSES[id].weight === weight ? sum + all : sum), 0);
}

export interface ClassCount {
  readonly id: AuditClass;
  readonly all: number;
  readonly byKind: readonly number[];
}

/** Classes that were met, in the order of the list; numbers of deployments, changes, records. */
export function listClasses(counts: Summary['counts']): readonly ClassCount[] {
  return (Object.keys(CLASSES) as AuditClass[]).flatMap((id) => {
    const byKind = KINDS.map((kind) => counts[kind].classes[id] ?? 0);
    const all = byKind.reduce((sum, count) => sum + count, 0);
    return all === 0 ? [] : [{ id, all, byKind }];
  });
}

/** The audit in a sentence or two. */
export function tellSummary(summary: Summary): string {
  const { deployment, change } = summary.counts;
  const seen = `${tellCount(deployment.seen, 'deployment')} and ${tellCount(change.seen, 'change')}`;
  const [trust, findings, gaps] = [
    countWeight(summary, 'trust'),
    countWeight(summary, 'finding'),
    countWeight(summary, 'gap'),
  ];
  const parts = [
    ...(trust > 0 ? [tellCount(trust, 'trust failure')] : []),
    ...(findings > 0 ? [tellCount(findings, 'finding')] : []),
    ...(gaps > 0 ? [`${groupDigits(gaps)} not checkable`] : []),
  ];
  const explained = deployment.seen + change.seen > 0 ? 'each is explained' : 'nothing to explain';
  const missing = summary.populations.filter((population) => population.missing.length > 0).map(({ name }) => name);
  const part = missing.length === 0 ? '' : ` Not read in whole: ${missing.join(', ')}.`;
  return `${seen}: ${parts.length === 0 ? explained : parts.join(', ')}.${part}`;
}

/** `3.20 per day`, `2.5 h`, `4.0 %`. */
export function tellFigure({ value, unit }: DoraFigure): string {
  if (value === undefined) return 'nothing to measure';
  return { 'per day': tellPerDay, ms: tellDuration, share: tellShare }[unit](value);
}

function tellPerDay(value: number): string {
  return `${value.toFixed(2)} per day`;
}

function tellShare(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

export function tellDuration(ms: number): string {
  const size = Math.abs(ms);
  const [unit, word] =
    size < 1000
      ? [1, 'ms']
      : size < 60_000
        ? [1000, 's']
        : size < 3_600_000
          ? [60_000, 'min']
          : size < 172_800_000
            ? [3_600_000, 'h']
            : [86_400_000, 'days'];
  return `${unit === 1 ? String(Math.round(ms)) : (ms / unit).toFixed(1)} ${word}`;
}
