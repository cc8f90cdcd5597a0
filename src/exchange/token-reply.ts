import type { HttpReply } from '../http/types.ts';
import { isToken, Secret } from '../secret.ts';
import type { HopName } from './config.ts';
import { hopUnusable } from './hop-error.ts';

/** Thirty years. A longer life is no life that anybody meant. */
const MAX_LIFE_SECONDS = 1e9;

export interface IssuedToken {
  readonly token: Secret;
  /** Milliseconds since 1970; undefined where the server gives none. */
  readonly expiresAt: number | undefined;
  /** `issued_token_type` of RFC 8693. */
  readonly issuedType: string | undefined;
  /** To a key of the run (`token_type` DPoP). */
  readonly bound: boolean;
}

export interface Wanted {
  readonly hop: HopName;
  /** Who answered, in words. */
  readonly service: string;
  /** What `token_type` may be. */
  readonly tokenTypes: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What to change where the answer holds none; default: the address in the policy. */
  readonly fix?: string;
}

/**
 * The token in an OAuth answer of status 200.
 * @throws {PipeError} `CREDENTIAL_INVALID`, with nothing of the answer but what kinds of values it has.
 */
export function readIssuedToken(reply: HttpReply, { hop, service, tokenTypes, now, fix }: Wanted): IssuedToken {
  const body = (typeof reply.body === 'object' && reply.body !== null ? reply.body : {}) as Record<string, unknown>;
  const { access_token: token, token_type: type, expires_in: life, issued_token_type: issuedType } = body;
  // RFC 6749 §5.1: the type is compared without case; without it nobody knows how the token is used.
  const known = typeof type === 'string' && tokenTypes.some((name) => name.toLowerCase() === type.toLowerCase());
  if (!isToken(token) || !known) {
    const wanted = `access_token and token_type ${tokenTypes.join(' or ')}`;
    throw hopUnusable(hop, service, `${describeToken(token)}, token_type ${describeType(type)}`, wanted, fix);
  }
  const seconds = readLife(life);
  return {
    token: new Secret(token),
    expiresAt: seconds === undefined ? undefined : now + seconds * 1000,
    issuedType: typeof issuedType === 'string' ? issuedType : undefined,
    bound: type.toLowerCase() === 'dpop',
  };
}

function describeToken(token: unknown): string {
  if (typeof token !== 'string') return `access_token ${token === undefined ? 'missing' : typeof token}`;
  return isToken(token) ? 'access_token' : 'access_token that no header can carry';
}

/** A known word may be shown; anything else could hold what a server puts there. */
function describeType(type: unknown): string {
  if (typeof type !== 'string') return type === undefined ? 'missing' : typeof type;
  return /^[A-Za-z_]{1,16}$/.test(type) ? type : 'of another kind';
}

/** Some servers write the number as text. */
function readLife(life: unknown): number | undefined {
  const seconds = typeof life === 'string' && /^\d{1,9}$/.test(life) ? Number(life) : life;
  return typeof seconds === 'number' && seconds >= 0 && seconds <= MAX_LIFE_SECONDS ? seconds : undefined;
}
