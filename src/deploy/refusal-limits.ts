import { cleanText, readServerError, type HttpReply } from '../http/index.ts';
import { isJson, type Json } from './json.ts';

/** Beyond it a number is milliseconds, as some replies have it where others have seconds. */
const FIRST_MILLISECONDS = 1e11;
/** The last instant that a date can name. */
const LAST_INSTANT_MS = 8.64e15;

/** Which daily limit is used up, by the name that Vercel gives it. */
const LIMITS: ReadonlyMap<string, string> = new Map([
  [
    'api-upload-free',
    'The plan takes 5,000 uploaded files a day. UPLOAD: archive sends the same files as a few parts; Pro takes 40,000.',
  ],
  [
    'api-upload-paid',
    'The plan takes 40,000 uploaded files a day. UPLOAD: archive sends the same files as a few parts.',
  ],
  [
    'api-deployments-free-per-day',
    'The plan takes 100 deployments in 24 hours, skipped and canceled ones too; Pro takes 6,000.',
  ],
]);

/** What a 429 counts, and when it is over. */
export function describeLimit(reply: HttpReply): string {
  const error = errorOf(reply);
  const { code, message } = readServerError(reply);
  if (code === 'builds_rate_limited') {
    const link = [error['ctaUrl'], error['link']].map((value) => cleanText(value)).find(isVercelPage);
    const when = sayWhen(reply) ?? 'on a new day';
    return `The plan's builds are used up. Raise the plan's limit${link === undefined ? '' : ` (${link})`}, or run the step again ${when}.`;
  }
  const name = nameOf(error, message);
  const known = LIMITS.get(name);
  const what =
    known ?? `The limit is the team's${name === '' ? '' : ` (${name})`}, and other builds use it up as well.`;
  return `${what} Run the step again ${sayWhen(reply) ?? 'when the time that Vercel names is over'}.`;
}

/** `after 2026-11-26T02:00:00Z` or `in 120 s`, by the reply's own word; undefined where it has none. */
export function sayWhen(reply: HttpReply): string | undefined {
  const { limit } = errorOf(reply);
  const { reset, resetMs } = isJson(limit) ? limit : {};
  return instant(resetMs) ?? instant(reset) ?? retryAfter(reply) ?? instant(Number(reply.headers['x-ratelimit-reset']));
}

function retryAfter({ headers }: HttpReply): string | undefined {
  const value = headers['retry-after']?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d{1,9}$/.test(value)) return `in ${value} s`;
  return instant(Date.parse(value));
}

/** Seconds or milliseconds since 1970, up to the whole second that is surely after it. */
function instant(value: unknown): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) return undefined;
  const ms = Math.ceil((value < FIRST_MILLISECONDS ? value * 1000 : value) / 1000) * 1000;
  return ms > LAST_INSTANT_MS ? undefined : `after ${new Date(ms).toISOString().replace('.000Z', 'Z')}`;
}

/** The limit's name stands beside the code, or in quotes in the message. */
function nameOf(error: Json, message: string): string {
  return cleanText(error['name']) || (/['"`]([a-z0-9-]{3,60})['"`]/.exec(message)?.[1] ?? '');
}

/** Vercel's errors are `{error: {…}}`; some old endpoints say `err`. */
function errorOf({ body }: HttpReply): Json {
  const error = isJson(body) ? (body['error'] ?? body['err']) : undefined;
  return isJson(error) ? error : {};
}

function isVercelPage(text: string): boolean {
  return /^https:\/\/vercel\.com\/[\w./~?=&%#-]*$/.test(text);
}
