import { findDayFaults, type Fault } from '../../documents/index.ts';
import { show } from '../../text.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Milliseconds since 1970: where a day, or a moment, begins. */
export function startOfMoment(text: string): number {
  return Date.parse(DAY.test(text) ? `${text}T00:00:00Z` : text);
}

/** A day ends with its last moment; a moment is its own end. */
export function endOfMoment(text: string): number {
  return DAY.test(text) ? startOfMoment(text) + DAY_MS : Date.parse(text);
}

/** What the schema cannot see: days that no calendar has, and an end that is not behind its beginning. */
export function findPeriodFaults(
  path: readonly string[],
  { from, until }: { readonly from?: unknown; readonly until?: unknown },
): readonly Fault[] {
  const faults = [...findMomentFaults([...path, 'from'], from), ...findMomentFaults([...path, 'until'], until)];
  if (faults.length > 0 || typeof from !== 'string' || typeof until !== 'string') return faults;
  if (!(endOfMoment(until) <= startOfMoment(from))) return [];
  return [
    { path: [...path, 'until'], what: `${show(until)}, which is not after from`, wanted: `later than ${show(from)}` },
  ];
}

/** Other shapes are the schema's business. */
export function findMomentFaults(path: readonly string[], value: unknown): readonly Fault[] {
  if (typeof value !== 'string') return [];
  const day = findDayFaults(path, value.slice(0, 10));
  if (day.length > 0 || DAY.test(value) || !/^\d{4}-\d{2}-\d{2}T/.test(value)) return day;
  const ms = Date.parse(value);
  return Number.isNaN(ms)
    ? [{ path, what: `${show(value)} is no time`, wanted: 'a time of the day, 24:00 left out' }]
    : [];
}
