import { SignJWT } from 'jose';
import { readJsonObject } from '../body.ts';
import { json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { authorize, googleRefusal, issueToken, splitMethod, type GoogleState } from './state.ts';
import type { GoogleAccount } from './types.ts';

const API = 'iamcredentials.googleapis.com';
const MAX_LIFE_SECONDS = 3600;
const PERMISSIONS: Readonly<Record<string, string>> = {
  generateAccessToken: 'iam.serviceAccounts.getAccessToken',
  generateIdToken: 'iam.serviceAccounts.getOpenIdToken',
};

/** IAM Service Account Credentials: tokens of an account for whoever may act as it. */
export async function askAccount(state: GoogleState, call: Call): Promise<Reply> {
  const { name, method } = splitMethod(call.params['call'] ?? '');
  const permission = PERMISSIONS[method];
  if (permission === undefined) throw googleRefusal(404, 'NOT_FOUND', `Unknown method ${method}.`);
  const body = await readJsonObject(call.request, call.body);
  const account = state.options.accounts?.find(({ email, uniqueId }) => email === name || uniqueId === name);
  authorize(state, call, {
    ...{ api: API, what: method, permission, scopes: ['https://www.googleapis.com/auth/iam'] },
    roles: ['roles/iam.workloadIdentityUser', 'roles/iam.serviceAccountTokenCreator'],
    on: account?.email ?? name,
  });
  if (!account) throw googleRefusal(404, 'NOT_FOUND', `Unknown service account ${name}.`);
  if (account.disabled === true) throw googleRefusal(400, 'FAILED_PRECONDITION', 'Service account is disabled.');
  return method === 'generateIdToken' ? signIdToken(state, account, body) : giveAccessToken(state, account, body);
}

function giveAccessToken(state: GoogleState, { email }: GoogleAccount, body: Readonly<Record<string, unknown>>): Reply {
  refuseUnknown(body, ['scope', 'lifetime', 'delegates']);
  const { scope, lifetime = '3600s' } = body;
  const seconds = Number(/^([0-9]{1,5})s$/.exec(String(lifetime))?.[1] ?? Number.NaN);
  if (!Array.isArray(scope) || scope.length === 0) throw invalid('scope must be provided.');
  if (!(seconds > 0 && seconds <= MAX_LIFE_SECONDS)) throw invalid(`lifetime ${String(lifetime)} is out of range.`);
  const scopes = scope.map(String);
  const token = issueToken(state, { members: [`serviceAccount:${email}`], scopes, lifeSeconds: seconds });
  return json(200, { accessToken: token.value, expireTime: new Date(token.expiresAt).toISOString() });
}

async function signIdToken(
  { options, idTokenKey }: GoogleState,
  { email, uniqueId }: GoogleAccount,
  body: Readonly<Record<string, unknown>>,
): Promise<Reply> {
  refuseUnknown(body, ['audience', 'includeEmail', 'delegates']);
  const { audience, includeEmail = false } = body;
  if (typeof audience !== 'string' || audience === '') throw invalid('audience must be provided.');
  const issuedAt = Math.floor(options.now() / 1000);
  const emailClaims = includeEmail === true ? { email, email_verified: true } : {};
  const token = await new SignJWT({ azp: uniqueId, ...emailClaims })
    .setProtectedHeader({ alg: 'RS256', kid: idTokenKey.keyId, typ: 'JWT' })
    .setIssuer('https://accounts.google.com')
    .setSubject(uniqueId)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + MAX_LIFE_SECONDS)
    .sign(idTokenKey.privateKey);
  return json(200, { token });
}

function refuseUnknown(body: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(`Invalid JSON payload received. Unknown name "${unknown}".`);
}

function invalid(text: string): Error {
  return googleRefusal(400, 'INVALID_ARGUMENT', text);
}
