import { readForm } from '../body.ts';
import { json, oauthRefusal, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { logActivity } from './activity.ts';
import { usePayload } from './payloads.ts';
import { choosePolicy, showPolicy } from './policies.ts';
import { CLI_CLIENT, CLIENTS, issueToken, type State } from './state.ts';
import { verifySubjectToken } from './subject-token.ts';

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const DEFAULT_LIFE_SECONDS = 3600;
const NO_STORE = { 'cache-control': 'no-store' };

/** Vercel's token exchange (RFC 8693) for a public client. */
export async function exchangeToken(state: State, call: Call): Promise<Reply> {
  const { request, body } = call;
  const form = await readForm(request, body, {
    required: [
      'grant_type',
      'client_id',
      'subject_token_type',
      'requested_token_type',
      'team_id_or_slug',
      'subject_token',
    ],
    optional: ['policy_id'],
  });
  checkForm(state, form);
  const clientId = form['client_id'] ?? '';
  const claims = await verifySubjectToken(state, form['subject_token'] ?? '');
  const policy = choosePolicy(state, { clientId, claims, policyId: form['policy_id'] });
  const expiresIn = state.options.exchange?.expiresInSeconds ?? DEFAULT_LIFE_SECONDS;
  const all = policy.projectIds === undefined || policy.projectIds.includes('*');
  const token = issueToken(state, {
    kind: 'app',
    principalId: `app_${clientId.slice(3)}`,
    clientId,
    policyId: policy.policyId,
    ...(policy.permissions ? { permissions: policy.permissions } : {}),
    ...(all ? {} : { projectIds: policy.projectIds }),
    ...(claims.sub === undefined ? {} : { subject: claims.sub }),
    expiresAt: state.now() + expiresIn * 1000,
  });
  const payload = usePayload(state, policy, token, showPolicy(state, policy));
  logActivity(state, { call, token }, 'oidc-policy-used-to-obtain-app-token', payload);
  return json(
    200,
    { access_token: token.value, issued_token_type: ACCESS_TOKEN, token_type: 'Bearer', expires_in: expiresIn },
    NO_STORE,
  );
}

function checkForm(state: State, form: Readonly<Record<string, string>>): void {
  if (form['grant_type'] !== TOKEN_EXCHANGE) {
    throw oauthRefusal(400, 'unsupported_grant_type', `grant_type must be ${TOKEN_EXCHANGE}.`);
  }
  for (const [name, wanted] of [
    ['subject_token_type', ID_TOKEN],
    ['requested_token_type', ACCESS_TOKEN],
  ] as const) {
    if (form[name] !== wanted) throw oauthRefusal(400, 'invalid_request', `${name} must be ${wanted}.`);
  }
  const clientId = form['client_id'] ?? '';
  if (!Object.hasOwn(CLIENTS, clientId)) throw oauthRefusal(401, 'invalid_client', `Unknown client_id ${clientId}.`);
  const team = form['team_id_or_slug'] ?? '';
  if (team !== state.team.id && team !== state.team.slug) {
    throw oauthRefusal(400, 'invalid_request', `team_id_or_slug ${team} names no team.`);
  }
  if (clientId === CLI_CLIENT && state.options.exchange?.clientEnabled === false) {
    throw oauthRefusal(400, 'unauthorized_client', `The client ${clientId} is not enabled for this team.`);
  }
}

/** RFC 7009: 200 for a token that nobody knows, too. */
export async function revokeToken(state: State, call: Call): Promise<Reply> {
  const form = await readForm(call.request, call.body, {
    required: ['client_id', 'token'],
    optional: ['token_type_hint'],
  });
  const { client_id: clientId = '', token_type_hint: hint } = form;
  if (!Object.hasOwn(CLIENTS, clientId)) throw oauthRefusal(401, 'invalid_client', `Unknown client_id ${clientId}.`);
  if (hint !== undefined && hint !== 'access_token') {
    throw oauthRefusal(400, 'unsupported_token_type', `token_type_hint ${hint} is not supported.`);
  }
  const token = state.tokens.find(({ value }) => value === form['token']);
  if (token && token.clientId !== clientId) {
    throw oauthRefusal(400, 'invalid_grant', 'The token was not issued to this client.');
  }
  if (token && token.revokedAt === undefined) {
    token.revokedAt = state.now();
    logActivity(state, { call, token }, 'oauth-app-token-revoked', { tokenId: token.id });
  }
  return { status: 200, headers: NO_STORE, body: undefined };
}

/** RFC 7662, without client authentication, as Vercel has it. */
export async function introspectToken(state: State, { request, body }: Call): Promise<Reply> {
  const form = await readForm(request, body, { required: ['token'], optional: ['token_type_hint'] });
  const token = state.tokens.find(({ value }) => value === form['token']);
  if (token?.kind !== 'app' || token.revokedAt !== undefined || token.expiresAt <= state.now()) {
    return json(200, { active: false }, NO_STORE);
  }
  const { introspectionOmit = [], introspectionOverride = {} } = state.options.exchange ?? {};
  const { id, slug, name } = state.team;
  const said: Record<string, unknown> = {
    active: true,
    client_id: token.clientId,
    client_name: CLIENTS[token.clientId ?? ''],
    sub: token.principalId,
    team: { id, slug, name },
    iss: 'https://vercel.com/',
    iat: Math.floor(token.issuedAt / 1000),
    exp: Math.floor(token.expiresAt / 1000),
    ...introspectionOverride,
  };
  const kept = Object.entries(said).filter(([member]) => !introspectionOmit.includes(member));
  return json(200, Object.fromEntries(kept), NO_STORE);
}

/** Vercel's OpenID Provider metadata, as far as tokens go. */
export function discoverOauth(state: State): Reply {
  const endpoint = `${state.baseUrl}/login/oauth/token`;
  return json(200, {
    issuer: 'https://vercel.com/',
    token_endpoint: endpoint,
    revocation_endpoint: `${endpoint}/revoke`,
    introspection_endpoint: `${endpoint}/introspect`,
    grant_types_supported: [TOKEN_EXCHANGE],
  });
}
