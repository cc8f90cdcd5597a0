import { PipeError } from '../errors.ts';
import { readServerError, withRetry, type HttpReply, type HttpRequest } from '../http/index.ts';
import type { NetworkFault } from '../platform/types.ts';
import type { DpopKey } from './dpop.ts';
import type { HopDeps } from './types.ts';

/** A body this long holds no token of ours. */
const MAX_REPLY_BYTES = 64 * 1024;
const ATTEMPTS = 3;
const MAX_WAIT_MS = 60_000;
/** One client asks, so its waits need no spread. */
const NO_SPREAD = { uuid: () => '', fraction: () => 0 };

export interface TokenRequest {
  /** Who is asked, in words: `Okta's token endpoint`. */
  readonly service: string;
  readonly url: string;
  /** Asked before every sending: an assertion that a server has seen once, it takes no more. */
  readonly form: () => Promise<NonNullable<HttpRequest['form']>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** A client that has a secret. */
  readonly basic?: HttpRequest['basic'];
  /** To bind the token to. A server may ask for a nonce first (RFC 9449 §8); it gets it once. */
  readonly dpop?: DpopKey | undefined;
}

/** No answer came, as the rule for repeating knows it, and as it is told. */
class Unreachable extends Error implements NetworkFault {
  override readonly name = 'NetworkFault';
  readonly detail: string;
  readonly told: PipeError;

  constructor(told: PipeError) {
    super(told.message);
    this.detail = told.got ?? '';
    this.told = told;
  }
}

/**
 * Asks a token endpoint with proofs that are good for one sending: each attempt has new ones, which the client's own
 * repeats could not make.
 * @returns the last answer, whatever it is.
 * @throws {PipeError} `NETWORK` where none came; what `form` throws.
 */
export async function requestToken(deps: HopDeps, request: TokenRequest, signal: AbortSignal): Promise<HttpReply> {
  let nonce: string | undefined;
  const attempt = async (): Promise<HttpReply> => {
    const reply = await send(deps, request, nonce, signal);
    const wanted = reply.headers['dpop-nonce'];
    if (!request.dpop || nonce !== undefined || wanted === undefined) return reply;
    if (readServerError(reply).code !== 'use_dpop_nonce') return reply;
    nonce = wanted;
    return send(deps, request, nonce, signal);
  };
  const retry = { clock: deps.clock, log: deps.log, random: NO_SPREAD };
  const what = `POST ${request.url}`;
  const options = { what, attempts: ATTEMPTS, repeatable: true, maxWaitMs: MAX_WAIT_MS, signal };
  try {
    return await withRetry(retry, options, attempt);
  } catch (error) {
    throw error instanceof Unreachable ? error.told : error;
  }
}

async function send(
  deps: HopDeps,
  { service, url, form, headers, basic, dpop }: TokenRequest,
  nonce: string | undefined,
  signal: AbortSignal,
): Promise<HttpReply> {
  const written = {
    form: await form(),
    headers: { ...headers, ...(dpop ? { dpop: await dpop.prove(url, nonce) } : {}) },
  };
  try {
    const bounds = { maxBytes: MAX_REPLY_BYTES, attempts: 1 };
    return await deps.http.request({ service, method: 'POST', url, basic, ...written, ...bounds, signal });
  } catch (error) {
    throw error instanceof PipeError && error.code === 'NETWORK' ? new Unreachable(error) : error;
  }
}
