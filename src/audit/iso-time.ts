const DAY_MS = 86_400_000;
const LAST_MS = 8.64e15;
const TWO = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
/** The day that was written last: times come by day, and the calendar is slow. */
let known = { day: NaN, text: '' };

/** `2026-11-24T02:00:00.000Z`, as `Date` writes it; undefined for what is no time. @param at milliseconds since 1970 */
export function isoTime(at: number): string | undefined {
  if (!(Math.abs(at) <= LAST_MS)) return undefined;
  const whole = Math.trunc(at);
  const day = Math.floor(whole / DAY_MS);
  if (day !== known.day) known = { day, text: new Date(day * DAY_MS).toISOString().slice(0, -'00:00:00.000Z'.length) };
  const ms = whole - day * DAY_MS;
  const time = `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}`;
  return `${known.text}${time}.${String(1000 + (ms % 1000)).slice(1)}Z`;
}

function two(part: number): string {
  return TWO[Math.floor(part)] ?? '';
}
