import type { HttpReply } from '../http/types.ts';
import { describeExchange } from './audit.ts';
import type { HopConfigs } from './config.ts';
import { entraRefused, mayPass } from './entra-error.ts';
import { showClaims } from './token-claims.ts';
import { readIssuedToken } from './token-reply.ts';
import type { HopDeps, HopInput, HopKind, HopOutput } from './types.ts';

const PUBLIC_CLOUD = 'https://login.microsoftonline.com';
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** By the authority's host: what federated credentials of that cloud have as their audience. */
const AUDIENCES: Readonly<Record<string, string>> = {
  'login.microsoftonline.us': 'api://AzureADTokenExchangeUSGov',
  'login.partner.microsoftonline.cn': 'api://AzureADTokenExchangeChina',
};
const DEFAULT_AUDIENCE = 'api://AzureADTokenExchange';
/** These name whoever signs in; a client without a user is of one directory. */
const NO_TENANTS = ['common', 'organizations', 'consumers'];
const MAX_REPLY_BYTES = 64 * 1024;
const MAX_WAIT_MS = 60_000;
const ATTEMPTS = 3;
/** A federated credential needs a while until every server of Entra knows it. */
const PATIENCE_MS = [5000, 10_000, 20_000];

/**
 * Microsoft Entra, with a federated credential of an application: the token of the hop before is the client's
 * assertion. Never run against the live service. Uncertain: whether every cloud answers with the same AADSTS numbers
 * (unknown ones are shown as they come), and how long a new federated credential takes (half a minute is waited).
 *
 * Entra has no way to revoke an application's token: it lives until it expires.
 */
export const entraHop: HopKind<'entra'> = {
  name: 'entra',
  takes: ['oidc', 'access'],
  gives: () => 'access',
  check: checkSettings,
  async obtain(settings, input, deps, signal) {
    const url = tokenUrl(settings);
    const reply = await askPatiently(() => ask(settings, input, deps, signal), deps, signal);
    if (reply.status !== 200) throw entraRefused(reply, input, { settings, audience: audienceOf(url) });
    return readOutput(reply, url, settings, deps);
  },
};

type Settings = HopConfigs['entra'];

function checkSettings({ tenant, scope }: Settings): readonly string[] {
  const faults: string[] = [];
  if (NO_TENANTS.includes(tenant.toLowerCase()) || !/^[A-Za-z0-9](?:[A-Za-z0-9-]|\.(?!\.))*$/.test(tenant)) {
    faults.push(`tenant: must be one directory, by its id or a domain of it; got ${tenant}`);
  }
  if (!/^\S+\/\.default$/.test(scope)) {
    faults.push(
      `scope: must be one API followed by /.default, all that a client without a user may ask for; got ${scope}`,
    );
  }
  return faults;
}

function tokenUrl({ authority = PUBLIC_CLOUD, tenant }: Settings): string {
  return `${authority}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`;
}

function audienceOf(url: string): string {
  return AUDIENCES[new URL(url).host] ?? DEFAULT_AUDIENCE;
}

function ask(settings: Settings, input: HopInput, deps: HopDeps, signal: AbortSignal): Promise<HttpReply> {
  return deps.http.request({
    service: 'Entra',
    method: 'POST',
    url: tokenUrl(settings),
    form: {
      grant_type: 'client_credentials',
      client_id: settings.client,
      scope: settings.scope,
      client_assertion_type: JWT_BEARER,
      client_assertion: input.token,
    },
    maxBytes: MAX_REPLY_BYTES,
    maxWaitMs: MAX_WAIT_MS,
    attempts: ATTEMPTS,
    signal,
  });
}

/** The last answer, whatever it is. */
async function askPatiently(
  once: () => Promise<HttpReply>,
  { clock, log }: HopDeps,
  signal: AbortSignal,
): Promise<HttpReply> {
  for (const wait of PATIENCE_MS) {
    const reply = await once();
    if (!mayPass(reply)) return reply;
    log.info(`Entra may only need time, as for a new federated credential; asking again in ${String(wait / 1000)} s.`);
    await clock.sleep(wait, signal);
  }
  return once();
}

function readOutput(reply: HttpReply, url: string, { client, scope }: Settings, { clock, log }: HopDeps): HopOutput {
  const wanted = { hop: 'entra', service: 'Entra', tokenTypes: ['Bearer'], now: clock.now() } as const;
  const { token, expiresAt } = readIssuedToken(reply, wanted);
  const { iss } = showClaims(token);
  // An API of the team's own that never said which version of tokens it takes gets version 1.
  if (iss.endsWith('/"') && !scope.startsWith('https://')) {
    log.warn(
      `Entra's token has the issuer ${iss}, and no OIDC policy of Vercel can name one with a slash at its end: set requestedAccessTokenVersion to 2 in the manifest of the API that ${scope} names.`,
    );
  }
  return {
    hop: 'entra',
    token,
    expiresAt,
    clientId: client,
    audit: describeExchange('entra', { token, expiresAt, reply, url }),
    revoke: undefined,
  };
}
