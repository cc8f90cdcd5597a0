import { CLASSES, type AuditClass, type Weight } from '../classes.ts';
import type { Row } from '../types.ts';

/** How the classes are drawn: a letter each beside the colour, which says nothing that the letter does not. */
export const FAMILIES = {
  verified: { mark: '\u25cf', title: 'Verified' },
  exception: { mark: '\u25c7', title: 'Exception' },
  finding: { mark: '\u25b2', title: 'Finding' },
  gap: { mark: '?', title: 'Not checkable' },
  trust: { mark: '\u2716', title: 'Trust failure' },
} as const;

export type Family = keyof typeof FAMILIES;
export const FAMILY_NAMES = Object.keys(FAMILIES) as Family[];
export const CLASS_NAMES = Object.keys(CLASSES) as AuditClass[];

export function familyOf(name: AuditClass): Family {
  const weight: Weight = CLASSES[name].weight;
  if (weight !== 'none') return weight;
  return name === 'VERIFIED' ? 'verified' : 'exception';
}

export function classesOf(...families: readonly Family[]): AuditClass[] {
  return CLASS_NAMES.filter((name) => families.includes(familyOf(name)));
}

/** @returns as `2026-11-03 14:05:09`, in UTC */
export function timeText(at: number): string {
  if (!(Math.abs(at) <= 8.64e15)) return 'no time';
  return new Date(at).toISOString().replace('T', ' ').slice(0, 19);
}

/** @returns as `2026-11-03`, with the time where it is not midnight */
export function dayText(at: number): string {
  return timeText(at).replace(' 00:00:00', '').replace(/:00$/, '');
}

export function numberText(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

export function countText(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}

const UNITS = [
  { ms: 86_400_000, name: 'd' },
  { ms: 3_600_000, name: 'h' },
  { ms: 60_000, name: 'min' },
  { ms: 1000, name: 's' },
] as const;

/** @returns two units at most, as `2 h 5 min` */
export function durationText(ms: number): string {
  const first = UNITS.findIndex((unit) => Math.abs(ms) >= unit.ms);
  if (first === -1) return `${String(Math.round(ms))} ms`;
  let rest = Math.abs(ms);
  const parts = UNITS.slice(first, first + 2).flatMap(({ ms: unit, name }) => {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    return count === 0 ? [] : [`${String(count)} ${name}`];
  });
  return `${ms < 0 ? '-' : ''}${parts.join(' ')}`;
}

export function shareText(part: number, whole: number): string {
  if (whole === 0) return 'none';
  const percent = (part / whole) * 100;
  // Never rounded to all or nothing, which an auditor would take at its word.
  const shown = part > 0 && part < whole ? Math.min(99.9, Math.max(0.1, percent)) : percent;
  return `${shown.toFixed(shown % 1 === 0 ? 0 : 1)}%`;
}

const KINDS = {
  deployment: ['Deployment', 'deployments'],
  record: ['Record without a deployment', 'records without a deployment'],
  promotion: ['Promotion', 'promotions'],
  rollback: ['Rollback', 'rollbacks'],
  alias: ['Change of alias', 'changes of alias'],
  deletion: ['Deletion', 'deletions'],
  undeletion: ['Undeletion', 'undeletions'],
  change: ['Change', 'other changes'],
} as const;

export type KindName = keyof typeof KINDS;

export function kindOf({ kind, change }: Pick<Row, 'kind' | 'change'>): KindName {
  return change ?? kind;
}

/** What a row is about, as `Deployment` or `Promotion`. */
export function kindText(row: Pick<Row, 'kind' | 'change'>): string {
  return KINDS[kindOf(row)][0];
}

/** @returns as `3 promotions` */
export function kindsText(name: KindName, count: number): string {
  const [one, many] = KINDS[name];
  return countText(count, one.toLowerCase(), many);
}
