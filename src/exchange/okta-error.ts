import type { ErrorCode, PipeError } from '../errors.ts';
import { cleanText, readServerError, type HttpReply } from '../http/index.ts';
import type { HopConfigs } from './config.ts';
import { hopRefused, judgeOutage, type Judgement } from './hop-error.ts';

export const OKTA = "Okta's token endpoint";

/** What a fix may name. */
interface Told {
  readonly settings: HopConfigs['okta'];
  readonly tokenUrl: string;
  /** The JWK that Okta should have for this client. */
  readonly clientKey: string;
}

/** The first whose error is the answer's and whose words stand in its description says what it means. */
type Rule = readonly [error: string, said: RegExp, code: ErrorCode, fix: (told: Told) => string];

const ANY = /(?:)/;

const RULES: readonly Rule[] = [
  ['invalid_client', /audience claim/i, 'EXCHANGE_NOT_ENABLED', wantUrl],
  ['invalid_client', /not a valid client_id|'client_id' parameter/i, 'CREDENTIAL_INVALID', wantClient],
  ['invalid_client', /expired|too far|before the current time/i, 'CREDENTIAL_INVALID', wantClock],
  ['invalid_client', /already been used/i, 'CREDENTIAL_INVALID', wantNewRun],
  ['invalid_client', /signature algorithm/i, 'CREDENTIAL_INVALID', wantAlgorithm],
  ['invalid_client', /signature|kid\b|JWKSet|jwks_uri|signing key|'use'/i, 'CREDENTIAL_INVALID', wantKey],
  ['invalid_client', /'application_type'/i, 'EXCHANGE_NOT_ENABLED', wantServiceApp],
  ['invalid_client', ANY, 'CREDENTIAL_INVALID', wantKeyMethod],
  ['access_denied', /feature is not enabled/i, 'EXCHANGE_NOT_ENABLED', wantFeature],
  ['access_denied', /network zone/i, 'DENIED_BY_PROVIDER', wantZone],
  ['access_denied', /scopes/i, 'DENIED_BY_PROVIDER', wantScopeInRule],
  ['access_denied', ANY, 'DENIED_BY_PROVIDER', wantRule],
  ['consent_required', ANY, 'DENIED_BY_PROVIDER', wantConsent],
  ['invalid_scope', /openid/i, 'EXCHANGE_NOT_ENABLED', wantOwnScope],
  ['invalid_scope', ANY, 'EXCHANGE_NOT_ENABLED', wantScope],
  ['invalid_dpop_proof', /header is missing/i, 'EXCHANGE_NOT_ENABLED', wantDpop],
  ['invalid_dpop_proof', /'iat'|in the future|expired|minutes in the past/i, 'CREDENTIAL_INVALID', wantClock],
  ['invalid_dpop_proof', ANY, 'CREDENTIAL_INVALID', wantUrl],
  ['use_dpop_nonce', ANY, 'SERVICE_FAILED', wantNewRun],
  ['unauthorized_client', /custom authorization server/i, 'EXCHANGE_NOT_ENABLED', wantServiceApp],
  ['unauthorized_client', ANY, 'EXCHANGE_NOT_ENABLED', wantGrant],
  ['unsupported_grant_type', ANY, 'EXCHANGE_NOT_ENABLED', wantRule],
  ['invalid_grant', /SKU/, 'EXCHANGE_NOT_ENABLED', wantFeature],
  ['server_error', /feature is not enabled/i, 'EXCHANGE_NOT_ENABLED', wantFeature],
  ['server_error', ANY, 'SERVICE_FAILED', wantNoHook],
  ['temporarily_unavailable', ANY, 'SERVICE_FAILED', wantNewRun],
];

/** Why Okta gave no token. */
export function oktaRefused(reply: HttpReply, told: Told): PipeError {
  const judgement = judgeOutage(reply, 'Okta') ?? judge(reply, told);
  const asked = `give the client ${told.settings.client} a token`;
  return hopRefused({ hop: 'okta', service: OKTA, asked, reply, said: readSummary(reply), judgement });
}

function judge(reply: HttpReply, told: Told): Judgement {
  const { code: error, message } = readServerError(reply);
  const rule = RULES.find(([wanted, said]) => wanted === error && said.test(message));
  if (rule) return { code: rule[2], fix: rule[3](told) };
  if (reply.status === 404) return { code: 'EXCHANGE_NOT_ENABLED', fix: wantUrl(told) };
  return { code: 'DENIED_BY_PROVIDER', fix: `See the System Log of Okta (Reports) for ${told.settings.client}.` };
}

/** Where it is not OAuth that refuses, Okta's API answers in its own shape: `{errorCode, errorSummary}`. */
function readSummary({ body }: HttpReply): string {
  const { errorCode, errorSummary } = (body ?? {}) as { readonly errorCode?: unknown; readonly errorSummary?: unknown };
  return [cleanText(errorCode), cleanText(errorSummary)].filter((text) => text !== '').join(' ');
}

function wantUrl({ settings, tokenUrl }: Told): string {
  return `Okta must know itself by the address that is asked, ${tokenUrl}: set url of the hop okta, now ${settings.url}, to the Issuer URI that Okta shows (Security, API, Authorization Servers), with the same host.`;
}

function wantClient({ settings }: Told): string {
  return `Okta knows no active client ${settings.client}: set client of the hop okta to the Client ID of the application (Applications, the application, General).`;
}

function wantClock(): string {
  return "The clock of this step and Okta's differ by minutes: on a runner of your own set it by NTP, then run the step again.";
}

function wantNewRun(): string {
  return 'Run the step again.';
}

function wantAlgorithm({ clientKey }: Told): string {
  return `Okta wants another signature algorithm of this client (token_endpoint_auth_signing_alg); the remote key is ${clientKey}. Change one of them.`;
}

function wantKey({ settings, clientKey }: Told): string {
  const kid =
    settings.keyId === undefined ? 'no kid (set keyId of the hop okta to its KID)' : `kid "${settings.keyId}"`;
  return `Add the remote key to the client ${settings.client} (Applications, the application, General, Client Credentials, Public Keys, Add key, KID as in the policy), as an active key. The assertion has ${kid} and the key is:\n${clientKey}`;
}

function wantServiceApp({ settings }: Told): string {
  return `Use an application of the kind API Services, which Okta lets act for itself (Applications, Create App Integration, API Services): ${settings.client} is of another kind.`;
}

function wantKeyMethod({ settings }: Told): string {
  return `Set Client authentication of ${settings.client} to Public key / Private key (Applications, the application, General, Client Credentials), and see that the application is active.`;
}

function wantFeature(): string {
  return 'Own authorization servers need API Access Management in the Okta organisation: ask its administrator, or use another hop.';
}

function wantZone(): string {
  return "The application or its authorization server takes requests from some network zones only: add Bitbucket's addresses (Security, Networks), or run the step on a runner inside.";
}

function wantScopeInRule({ settings }: Told): string {
  return `Let the rule of the access policy that fits ${settings.client} give the scope ${settings.scope} (Security, API, Authorization Servers, Access Policies, the rule, Scopes requested).`;
}

function wantRule({ settings }: Told): string {
  return `Let an access policy of the authorization server fit ${settings.client}: one that is assigned to it, with a rule whose grant type is Client Credentials and whose scopes hold ${settings.scope} (Security, API, Authorization Servers, Access Policies).`;
}

function wantConsent({ settings }: Told): string {
  return `Set User consent of the scope ${settings.scope} to Implicit (Security, API, Authorization Servers, Scopes): nobody is there to consent.`;
}

function wantOwnScope({ settings }: Told): string {
  return `A client that acts for itself gets none of OpenID's scopes: name scopes of your own in scope of the hop okta, now "${settings.scope}".`;
}

function wantScope({ settings }: Told): string {
  return `Add the scope ${settings.scope} to the authorization server (Security, API, Authorization Servers, Scopes), or name another in scope of the hop okta.`;
}

function wantDpop({ settings }: Told): string {
  return `Set dpop: true on the hop okta: ${settings.client} has "Require Demonstrating Proof of Possession (DPoP) header in token requests" on (Applications, the application, General).`;
}

function wantGrant({ settings }: Told): string {
  return `Turn on the grant type Client Credentials of ${settings.client} (Applications, the application, General, General Settings).`;
}

function wantNoHook(): string {
  return 'Look for a token inline hook of the authorization server or a claim that cannot be computed: the System Log of Okta names it (Reports, System Log).';
}
