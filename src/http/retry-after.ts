import { asRecord } from '../fields.ts';
import type { HttpReply } from './types.ts';

/** Beyond it a number is milliseconds since 1970, as some replies have it where others have seconds. */
const FIRST_MILLISECONDS = 1e11;

/**
 * Milliseconds from `now` until a server wants to be asked again, by its own word: the header `Retry-After` (seconds or
 * an HTTP date) and Vercel's `error.limit` (`reset` and `resetMs`, since 1970). Where both speak, the later counts, so
 * that neither is disobeyed; of a time that is over, 0.
 * @returns undefined where the server says nothing that can be read.
 */
export function readRetryDelay(
  { status, headers, body }: Pick<HttpReply, 'status' | 'headers' | 'body'>,
  now: number,
): number | undefined {
  const named = [retryAfter(headers['retry-after'], now), ...limitResets(body, now)].filter(
    (wait) => wait !== undefined,
  );
  if (named.length > 0) return Math.max(...named);
  // The window of a limit that is not used up says nothing about another fault.
  return status === 429 ? until(Number(headers['x-ratelimit-reset'] ?? Number.NaN), now) : undefined;
}

function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Vercel's errors are `{error: {…}}`; some old endpoints say `err`. */
function limitResets(body: unknown, now: number): (number | undefined)[] {
  const { error, err } = asRecord(body);
  const { reset, resetMs } = asRecord(asRecord(error ?? err)['limit']);
  // One instant, told twice: the one in milliseconds is exact.
  return [until(resetMs, now) ?? until(reset, now)];
}

function until(instant: unknown, now: number): number | undefined {
  if (typeof instant !== 'number' || !Number.isFinite(instant) || instant <= 0) return undefined;
  return Math.max(0, (instant < FIRST_MILLISECONDS ? instant * 1000 : instant) - now);
}
