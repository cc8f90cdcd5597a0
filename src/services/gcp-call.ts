import type { HttpClient, HttpReply, HttpRequest } from '../http/types.ts';
import { isToken, Secret } from '../secret.ts';
import { googleRefused, type GoogleAsked } from './gcp-refused.ts';

const MAX_REPLY_BYTES = 64 * 1024;
const ATTEMPTS = 3;
const MAX_WAIT_MS = 60_000;

export interface GcpDeps {
  readonly http: HttpClient;
  /** For whom, in errors: `hop gcp`. */
  readonly by: string;
  /** Names the run in Google's audit log. */
  readonly session: string;
}

export interface GoogleAsking {
  readonly asked: GoogleAsked;
  readonly bearer: Secret;
  readonly deps: GcpDeps;
  readonly signal: AbortSignal;
}

/**
 * One request to one of Google's APIs.
 * @throws {PipeError} for every status but 200.
 */
export async function askGoogle(
  request: Pick<HttpRequest, 'method' | 'url' | 'json'>,
  { asked, bearer, deps, signal }: GoogleAsking,
): Promise<HttpReply> {
  // Stands in Cloud Audit Logs beside the request.
  const headers = { 'x-goog-request-reason': deps.session };
  const reply = await deps.http.request({ ...request, service: asked.service, bearer, headers, ...boundsOf(signal) });
  if (reply.status !== 200) throw googleRefused(reply, asked);
  return reply;
}

export function boundsOf(signal: AbortSignal): Pick<HttpRequest, 'maxBytes' | 'attempts' | 'maxWaitMs' | 'signal'> {
  return { maxBytes: MAX_REPLY_BYTES, attempts: ATTEMPTS, maxWaitMs: MAX_WAIT_MS, signal };
}

/** Undefined for what no header could carry. */
export function toToken(value: unknown): Secret | undefined {
  return isToken(value) ? new Secret(value) : undefined;
}
