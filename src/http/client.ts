import { elapsedSince } from '../elapsed.ts';
import { PipeError } from '../errors.ts';
import type { Network, SendRequest, SendResponse } from '../platform/types.ts';
import { basicAuthorization } from './basic.ts';
import { Deadlines } from './deadlines.ts';
import { readBytes, readLines, readStart, readText } from './body.ts';
import { refuseProxyLogin, refuseRedirect, unreachable, withBody } from './message.ts';
import { Reply } from './reply.ts';
import { isNetworkFault, withRetry, type RetryDeps, type RetryOptions } from './retry.ts';
import type { HttpClient, HttpReply, HttpRequest, UploadRequest } from './types.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_BYTES = 4 * 1024 * 1024;
const DEFAULT_ATTEMPTS = 4;
/** A large file may take its time, but something must move. */
const UPLOAD_IDLE_MS = 120_000;
/** A build may be silent for long; whoever reads its log connects again. */
const LINES_IDLE_MS = 120_000;
const MAX_LINE_CHARS = 64 * 1024;

export interface HttpDeps extends RetryDeps {
  readonly network: Network;
  /** Product and version, as `user-agent`: Vercel's audit log shows it. */
  readonly userAgent: string;
}

/** The run's client: deadlines, retries and bounds around the platform's `send`. */
export function createHttpClient(deps: HttpDeps): HttpClient {
  const deadlines = new Deadlines(deps.clock);
  return {
    request: (request) =>
      answered(deps, request, () => withRetry(deps, retryOptions(request), () => ask(deps, request, deadlines))),
    upload: (request) => answered(deps, { ...request, method: 'POST' }, () => send(deps, request)),
    lines: (request) => streamLines(deps, request),
  };
}

type Named = Pick<HttpRequest, 'service' | 'method' | 'url' | 'signal'>;

function retryOptions(request: Named & Pick<HttpRequest, 'attempts' | 'repeatable' | 'maxWaitMs'>): RetryOptions {
  const { method, url, attempts = DEFAULT_ATTEMPTS, repeatable = true, maxWaitMs, signal } = request;
  // Without its query, which may be what gives access.
  const { host, pathname } = new URL(url);
  return { what: `${method} ${host}${pathname}`, attempts, repeatable, maxWaitMs, signal };
}

/** One attempt. What the network throws may hold the request with its bearer token, so only what is ours leaves here. */
async function ask(deps: HttpDeps, request: HttpRequest, deadlines: Deadlines): Promise<HttpReply> {
  const startedAt = deps.clock.now();
  const { deadline, signal } = deadlines.of(request.signal, request.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  try {
    const response = await deps.network.send({
      method: request.method,
      url: request.url,
      ...withBody(request, { accept: 'application/json', ...baseHeaders(deps, request), ...request.headers }),
      signal,
      ...(request.proxy === undefined ? {} : { proxy: request.proxy }),
    });
    await refuseProxyLogin(response, request);
    if (request.redirect !== 'answer') await refuseRedirect(response, request);
    const maxBytes = request.maxBytes ?? DEFAULT_MAX_BYTES;
    const body = await readBody(request, response.body, maxBytes);
    debugReply(deps, request, response.status, startedAt);
    return new Reply(response, body);
  } catch (error) {
    request.signal.throwIfAborted();
    if (deadline.aborted) throw networkFault('no answer in time');
    // No other attempt would bring the login along.
    if (isNetworkFault(error) && error.proxyStatus === 407) throw unreachable(request, error, deps.network);
    throw harmless(error) ?? networkFault('the request failed');
  }
}

function readBody(
  { binary, overflow, service }: HttpRequest,
  body: SendResponse['body'],
  maxBytes: number,
): Promise<string | Uint8Array> {
  if (overflow === 'cut') return readStart(body, maxBytes);
  return (binary === true ? readBytes : readText)(body, maxBytes, service);
}

/** The error where it is one of ours, without any request in it. */
function harmless(error: unknown): Error | undefined {
  return error instanceof PipeError || isNetworkFault(error) ? error : undefined;
}

/** One attempt through `send`: an upload neither needs nor affords the copies that fetch makes. */
async function send(deps: HttpDeps, request: UploadRequest): Promise<HttpReply> {
  try {
    const outgoing: SendRequest = {
      method: 'POST',
      url: request.url,
      headers: { ...baseHeaders(deps, request), ...request.headers },
      body: request.body,
      signal: request.signal,
      idleTimeoutMs: UPLOAD_IDLE_MS,
    };
    const response = await deps.network.send(outgoing);
    await refuseProxyLogin(response, request);
    const text = await readText(response.body, DEFAULT_MAX_BYTES, request.service);
    return new Reply(response, text);
  } catch (error) {
    request.signal.throwIfAborted();
    throw error;
  }
}

async function* streamLines(deps: HttpDeps, request: Parameters<HttpClient['lines']>[0]): AsyncGenerator<string> {
  const { url, signal } = request;
  const outgoing = { url, signal, headers: baseHeaders(deps, request), idleTimeoutMs: LINES_IDLE_MS };
  let response: SendResponse;
  try {
    response = await deps.network.send({ method: 'GET', ...outgoing });
    if (response.status !== 200) {
      await readText(response.body, DEFAULT_MAX_BYTES, request.service);
      return;
    }
    yield* readLines(response.body, MAX_LINE_CHARS);
  } catch (error) {
    signal.throwIfAborted();
    throw isNetworkFault(error) ? unreachable({ ...request, method: 'GET' }, error, deps.network) : error;
  }
}

function baseHeaders(
  deps: HttpDeps,
  { bearer, authorization, basic }: Pick<HttpRequest, 'bearer' | 'authorization' | 'basic'>,
): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': deps.userAgent };
  if (bearer) headers['authorization'] = authorization === 'plain' ? bearer.reveal() : `Bearer ${bearer.reveal()}`;
  if (basic) headers['authorization'] = basicAuthorization(basic);
  return headers;
}

async function answered({ network }: HttpDeps, request: Named, run: () => Promise<HttpReply>): Promise<HttpReply> {
  try {
    return await run();
  } catch (error) {
    throw isNetworkFault(error) ? unreachable(request, error, network) : error;
  }
}

function networkFault(detail: string): Error & { name: 'NetworkFault'; detail: string } {
  return Object.assign(new Error(detail), { name: 'NetworkFault' as const, detail });
}

function debugReply(deps: HttpDeps, request: HttpRequest, status: number, startedAt: number): void {
  const { host, pathname } = new URL(request.url);
  const ms = elapsedSince(deps.clock, startedAt);
  deps.log.debug(`${request.method} ${host}${pathname} ${String(status)} ${String(ms)} ms`);
}
