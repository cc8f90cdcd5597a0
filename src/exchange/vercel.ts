import { PipeError } from '../errors.ts';
import { describeReply, isWebPage, type HttpReply } from '../http/index.ts';
import type { Secret } from '../secret.ts';
import { describeExchange } from './audit.ts';
import { exchangeFailed } from './oauth-error.ts';
import { readIssuedToken } from './token-reply.ts';
import type { HopDeps, HopInput, HopKind, HopOutput } from './types.ts';

/** Public id of the client "Vercel CLI": the one whose OIDC policies may deploy. */
const VERCEL_CLI_CLIENT_ID = 'cl_HYyOPBNtFMfHhaUn9L4QPfTZz6TP47bp';
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
/** A body this long holds no token of ours. */
const MAX_REPLY_BYTES = 64 * 1024;
const ATTEMPTS = 3;
const REVOKE_TIMEOUT_MS = 10_000;
const SERVICE = "Vercel's token exchange";
const FIX = 'If VERCEL_API_URL is set, check that it is the address of the Vercel API.';

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
    service: SERVICE,
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
  const wanted = { hop: 'vercel', service: SERVICE, tokenTypes: ['Bearer'], now: deps.clock.now(), fix: FIX } as const;
  const { token, expiresAt } = readIssuedToken(reply, wanted);
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
