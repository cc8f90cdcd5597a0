import { randomUUID } from 'node:crypto';
import { json, Refusal } from '../reply.ts';

/** Entra's words for the OAuth error; the status follows from it. */
type OauthError =
  | 'invalid_request'
  | 'invalid_client'
  | 'unauthorized_client'
  | 'invalid_scope'
  | 'invalid_resource'
  | 'unsupported_grant_type'
  | 'temporarily_unavailable';

const STATUS: Partial<Record<OauthError, number>> = { invalid_client: 401, temporarily_unavailable: 503 };

/** Entra's error: the number in three places, and what support asks for. */
export function aadsts(number: number, error: OauthError, text: string, now: number): Refusal {
  const trace = randomUUID();
  const correlation = randomUUID();
  const timestamp = `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const description = `AADSTS${String(number)}: ${text} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`;
  const body = {
    error,
    error_description: description,
    error_codes: [number],
    timestamp,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: `https://login.microsoftonline.com/error?code=${String(number)}`,
  };
  const headers = { 'cache-control': 'no-store, no-cache', 'x-ms-request-id': trace };
  return new Refusal(json(STATUS[error] ?? 400, body, headers), description);
}
