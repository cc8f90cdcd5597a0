import { show } from '../text.ts';
import type { Fault } from './faults.ts';

/** `2026-02-30` has the right shape, and `Date` would silently make it 2 March. Other shapes are the schema's business. */
export function findDayFaults(path: readonly string[], date: unknown): readonly Fault[] {
  if (typeof date !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(date)) return [];
  const time = Date.parse(`${date}T00:00:00Z`);
  const real = !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
  return real ? [] : [{ path, what: `${show(date)} is no day`, wanted: 'a day of the calendar' }];
}
