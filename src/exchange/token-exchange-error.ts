import type { ErrorCode, PipeError } from '../errors.ts';
import { readServerError, type HttpReply } from '../http/index.ts';
import type { HopConfigs } from './config.ts';
import { hopRefused, judgeOutage, type Judgement } from './hop-error.ts';
import { showClaims, type ShownClaims } from './token-claims.ts';
import type { HopInput } from './types.ts';

/** What a rule may name. */
interface Told extends ShownClaims {
  readonly settings: HopConfigs['token-exchange'];
  readonly host: string;
  /** Of the actor's token, the step's own. */
  readonly actor: ShownClaims;
  /** The JWK that the server should have for this client; undefined for a public one. */
  readonly clientKey: string | undefined;
}

type Rule = readonly [code: ErrorCode, fix: (told: Told) => string];

/**
 * By the server's own `error`. RFC 8693 has a token that is invalid or not accepted as `invalid_request`, as it has a
 * wrong form; many servers say `invalid_grant` or `access_denied` instead.
 */
const RULES: Readonly<Record<string, Rule>> = {
  invalid_request: ['CREDENTIAL_INVALID', wantToken],
  invalid_grant: ['CREDENTIAL_INVALID', wantToken],
  invalid_token: ['CREDENTIAL_INVALID', wantToken],
  invalid_target: [
    'DENIED_BY_PROVIDER',
    ({ host, settings: { audience = 'nothing', resource = 'nothing' } }) =>
      `${host} gives this token none for audience ${audience} and resource ${resource}: allow it there, or name another in the hop.`,
  ],
  invalid_scope: [
    'DENIED_BY_PROVIDER',
    ({ host, settings: { scope = 'nothing' } }) =>
      `${host} gives this token no scope ${scope}: allow it there, or name another in the hop.`,
  ],
  access_denied: [
    'DENIED_BY_PROVIDER',
    (told) =>
      `${told.host} knows the token and its rules let it do nothing here: they must admit iss ${told.iss}, sub ${told.sub}, aud ${told.aud}.${wantActor(told)}`,
  ],
  unauthorized_client: ['EXCHANGE_NOT_ENABLED', wantGrant],
  unsupported_grant_type: ['EXCHANGE_NOT_ENABLED', wantGrant],
  invalid_client: ['EXCHANGE_NOT_ENABLED', wantClient],
  invalid_dpop_proof: [
    'EXCHANGE_NOT_ENABLED',
    ({ host }) => `Compare the clock of ${host} and its own address with url of the hop: a DPoP proof names both.`,
  ],
  use_dpop_nonce: ['SERVICE_FAILED', ({ host }) => `${host} takes its own nonce no more: run the step again.`],
};

/** An `invalid_request` may also be of the client or of the form. */
const SAID: readonly (readonly [words: RegExp, fix: (told: Told) => string])[] = [
  [/grant.?type/i, wantGrant],
  [/dpop/i, ({ host }) => `${host} binds this client's tokens (RFC 9449): set dpop: true on the hop.`],
  [
    /missing.*parameter/i,
    ({ host }) =>
      `${host} wants more than the hop sends: set what its answer names (audience, resource, scope, clientId).`,
  ],
  [/client.?secret|authorization header/i, wantClient],
];

/** Why the server gave no token, and what to change there or in the policy. */
export function tokenExchangeRefused(
  reply: HttpReply,
  { token, stepToken }: HopInput,
  told: Pick<Told, 'settings' | 'clientKey'>,
): PipeError {
  const { host } = new URL(told.settings.url);
  const judgement =
    judgeOutage(reply, host) ?? judge(reply, { ...showClaims(token), actor: showClaims(stepToken), ...told, host });
  return hopRefused({ hop: 'token-exchange', service: host, asked: 'exchange the token', reply, judgement });
}

function judge(reply: HttpReply, told: Told): Judgement {
  const { code: error, message } = readServerError(reply);
  const meant = error === 'invalid_request' ? SAID.find(([words]) => words.test(message)) : undefined;
  if (meant) return { code: 'EXCHANGE_NOT_ENABLED', fix: meant[1](told) };
  const rule = Object.hasOwn(RULES, error) ? RULES[error] : undefined;
  if (rule) return { code: rule[0], fix: rule[1](told) };
  if (reply.status === 401 || reply.status === 403) {
    return { code: 'DENIED_BY_PROVIDER', fix: `See the log of ${told.host}: its answer does not say why.` };
  }
  return {
    code: 'EXCHANGE_NOT_ENABLED',
    fix: `Check url of the hop: ${told.settings.url} must be a token endpoint that exchanges tokens (RFC 8693).`,
  };
}

function wantToken(told: Told): string {
  const { host, iss, sub, aud, exp, settings } = told;
  const type = settings.subjectTokenType ?? 'urn:ietf:params:oauth:token-type:jwt';
  return `${host} must trust iss ${iss} and admit sub ${sub} and aud ${aud}, as subject_token_type ${type}; the token is valid until ${exp}.${wantActor(told)}`;
}

/** Servers do not say which of the two tokens they refuse. */
function wantActor({ settings, actor: { iss, sub, aud, exp } }: Told): string {
  if (settings.actor !== true) return '';
  return ` It must also admit the actor, the step's own token: iss ${iss}, sub ${sub}, aud ${aud}, valid until ${exp}.`;
}

function wantGrant({ host, settings: { clientId } }: Told): string {
  const who = clientId === undefined ? 'a client (clientId of the hop)' : `the client ${clientId}`;
  return `Allow ${who} the grant type urn:ietf:params:oauth:grant-type:token-exchange at ${host}.`;
}

function wantClient({ host, clientKey, settings: { clientId, clientAuth, keyId } }: Told): string {
  if (clientId === undefined)
    return `${host} asks for a client: set clientId of the hop, and signer or clientAuth where it has a key or a secret.`;
  if (clientAuth !== undefined) {
    return `${host} must know ${clientId} with token_endpoint_auth_method client_secret_basic, and EXCHANGE_CLIENT_SECRET must be its secret.`;
  }
  if (clientKey === undefined) {
    return `${host} must know ${clientId} as a public client (token_endpoint_auth_method none); else set signer or clientAuth of the hop.`;
  }
  const kid = keyId === undefined ? 'no kid' : `kid "${keyId}"`;
  return `${host} must know ${clientId} with token_endpoint_auth_method private_key_jwt and this key (the assertion has ${kid}):\n${clientKey}`;
}
