import { PipeError } from '../errors.ts';
import { isTransient, readRetryDelay, readServerError, type HttpReply } from '../http/index.ts';
import type { Clock, Files, Log, Random } from '../platform/types.ts';
import { WHOLE_FILE_BYTES } from './manifest.ts';
import { formatCount, type Amount, type Progress } from './progress.ts';
import type { Buffers } from './buffers.ts';
import { toRefusal, toUncertain, type Asked } from './refusals.ts';
import { readContent, type Content } from './upload-content.ts';
import type { Pace, Place } from './upload-pace.ts';
import type { VercelApi } from './vercel-api.ts';

/** Of one content, where the server or the network failed; being told to wait is no failure. */
const MAX_ATTEMPTS = 5;
/** In a row, without one upload between them: nobody counts on the next. */
const MAX_FRUITLESS = 10;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** Where no deadline is given: longer waits end the run. */
const MAX_WAIT_MS = 5 * 60_000;
/** A 429 of Vercel that no waiting mends. */
const NEVER_AGAIN = 'builds_rate_limited';

export interface SendDeps {
  readonly api: VercelApi;
  readonly files: Files;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
}

/** One upload of many, and what they share. */
export interface Sending extends SendDeps {
  readonly pace: Pace;
  readonly buffers: Buffers;
  readonly progress: Progress;
  readonly total: Amount;
  /** What is counted, in the plural. */
  readonly noun: 'files' | 'parts';
  /** Milliseconds since 1970; undefined: no end but the signal. */
  readonly deadlineAt: number | undefined;
}

type Outcome = { readonly place: Place } & ({ readonly reply: HttpReply } | { readonly fault: PipeError });

/** What an outcome means for the content: it is there, it waits with all others, or it is tried again after a while. */
type Next =
  { readonly kind: 'done' } | { readonly kind: 'held-up' } | { readonly kind: 'again'; readonly waitMs: number };

/**
 * Sends one content, as often as it takes: after network faults, 408, 425, 429 and 5xx, when the server wants it again
 * and not beyond the deadline. A 429 holds up all uploads, not this one alone.
 * @throws {PipeError} the last refusal or fault.
 */
export async function sendContent(sending: Sending, content: Content, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ;) {
    const outcome = await attemptOnce(sending, content, signal);
    let next: Next;
    try {
      next = judge(sending, content, outcome, attempt);
    } finally {
      // Not before: whoever takes the place must know that all are to wait.
      sending.pace.leave(outcome.place);
    }
    if (next.kind === 'done') return;
    if (next.kind === 'held-up') continue;
    const inMs = `trying again in ${String(Math.round(next.waitMs))} ms`;
    sending.log.debug(`${content.path}: ${describe(outcome)}; ${inMs}`);
    await sending.clock.sleep(next.waitMs, signal);
    attempt += 1;
  }
}

function judge(sending: Sending, content: Content, outcome: Outcome, attempt: number): Next {
  const { pace, progress, clock, random } = sending;
  const reply = 'reply' in outcome ? outcome.reply : undefined;
  if (reply && isSuccess(reply)) {
    pace.succeeded(outcome.place);
    progress.finished();
    return { kind: 'done' };
  }
  if (reply && holdsUpAll(reply, clock.now())) {
    holdUp(sending, content, outcome.place, reply);
    return { kind: 'held-up' };
  }
  const waitMs = (reply && readRetryDelay(reply, clock.now())) ?? backoff(attempt, random);
  const again = (!reply || mayRepeat(reply)) && attempt < MAX_ATTEMPTS && isInTime(sending, waitMs);
  if (!again) throw toError(sending, content, outcome);
  return { kind: 'again', waitMs };
}

/** The place is held still, unless this throws. */
async function attemptOnce(
  { api, files, pace, progress, buffers }: Sending,
  content: Content,
  signal: AbortSignal,
): Promise<Outcome> {
  const { sha1, size } = content;
  const place = await pace.enter(Math.min(size, WHOLE_FILE_BYTES), signal);
  let moved = 0;
  const move = (bytes: number): void => {
    moved += bytes;
    progress.moved(bytes);
  };
  // One byte more than the file, whose end is seen by that.
  const buffer = content.kind === 'file' && size <= WHOLE_FILE_BYTES ? buffers.take(size + 1) : undefined;
  let done = false;
  try {
    const body = await readContent(files, content, move, buffer);
    const reply = await api.upload({ sha1, size, body }, signal);
    done = isSuccess(reply);
    return { place, reply };
  } catch (error) {
    if (error instanceof PipeError && error.code === 'NETWORK') return { place, fault: error };
    pace.leave(place);
    throw error;
  } finally {
    // What did not arrive has to go again; what went in one piece is counted now.
    progress.moved(done ? size - moved : -moved);
    // After any other end the connection may still be reading from it.
    if (done && buffer) buffers.give(buffer);
  }
}

/** Too many requests, or a server that names the time when it will be there again. */
function holdsUpAll(reply: HttpReply, now: number): boolean {
  return (
    mayRepeat(reply) && (reply.status === 429 || (reply.status === 503 && readRetryDelay(reply, now) !== undefined))
  );
}

function mayRepeat(reply: HttpReply): boolean {
  return isTransient(reply.status) && readServerError(reply).code !== NEVER_AGAIN;
}

function holdUp(sending: Sending, content: Content, place: Place, reply: HttpReply): void {
  const { pace, clock, random, log, progress, total, noun } = sending;
  const named = readRetryDelay(reply, clock.now());
  const news = pace.isNews(place);
  const hopeless = news && pace.fruitless() >= MAX_FRUITLESS;
  // A server that names no time, or none to come, is asked less and less often.
  const wait = named || (news ? backoff(pace.fruitless() + 1, random) : 0);
  if (hopeless || (named === undefined && isDailyLimit(reply)) || !isInTime(sending, wait)) {
    throw toError(sending, content, { place, reply });
  }
  pace.refused(place, wait);
  if (!news) return;
  const sent = `${formatCount(progress.sent().files)} of ${formatCount(total.files)} ${noun} are sent`;
  const then = `then on with ${String(pace.atOnce())} at once`;
  const why = `(status ${String(reply.status)})`;
  log.info(`Vercel wants no uploads for ${(wait / 1000).toFixed(1)} s ${why}, ${then}: ${sent}.`);
}

/** The limits that lock out for a day: of Hobby (`free`) and of the other plans. */
function isDailyLimit({ text }: HttpReply): boolean {
  return /\bapi-upload-(?:free|paid)\b/.test(text);
}

function isSuccess({ status }: HttpReply): boolean {
  return status >= 200 && status < 300;
}

function backoff(attempt: number, random: Random): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS) * (1 + random.fraction());
}

function isInTime({ clock, deadlineAt }: Sending, wait: number): boolean {
  return deadlineAt === undefined ? wait <= MAX_WAIT_MS : clock.now() + wait < deadlineAt;
}

function describe(outcome: Outcome): string {
  return 'reply' in outcome ? `status ${String(outcome.reply.status)}` : (outcome.fault.got ?? outcome.fault.message);
}

function toError({ progress, total, noun }: Sending, { path }: Content, outcome: Outcome): unknown {
  const sent = `${formatCount(progress.sent().files)} of ${formatCount(total.files)} ${noun} were sent`;
  const asked: Asked = {
    did: `take ${path}`,
    wanted: 'the file uploaded',
    aftermath: '',
    standing: `${sent}; they stay on Vercel, and a new run sends only the rest. `,
  };
  if (!('reply' in outcome)) return toUncertain(outcome.fault, asked);
  const refusal = toRefusal(outcome.reply, asked);
  const { code, message, got = '', wanted = '', fix = '' } = refusal;
  if (code !== 'RATE_LIMITED' || noun === 'parts' || fix.includes('UPLOAD: archive')) return refusal;
  return new PipeError({
    code,
    message,
    got,
    wanted,
    fix: `${fix} UPLOAD: archive sends the same files as a few parts.`,
  });
}
