import { sha256Hex } from '../digest.ts';
import type { HttpReply } from '../http/types.ts';
import type { Secret } from '../secret.ts';
import type { HopName } from './config.ts';
import type { ExchangeAudit } from './types.ts';

/** As services name a request in their answer: Vercel, AWS, Microsoft, Okta, others. */
const REQUEST_IDS = [
  ...['x-vercel-id', 'x-amzn-requestid', 'x-ms-request-id', 'x-okta-request-id'],
  ...['x-request-id', 'x-correlation-id', 'x-goog-request-id'],
];
const MAX_ID_CHARS = 128;

export interface Given {
  readonly token: Secret;
  readonly expiresAt?: number | undefined;
  readonly policyId?: string | undefined;
  /** The answer that brought the token, and from where. */
  readonly reply?: Pick<HttpReply, 'headers'>;
  readonly url?: string;
}

export function describeExchange(hop: HopName, { token, expiresAt, policyId, reply, url }: Given): ExchangeAudit {
  const { iss, sub } = readClaims(token);
  const requestId = REQUEST_IDS.map((name) => reply?.headers[name]).find((id) => id !== undefined);
  return {
    hop,
    ...(url === undefined ? {} : { service: new URL(url).host }),
    ...(typeof iss === 'string' ? { issuer: iss.slice(0, 512) } : {}),
    ...(typeof sub === 'string' ? { subjectSha256: sha256Hex(sub) } : {}),
    ...(policyId === undefined ? {} : { policyId }),
    tokenSha256: sha256Hex(token.reveal()),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(requestId === undefined ? {} : { requestId: requestId.replace(/[^\x20-\x7e]/g, '').slice(0, MAX_ID_CHARS) }),
  };
}

/** For the record alone: nobody has checked them here. */
function readClaims(token: Secret): { readonly iss?: unknown; readonly sub?: unknown } {
  const [, payload, signature] = token.reveal().split('.');
  if (payload === undefined || signature === undefined) return {};
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? claims : {};
  } catch {
    return {};
  }
}
