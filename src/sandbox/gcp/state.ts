import { randomBytes } from 'node:crypto';
import type { SigningKey } from '../bitbucket/keys.ts';
import { json, Refusal } from '../reply.ts';
import type { Call } from '../router.ts';
import type { GoogleAudit, GoogleOptions, GoogleToken } from './types.ts';

export interface GoogleState {
  readonly options: GoogleOptions;
  readonly tokens: GoogleToken[];
  readonly audit: GoogleAudit[];
  /** Of accounts.google.com. */
  readonly idTokenKey: SigningKey;
}

export const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';

export function issueToken(
  state: GoogleState,
  { members, scopes, lifeSeconds }: Pick<GoogleToken, 'members' | 'scopes'> & { readonly lifeSeconds: number },
): GoogleToken {
  const value = `ya29.${randomBytes(48).toString('base64url')}`;
  const token = { value, members, scopes, expiresAt: state.options.now() + lifeSeconds * 1000 };
  state.tokens.push(token);
  return token;
}

export interface Wanted {
  readonly api: string;
  readonly what: string;
  /** Any one of these will do. */
  readonly scopes: readonly string[];
  readonly permission: string;
  readonly roles: readonly string[];
  /** What the roles must be on. */
  readonly on: string;
}

/** Who asks: a live token, with a scope of the API, whose bindings give the permission. */
export function authorize(state: GoogleState, { request }: Call, wanted: Wanted): GoogleToken {
  const { options, tokens, audit } = state;
  const { api, what, scopes, permission, roles, on } = wanted;
  audit.push({ api, what, reason: request.headers.get('x-goog-request-reason') ?? undefined });
  const value = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  const token = tokens.find((known) => known.value === value);
  if (!token || token.expiresAt <= options.now()) {
    throw googleRefusal(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
  }
  if (![CLOUD_PLATFORM, ...scopes].some((scope) => token.scopes.includes(scope))) {
    const text = 'Request had insufficient authentication scopes.';
    throw googleRefusal(403, 'PERMISSION_DENIED', text, 'ACCESS_TOKEN_SCOPE_INSUFFICIENT');
  }
  if (options.disabledApis?.includes(api) === true) {
    const text = `${api} has not been used in project 1 before or it is disabled.`;
    throw googleRefusal(403, 'PERMISSION_DENIED', text, 'SERVICE_DISABLED');
  }
  const bound = (options.bindings ?? []).some(
    (binding) => binding.on === on && roles.includes(binding.role) && token.members.includes(binding.member),
  );
  if (!bound) {
    const text = `Permission '${permission}' denied on resource (or it may not exist).`;
    throw googleRefusal(403, 'PERMISSION_DENIED', text, 'IAM_PERMISSION_DENIED');
  }
  return token;
}

/** `google.rpc.Status` as Google's APIs write it. */
export function googleRefusal(status: number, code: string, message: string, reason?: string): Refusal {
  const type = 'type.googleapis.com/google.rpc.ErrorInfo';
  const details = reason === undefined ? undefined : [{ '@type': type, reason, domain: 'googleapis.com' }];
  return new Refusal(json(status, { error: { code: status, message, status: code, details } }), message);
}

/** A part of a path that ends in a method of Google: `latest:access`. */
export function splitMethod(part: string): { readonly name: string; readonly method: string } {
  const at = part.lastIndexOf(':');
  return at === -1 ? { name: part, method: '' } : { name: part.slice(0, at), method: part.slice(at + 1) };
}

/** CRC-32C bit by bit, as the int64 that stands in JSON. */
export function checksum(bytes: Uint8Array): string {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit += 1) {
      const odd = ((sum ^ (byte >>> bit)) & 1) === 1;
      sum = odd ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1;
    }
  }
  return String((sum ^ 0xffffffff) >>> 0);
}
