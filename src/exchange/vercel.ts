import { PipeError } from '../errors.ts';
import { describeReply, isWebPage, type HttpReply } from '../http/index.ts';
import { Secret } from '../secret.ts';
import { describeExchange } from './audit.ts';
import { exchangeFailed } from './oauth-error.ts';
import type { HopDeps, HopInput, HopKind, HopOutput } from './types.ts';

/** Public id of the client "Vercel CLI": the one whose OIDC policies may deploy. */
export const VERCEL_CLI_CLIENT_ID = 'cl_HYyOPBNtFMfHhaUn9L4QPfTZz6TP47bp';
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
/** A body this long holds no token of ours. */
const MAX_REPLY_BYTES = 64 * 1024;
const ATTEMPTS = 3;
const REVOKE_TIMEOUT_MS = 10_000;

/** Vercel's own exchange (RFC 8693): an OIDC token, or an identity provider's, for a short-lived token of the team. */
export const vercelHop: HopKind<'vercel'> = {
  name: 'vercel',
  takes: ['oidc', 'access'],
  gives: () => 'vercel',
  async obtain(settings, input, deps, signal) {
    const asked: Asked = {
      clientId: settings.client ?? VERCEL_CLI_CLIENT_ID,
      policyId: settings.policy ?? input.policyId,
    };
    const reply = await sendExchange(deps, input, asked, signal);
    if (reply.status !== 200) throw exchangeFailed(reply, input);
    return readToken(deps, reply, asked);
  },
};

interface Asked {
  readonly clientId: string;
  readonly policyId: string | undefined;
}

function tokenUrl({ apiUrl }: HopDeps): string {
  return `${apiUrl}/login/oauth/token`;
}

function sendExchange(deps: HopDeps, input: HopInput, asked: Asked, signal: AbortSignal): Promise<HttpReply> {
  return deps.http.request({
    service: "Vercel's token exchange",
    method: 'POST',
    url: tokenUrl(deps),
    form: {
      grant_type: TOKEN_EXCHANGE,
      client_id: asked.clientId,
      subject_token_type: ID_TOKEN,
      requested_token_type: ACCESS_TOKEN,
      team_id_or_slug: input.teamId,
      subject_token: input.token,
      policy_id: asked.policyId,
    },
    maxBytes: MAX_REPLY_BYTES,
    attempts: ATTEMPTS,
    signal,
  });
}

function readToken(deps: HopDeps, reply: HttpReply, { clientId, policyId }: Asked): HopOutput {
  const { access_token, token_type, expires_in } = (reply.body ?? {}) as Record<string, unknown>;
  // RFC 6749: the type is compared without case; without it the token's use is undefined.
  const bearer = typeof token_type === 'string' && token_type.toLowerCase() === 'bearer';
  if (typeof access_token !== 'string' || access_token === '' || !bearer) {
    throw new PipeError({
      code: 'CREDENTIAL_INVALID',
      message: "Vercel's token exchange answered without a usable token.",
      got: `access_token ${typeof access_token}, token_type ${bearer ? 'Bearer' : typeof token_type}`,
      wanted: 'access_token and token_type "Bearer"',
      fix: 'If VERCEL_API_URL is set, check that it is the address of the Vercel API.',
    });
  }
  const token = new Secret(access_token);
  const seconds = typeof expires_in === 'number' && Number.isFinite(expires_in) ? expires_in : undefined;
  const expiresAt = seconds === undefined ? undefined : deps.clock.now() + seconds * 1000;
  return {
    hop: 'vercel',
    token,
    expiresAt,
    clientId,
    audit: describeExchange('vercel', { token, expiresAt, policyId, reply, url: tokenUrl(deps) }),
    revoke: (signal) => revoke(deps, token, clientId, signal),
  };
}

/** RFC 7009. The server answers 200 for a token it does not know, too. */
async function revoke(deps: HopDeps, token: Secret, clientId: string, signal: AbortSignal): Promise<void> {
  const reply = await deps.http.request({
    service: "Vercel's token revocation",
    method: 'POST',
    url: `${tokenUrl(deps)}/revoke`,
    form: { client_id: clientId, token, token_type_hint: 'access_token' },
    maxBytes: MAX_REPLY_BYTES,
    timeoutMs: REVOKE_TIMEOUT_MS,
    attempts: ATTEMPTS,
    signal,
  });
  // Whoever answers with a page has not read what was asked.
  if (reply.status === 200 && !isWebPage(reply)) return;
  throw new PipeError({
    code: 'SERVICE_FAILED',
    message: 'The Vercel token of this run could not be revoked; it stays valid until it expires.',
    got: describeReply(reply),
    wanted: 'status 200',
  });
}
