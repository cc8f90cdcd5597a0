import { PipeError } from '../errors.ts';

/** Both as YYYY-MM-DD. A policy grants to the end of the day `expires`, UTC. */
export interface PolicyDates {
  readonly issued: string;
  readonly expires: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const USUAL_DAYS = 30;
/** Ten years: more is a slip of the finger, or a policy that nobody means to look at again. */
const MAX_DAYS = 3660;

/**
 * The dates that a policy gets today: issued now, and as long to live as before (30 days where it did not say).
 * @param now milliseconds since 1970; the day is UTC's, as everywhere in a policy.
 * @param days overrides the time to live.
 * @throws {PipeError} `USAGE` for days that are no whole number from 1 to 3660.
 */
export function nextDates(before: Partial<PolicyDates>, now: number, days?: number): PolicyDates {
  if (days !== undefined && !(Number.isInteger(days) && days >= 1 && days <= MAX_DAYS)) throw wrongDays(days);
  return { issued: toDay(now), expires: toDay(now + (days ?? lifeOf(before)) * DAY_MS) };
}

function lifeOf({ issued, expires }: Partial<PolicyDates>): number {
  if (issued === undefined || expires === undefined) return USUAL_DAYS;
  return (startOf(expires) - startOf(issued)) / DAY_MS;
}

function startOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

function toDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function wrongDays(days: number): PipeError {
  return new PipeError({
    code: 'USAGE',
    message: 'The policy cannot be renewed for so long.',
    got: `--days ${String(days)}`,
    wanted: `a whole number of days from 1 to ${String(MAX_DAYS)}`,
    fix: 'Leave --days out: the policy then lives as long as before.',
  });
}
