/** RFC 3339 ends with the year 9999. */
const END_OF_TIME_MS = 253_402_300_800_000;

/**
 * RFC 3339, UTC, milliseconds.
 * @throws {RangeError} for what is no time.
 */
export function toTime(ms: number): string {
  const time = toServerTime(ms);
  if (time === undefined) throw new RangeError('a time is not in the years 1970 to 9999');
  return time;
}

/** Undefined for what is no time: a server's odd value must not cost the record. */
export function toServerTime(ms: number | undefined): string | undefined {
  return ms !== undefined && ms >= 0 && ms < END_OF_TIME_MS ? new Date(ms).toISOString() : undefined;
}
