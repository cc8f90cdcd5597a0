import { createHash, randomBytes } from 'node:crypto';
import { PipeError } from '../errors.ts';
import { cleanText, describeReply, isTransient, isWebPage } from '../http/index.ts';
import type { HttpClient, HttpReply } from '../http/types.ts';
import type { Clock, Log } from '../platform/types.ts';
import { inspectTimestamp, type InspectedTimestamp } from '../record/timestamp.ts';
import { encodeQuery, QUERY_TYPE, REPLY_TYPE, toNonce } from './query.ts';

export interface TimestampDeps {
  readonly http: Pick<HttpClient, 'request'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'warn'>;
  /** `TIMESTAMP_URL`. Plain http does no harm: the reply is signed, and the request is a digest. */
  readonly url: string;
}

const SERVICE = 'The timestamp authority';
const MAX_REPLY_BYTES = 64 * 1024;
const TIMEOUT_MS = 15_000;
const ATTEMPTS = 3;
/** A deployment is waiting meanwhile. */
const MAX_WAIT_MS = 30_000;
const NONCE_BYTES = 16;
const MAX_CLOCK_SKEW_MS = 5 * 60_000;
const FIX =
  'Set TIMESTAMP_URL to the address at which the authority answers RFC 3161 requests by POST; curl -I shows what is there.';

/**
 * Has an authority put its time on a record's signature (RFC 3161), and checks the reply as far as it can be without
 * knowing whom the readers of the record will trust.
 * @param signature the record's signature, as in the envelope.
 * @returns the whole TimeStampResp, as a Sigstore bundle holds it (base64).
 * @throws {PipeError} `TIMESTAMP_FAILED`; the signal's reason where it was aborted.
 */
export async function requestTimestamp(
  signature: Uint8Array,
  deps: TimestampDeps,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const nonce = toNonce(randomBytes(NONCE_BYTES));
  const digest = createHash('sha256').update(signature).digest();
  const der = readReply(await ask(deps, encodeQuery(digest, nonce), signal));
  const stamp = inspect(der, signature);
  expectNonce(stamp, nonce);
  warnOfClock(stamp, deps);
  return der;
}

async function ask({ http, url }: TimestampDeps, query: Uint8Array, signal: AbortSignal): Promise<HttpReply> {
  try {
    return await http.request({
      ...{ service: SERVICE, method: 'POST', url, signal },
      content: { type: QUERY_TYPE, bytes: query },
      headers: { accept: REPLY_TYPE },
      ...{ binary: true, maxBytes: MAX_REPLY_BYTES },
      ...{ timeoutMs: TIMEOUT_MS, attempts: ATTEMPTS, maxWaitMs: MAX_WAIT_MS },
    });
  } catch (error) {
    // No answer, a redirect, or one without end: whoever does not insist on a time goes on by this one code.
    throw error instanceof PipeError ? failed(error) : error;
  }
}

function readReply(reply: HttpReply): Uint8Array {
  const { status, headers, bytes = new Uint8Array() } = reply;
  if (status !== 200) {
    throw failed({
      message: status === 429 ? `${SERVICE} takes no more requests now.` : `${SERVICE} refused the request.`,
      got: [describeReply(reply), isWebPage(reply) ? '' : describeText(bytes)].filter((part) => part !== '').join(': '),
      wanted: 'status 200',
      ...(isTransient(status) ? { fix: 'Run the step again, or set TIMESTAMP_URL to another authority.' } : {}),
    });
  }
  const type = headers['content-type'] ?? 'none';
  if (type.split(';', 1)[0]?.trim().toLowerCase() !== REPLY_TYPE) {
    const text = describeText(bytes);
    throw failed({
      message: `${SERVICE} answered something else than a timestamp.`,
      got: `content type ${cleanText(type, 80)}${text === '' ? '' : `: ${text}`}`,
      wanted: REPLY_TYPE,
    });
  }
  return bytes;
}

/** The beginning of a page or a message; nothing where it is no text. */
function describeText(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  return text.includes('\ufffd') ? '' : cleanText(text, 120).trim();
}

function inspect(der: Uint8Array, signature: Uint8Array): InspectedTimestamp {
  try {
    return inspectTimestamp(der, signature);
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    throw failed({
      ...{ message: `${SERVICE} sent a reply that cannot be kept. ${error.message}`, got: error.got },
      ...{ wanted: error.wanted, fix: 'Run the step again, or set TIMESTAMP_URL to another authority.' },
    });
  }
}

/** A reply that was sent before, to another request, has another nonce: its time is not the time of this signature. */
function expectNonce({ nonce: found }: InspectedTimestamp, nonce: Uint8Array): void {
  if (found && Buffer.from(found).equals(nonce)) return;
  throw failed({
    message: `${SERVICE} answered another request than ours.`,
    got: found ? `the nonce ${Buffer.from(found).toString('hex').slice(0, 64)}` : 'no nonce',
    wanted: `the nonce ${Buffer.from(nonce).toString('hex')}`,
    fix: 'Look for a cache between this step and the authority; an authority that leaves the nonce out cannot be used.',
  });
}

function warnOfClock({ at, authority }: InspectedTimestamp, { clock, log }: TimestampDeps): void {
  const skew = Math.abs(at - clock.now());
  if (skew <= MAX_CLOCK_SKEW_MS) return;
  log.warn(
    `The timestamp authority's clock and ours differ by ${String(Math.round(skew / 1000))} s: ` +
      `${new Date(at).toISOString()} by ${authority}.`,
  );
}

interface Failure {
  readonly message: string;
  readonly got: string | undefined;
  readonly wanted: string | undefined;
  readonly fix?: string | undefined;
}

function failed({ message, got, wanted, fix = FIX }: Failure): PipeError {
  return new PipeError({
    ...{ code: 'TIMESTAMP_FAILED', message, fix },
    ...(got === undefined ? {} : { got }),
    ...(wanted === undefined ? {} : { wanted }),
  });
}
