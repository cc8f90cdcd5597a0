import { PipeError } from '../errors.ts';
import { cleanText, readServerError, tellValue, type HttpReply } from '../http/index.ts';
import { Secret } from '../secret.ts';
import { describeExchange } from './audit.ts';
import type { HopConfigs } from './config.ts';
import { hopRefused, hopUnusable, judgeOutage, type Judgement } from './hop-error.ts';
import type { HopDeps, HopKind, HopOutput } from './types.ts';

type Settings = HopConfigs['hoop'];

const HOP = 'hoop';
/** A deployment with a long build; hoop itself would make a credential that never ends where none is named. */
const DEFAULT_SECONDS = 3600;
const LIMITS = { maxBytes: 64 * 1024, attempts: 3, maxWaitMs: 60_000 };

/**
 * hoop: a gateway that holds the Vercel token and lets requests through under its guardrails. The run gets a token of
 * the proxy, always with an end, and reaches Vercel's API there: the Vercel credential never enters the pipeline.
 *
 * Never run against a live gateway. Uncertain: whether `hostname` of an answer is the gateway's own (another is refused
 * unless the policy names it as `proxy`), and whether the proxy speaks TLS on its port (`proxy` says so where it does not
 * follow `address`). hoop has no call that takes a proxy token back: it lives until its duration ends.
 */
export const hoopHop: HopKind<'hoop'> = {
  name: HOP,
  takes: ['access'],
  gives: () => 'vercel',
  async obtain(settings, input, deps, signal) {
    const url = `${settings.address}/api/connections/${encodeURIComponent(settings.connection)}/credentials`;
    const reply = await deps.http.request({
      service: 'hoop',
      method: 'POST',
      url,
      bearer: input.token,
      json: { access_duration_seconds: settings.durationSeconds ?? DEFAULT_SECONDS },
      signal,
      ...LIMITS,
    });
    if (reply.status !== 200 && reply.status !== 201) throw refused(settings, reply);
    return readOutput(settings, url, reply, deps);
  },
};

interface Body {
  readonly has_review?: unknown;
  readonly review_id?: unknown;
  readonly expire_at?: unknown;
  readonly connection_credentials?: unknown;
}

function readOutput(settings: Settings, url: string, reply: HttpReply, { clock }: HopDeps): HopOutput {
  const { has_review: review, review_id: id, expire_at: end, connection_credentials } = toBody(reply);
  if (review === true) throw underReview(settings, id);
  const { hostname, port, proxy_token: proxyToken } = (connection_credentials ?? {}) as Record<string, unknown>;
  if (typeof proxyToken !== 'string' || !/^[\x21-\x7e]{8,4096}$/.test(proxyToken)) {
    throw hopUnusable(HOP, 'hoop', `proxy_token ${typeof proxyToken}`, 'connection_credentials with a proxy_token');
  }
  const token = new Secret(proxyToken);
  const door = { url: findProxy(settings, hostname, port), authorization: 'plain' } as const;
  const until = typeof end === 'string' ? Date.parse(end) : NaN;
  const asked = clock.now() + (settings.durationSeconds ?? DEFAULT_SECONDS) * 1000;
  const expiresAt = Number.isNaN(until) ? asked : until;
  const audit = describeExchange(HOP, { token, expiresAt, policyId: settings.connection, reply, url });
  return { hop: HOP, token, expiresAt, clientId: undefined, door, audit, revoke: undefined };
}

function toBody({ body }: HttpReply): Body {
  return typeof body === 'object' && body !== null ? body : {};
}

/** The proxy stands where the policy says, or on the gateway's own host: an answer does not choose where tokens go. */
function findProxy({ address, proxy }: Settings, hostname: unknown, port: unknown): string {
  if (proxy !== undefined) return proxy;
  const gateway = new URL(address);
  // Nothing else is made a number: of some values that JSON can bring, the attempt alone is an error.
  const number = typeof port === 'string' ? Number(port) : typeof port === 'number' ? port : NaN;
  if (hostname !== gateway.hostname || !Number.isInteger(number) || number < 1 || number > 65_535) {
    const got = `hostname ${tellValue(hostname)}, port ${typeof port === 'number' ? String(port) : tellValue(port, 20)}`;
    throw hopUnusable(HOP, 'hoop', got, `a port of ${gateway.hostname}, or \`proxy:\` of the hop in the policy`);
  }
  return `${gateway.protocol}//${gateway.hostname}:${String(number)}`;
}

function refused(settings: Settings, reply: HttpReply): PipeError {
  const said = readServerError(reply).message || cleanText((reply.body as { message?: unknown } | null)?.message);
  const judgement = judgeOutage(reply, 'hoop') ?? judge(settings, reply);
  return hopRefused({
    hop: HOP,
    service: 'hoop',
    asked: `open connection ${settings.connection}`,
    reply,
    said,
    judgement,
  });
}

function judge({ connection }: Settings, { status }: HttpReply): Judgement {
  switch (status) {
    case 401:
      return {
        code: 'CREDENTIAL_INVALID',
        fix: 'hoop knows one identity provider: let the hop before give its access token, for a subject that is a service account of hoop (POST /api/serviceaccounts).',
      };
    case 403:
      return {
        code: 'DENIED_BY_PROVIDER',
        fix: `Give a group of that service account access to the connection ${connection} (hoop: Manage, Access Control).`,
      };
    case 404:
      return {
        code: 'EXCHANGE_NOT_ENABLED',
        fix: `Create the connection ${connection} in hoop: kind HTTP proxy, REMOTE_URL https://api.vercel.com, HEADER_AUTHORIZATION "Bearer" and the Vercel token.`,
      };
    default:
      return {
        code: 'EXCHANGE_NOT_ENABLED',
        fix: `See what hoop says above, and whether the connection ${connection} is an HTTP proxy with credentials enabled.`,
      };
  }
}

/** Somebody has to agree first, and nobody waits in a pipeline for that. */
function underReview({ connection }: Settings, id: unknown): PipeError {
  return new PipeError({
    code: 'DENIED_BY_PROVIDER',
    message: `The connection ${connection} needs a review in hoop before it opens (hop ${HOP}). Nothing was deployed.`,
    got: `review ${tellValue(id)} is pending`,
    wanted: 'an approved review',
    fix: 'Let a reviewer approve it in hoop, then run the step again; or take reviews off this connection and let a manual step of the pipeline be the approval.',
  });
}
