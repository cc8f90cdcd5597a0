import { randomBytes, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { takeSigningKey } from '../bitbucket/keys.ts';
import { readForm } from '../body.ts';
import { json, oauthRefusal, Refusal, type Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import { authenticateClient } from './assertion.ts';
import { verifyProof } from './proof.ts';
import type { OktaClient, OktaOptions, OktaSandbox, OktaState } from './types.ts';

export type * from './types.ts';

/** Bitbucket's and Entra's keys of this process have other numbers. */
const KEY_INDEX = 2000;
const ASSERTION = ['client_assertion_type', 'client_assertion'];
const OPENID_SCOPES = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access', 'device_sso'];
const NO_STORE = { 'cache-control': 'no-cache, no-store' };

/** One custom authorization server of Okta, for clients that act for themselves. */
export async function createOkta(
  options: OktaOptions,
): Promise<{ readonly okta: OktaSandbox; readonly routes: readonly Route[] }> {
  const { url = 'https://acme.okta.com/oauth2/default', clients, scopes = ['deploy'], now } = options;
  const state: OktaState = {
    ...{ url, clients, scopes, now },
    rules: options.rules ?? [{ clients: clients.map(({ clientId }) => clientId), scopes }],
    audience: options.audience ?? 'api://default',
    expiresInSeconds: options.expiresInSeconds ?? 3600,
    key: await takeSigningKey(KEY_INDEX),
    tokens: [],
    seen: new Set(),
    nonce: randomBytes(24).toString('base64url'),
  };
  const keys: OktaSandbox['keys'] = () => ({ keys: [state.key.publicJwk] });
  return { okta: { issuer: url, keys, tokens: state.tokens }, routes: oktaRoutes(state, keys) };
}

function oktaRoutes(state: OktaState, keys: OktaSandbox['keys']): Route[] {
  const { origin, pathname } = new URL(state.url);
  const base = pathname.split('/').slice(0, -1).join('/');
  const headers = (): Record<string, string> => ({ 'x-okta-request-id': randomBytes(16).toString('hex') });
  const shared = { origins: [origin], query: [], headers };
  const known = (handle: Route['handle']): Route['handle'] => {
    return (call) => {
      const server = call.params['server'] ?? '';
      if (`${base}/${server}` !== pathname) throw notFound(server);
      return handle(call);
    };
  };
  const path = `${base}/:server`;
  return [
    { ...shared, method: 'POST', path: `${path}/v1/token`, handle: known((call) => giveToken(state, call)) },
    { ...shared, method: 'POST', path: `${path}/v1/revoke`, handle: known((call) => revokeToken(state, call)) },
    { ...shared, method: 'GET', path: `${path}/v1/keys`, handle: known(() => json(200, keys())) },
    {
      ...{ ...shared, method: 'GET', path: `${path}/.well-known/openid-configuration` },
      handle: known(() => json(200, discovery(state.url))),
    },
  ];
}

async function giveToken(state: OktaState, call: Call): Promise<Reply> {
  const rules = { required: ['grant_type', ...ASSERTION], optional: ['scope'] };
  const form = await readForm(call.request, call.body, rules);
  const endpoint = `${state.url}/v1/token`;
  const client = await authenticateClient(state, form, endpoint);
  const { grant_type: grant = '', scope = '' } = form;
  const { grantTypes = ['client_credentials'], applicationType = 'service' } = client;
  if (!grantTypes.includes(grant) || applicationType !== 'service') {
    const configured = `Configured grant types: [${grantTypes.join(', ')}].`;
    const text = `The client is not authorized to use the provided grant type. ${configured}`;
    throw oauthRefusal(400, 'unauthorized_client', text);
  }
  const scopes = checkScopes(state, client, scope);
  const thumbprint = await verifyProof(state, client, call, endpoint);
  const token = await issueToken(state, client, scopes, thumbprint);
  const type = thumbprint === undefined ? 'Bearer' : 'DPoP';
  const body = { token_type: type, expires_in: state.expiresInSeconds, access_token: token, scope };
  return json(200, body, NO_STORE);
}

function checkScopes({ scopes, rules }: OktaState, { clientId }: OktaClient, asked: string): readonly string[] {
  const names = asked.split(' ').filter((name) => name !== '');
  if (names.length === 0)
    throw invalidScope(
      "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
    );
  if (names.some((name) => OPENID_SCOPES.includes(name))) {
    throw invalidScope("Cannot request 'openid' scopes using client credentials.");
  }
  if (names.some((name) => !scopes.includes(name))) {
    throw invalidScope('One or more scopes are not configured for the authorization server resource.');
  }
  const rule = rules.find(({ clients }) => clients.includes(clientId));
  if (!rule) {
    const text = 'Policy evaluation failed for this request, please check the policy configurations.';
    throw oauthRefusal(401, 'access_denied', text);
  }
  const denied = names.filter((name) => !rule.scopes.includes(name));
  if (denied.length === 0) return names;
  const text =
    denied.length === names.length
      ? 'Policy evaluation succeeded, but all the requested scopes were rejected.'
      : `Some of the requested scopes were denied by the policy. Denied scopes: [${denied.join(', ')}].`;
  throw oauthRefusal(400, 'access_denied', text);
}

async function issueToken(
  state: OktaState,
  { clientId }: OktaClient,
  scp: readonly string[],
  thumbprint: string | undefined,
): Promise<string> {
  const { url, audience, key, now, expiresInSeconds } = state;
  const issuedAt = Math.floor(now() / 1000);
  const value = await new SignJWT({
    ...{ ver: 1, jti: `AT.${randomUUID()}`, iss: url, aud: audience, sub: clientId, cid: clientId, scp },
    ...{ iat: issuedAt, exp: issuedAt + expiresInSeconds },
    ...(thumbprint === undefined ? {} : { cnf: { jkt: thumbprint } }),
  })
    .setProtectedHeader({ alg: 'RS256', kid: key.keyId })
    .sign(key.privateKey);
  state.tokens.push({ value, clientId, expiresAt: now() + expiresInSeconds * 1000 });
  return value;
}

/** RFC 7009: 200 for a token that nobody knows, too. */
async function revokeToken(state: OktaState, { request, body }: Call): Promise<Reply> {
  const form = await readForm(request, body, { required: ['token', ...ASSERTION], optional: ['token_type_hint'] });
  const { clientId } = await authenticateClient(state, form, `${state.url}/v1/revoke`);
  const token = state.tokens.find((known) => known.value === form['token'] && known.clientId === clientId);
  if (token) token.revokedAt ??= state.now();
  return { status: 200, headers: NO_STORE, body: undefined };
}

function discovery(url: string): object {
  return {
    issuer: url,
    token_endpoint: `${url}/v1/token`,
    revocation_endpoint: `${url}/v1/revoke`,
    jwks_uri: `${url}/v1/keys`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
  };
}

function invalidScope(description: string): Refusal {
  return oauthRefusal(400, 'invalid_scope', description);
}

function notFound(server: string): Refusal {
  const summary = `Not found: Resource not found: ${server} (AuthorizationServer)`;
  return new Refusal(json(404, { errorCode: 'E0000007', errorSummary: summary, errorLink: 'E0000007' }), summary);
}
