import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { oauthRefusal, type Refusal } from '../reply.ts';
import type { OktaClient, OktaState } from './types.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
const MAX_LIFE_SECONDS = 3600;
const CLOCK_SKEW_SECONDS = 60;

/** The client that a `private_key_jwt` proves, in Okta's words where it proves none. */
export async function authenticateClient(
  state: OktaState,
  form: Readonly<Record<string, string>>,
  endpoint: string,
): Promise<OktaClient> {
  const { client_assertion: assertion = '', client_assertion_type: type } = form;
  if (type !== JWT_BEARER)
    throw oauthRefusal(400, 'invalid_request', `The client_assertion_type must be ${JWT_BEARER}.`);
  const claims = decode(assertion);
  const client = state.clients.find(({ clientId }) => clientId === claims.iss);
  if (!client) throw invalidClient('The issuer claim for client_assertion is not a valid client_id.');
  if (claims.sub !== client.clientId) {
    throw invalidClient('The subject claim for client_assertion is not a valid client_id.');
  }
  if (claims.aud !== endpoint) {
    throw invalidClient('The audience claim for client_assertion must be the endpoint invoked for the request.');
  }
  checkTimes(claims, state.now() / 1000);
  await checkSignature(client, assertion);
  const { jti } = claims;
  if (jti !== undefined) {
    if (state.seen.has(jti)) throw invalidClient('The client_assertion token has already been used.');
    state.seen.add(jti);
  }
  return client;
}

function decode(assertion: string): JWTPayload {
  try {
    return decodeJwt(assertion);
  } catch {
    throw invalidClient('The parsing of the client_assertion failed.');
  }
}

function checkTimes({ exp, iat }: JWTPayload, now: number): void {
  if (exp === undefined)
    throw invalidClient("The client_assertion must contain the 'exp' claim as seconds since epoch.");
  if (exp <= now) throw invalidClient('The client_assertion token is expired.');
  if (exp > now + MAX_LIFE_SECONDS) {
    throw invalidClient('The client_assertion token has an expiration too far into the future.');
  }
  if (iat !== undefined && iat > now + CLOCK_SKEW_SECONDS) {
    throw invalidClient('The client_assertion token must be issued before the current time.');
  }
}

/** With one key `kid` may be left out; which of several is meant, only `kid` says. */
async function checkSignature({ keys }: OktaClient, assertion: string): Promise<void> {
  const { kid, alg = '' } = decodeProtectedHeader(assertion);
  if (keys.length === 0) {
    throw invalidClient('The client does not have a JWKSet configured, but the client_assertion requires one.');
  }
  if (!ALGORITHMS.includes(alg)) throw invalidClient('The client_assertion JWT signature algorithm is invalid.');
  const named = kid === undefined && keys.length === 1 ? keys : keys.filter((key) => key.kid === kid);
  if (named.length === 0) throw invalidClient('The client_assertion JWT kid is invalid.');
  try {
    // The times were checked above, by the sandbox's clock.
    await jwtVerify(assertion, createLocalJWKSet({ keys: [...named] }), { currentDate: new Date(0) });
  } catch (error) {
    if (error instanceof errors.JOSEError) throw invalidClient('The client_assertion signature is invalid.');
    throw error;
  }
}

function invalidClient(description: string): Refusal {
  return oauthRefusal(401, 'invalid_client', description);
}
