import { toBase64, sha256Hex } from '../digest.ts';
import type { HttpReply } from '../http/index.ts';
import { readAwsError, type AwsError } from '../services/aws-error.ts';
import { signAws } from '../services/aws-sign.ts';
import { MAX_ANSWER_BYTES } from './home.ts';
import type { Opened, StoreDeps } from './open.ts';
import { findS3Faults, locateS3, type S3Choice } from './s3-address.ts';
import { openS3Keys } from './s3-keys.ts';
import { s3Refused } from './s3-refused.ts';
import type { StoreSecrets } from './types.ts';

/** Four attempts with these bounds, and their waits, end within 7 minutes: S3 takes a signature for 15. */
const LIMITS = { timeoutMs: 60_000, maxWaitMs: 60_000 };
const ROUNDS = 4;
const FIRST_PAUSE_MS = 1000;
/** Of a status below 500: two writers at once, or a connection that stood still. */
const BUSY = ['ConditionalRequestConflict', 'OperationAborted', 'RequestTimeout'];
const EXPIRED = ['ExpiredToken', 'TokenRefreshRequired'];

interface Asked {
  readonly method: 'GET' | 'PUT';
  readonly name: string;
  readonly bytes?: Uint8Array;
  readonly maxBytes: number;
}

/**
 * A bucket of AWS S3 or of a server with the same API. Written once by `If-None-Match: *`; the bytes' SHA-256 goes along
 * twice, for the signature and for the server to keep.
 *
 * Not run against AWS. Some servers do not know `If-None-Match` on PUT: those that refuse it (501) cannot be used, and
 * those that ignore it replace what is there.
 */
export function openS3(choice: S3Choice, keys: StoreSecrets['keys'], deps: StoreDeps): Opened {
  const faults = findS3Faults(choice, keys !== undefined);
  if (faults.length > 0) return { faults };
  const { name, place, url } = locateS3(choice);
  const source = openS3Keys(choice, keys, deps);

  async function ask({ method, name, bytes, maxBytes }: Asked, signal: AbortSignal): Promise<HttpReply> {
    const body = bytes ?? new Uint8Array();
    const request = {
      ...{ method, url: url(name), service: 's3', region: choice.region, body },
      headers: bytes ? putHeaders(bytes) : { accept: '*/*' },
    };
    const signed = { ...request, now: deps.clock.now() };
    const headers = signAws(signed, await source.keys(signal));
    const content = bytes ? { content: { type: 'application/json', bytes } } : { binary: true };
    const service = choice.endpoint === undefined ? 'AWS S3' : `The S3 server ${choice.endpoint}`;
    return await deps.http.request({
      ...{ service, method, url: request.url, headers, maxBytes: maxBytes + MAX_ANSWER_BYTES },
      ...{ ...content, ...LIMITS, redirect: 'answer', signal },
    });
  }

  async function askUntilSettled(asked: Asked, good: readonly number[], signal: AbortSignal): Promise<HttpReply> {
    for (let round = 1; ; round += 1) {
      const reply = await ask(asked, signal);
      if (good.includes(reply.status)) return reply;
      const error = readError(reply);
      const again = round < ROUNDS && (EXPIRED.includes(error.code) ? source.renew() : isBusy(reply, error));
      if (!again) throw s3Refused(choice, asked.method, reply, error);
      await deps.clock.sleep(FIRST_PAUSE_MS * 2 ** (round - 1), signal);
    }
  }

  return {
    name,
    place,
    async send(name, bytes, signal) {
      const reply = await askUntilSettled({ method: 'PUT', name, bytes, maxBytes: 0 }, [200, 412], signal);
      return reply.status === 200 ? 'stored' : 'taken';
    },
    async fetch(name, maxBytes, signal) {
      const reply = await askUntilSettled({ method: 'GET', name, maxBytes }, [200, 404], signal);
      if (reply.status === 200) return reply.bytes ?? new Uint8Array();
      const error = readError(reply);
      if (error.code === 'NoSuchKey') return undefined;
      throw s3Refused(choice, 'GET', reply, error);
    },
  };
}

function putHeaders(bytes: Uint8Array): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    'if-none-match': '*',
    'x-amz-checksum-sha256': toBase64(Buffer.from(sha256Hex(bytes), 'hex')),
  };
}

function isBusy({ status }: HttpReply, { code }: AwsError): boolean {
  return status === 409 || BUSY.includes(code);
}

/** Errors are XML; those of a read came as bytes. */
function readError(reply: HttpReply): AwsError & { readonly region: string | undefined } {
  const text = reply.bytes ? new TextDecoder().decode(reply.bytes) : reply.text;
  const region = reply.headers['x-amz-bucket-region'] ?? /<Region>([^<]*)</.exec(text)?.[1];
  const error = readAwsError({ text, body: undefined });
  return { ...error, region: region !== undefined && /^[\w-]{1,32}$/.test(region) ? region : undefined };
}
