import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import type { Refusal } from '../reply.ts';
import { aadsts } from './refusal.ts';
import { issuerOf, type Application, type EntraState, type KnownCredential } from './state.ts';

const CLOCK_SKEW_SECONDS = 300;
const ADVICE = 'Check your federated identity credential Subject, Audience and Issuer against the presented assertion.';

/** The federated credential that admits the assertion, once it is verified with the keys that its issuer publishes. */
export async function acceptAssertion(
  state: EntraState,
  application: Application,
  assertion: string,
): Promise<KnownCredential> {
  const claims = readAssertion(state, assertion);
  const credential = matchCredential(state, application, claims);
  const { issuer } = credential;
  const keys = await state.fetchKeys(issuer);
  if (!keys) throw aadsts(501661, 'invalid_request', 'Request to External OIDC endpoint failed.', state.now());
  try {
    await jwtVerify(assertion, createLocalJWKSet(keys), {
      issuer,
      algorithms: ['RS256'],
      requiredClaims: ['iss', 'sub', 'aud', 'exp'],
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(state.now()),
    });
  } catch (error) {
    throw notVerified(error, state.now());
  }
  return credential;
}

function readAssertion(state: EntraState, assertion: string): JWTPayload {
  try {
    if (decodeProtectedHeader(assertion).alg === 'RS256') return decodeJwt(assertion);
  } catch {
    // No JWT, which is told below.
  }
  throw aadsts(50027, 'invalid_request', 'JWT token is invalid or malformed.', state.now());
}

/** Issuer, subject, audience: each letter for letter, in this order; the first that fits nothing is told. */
function matchCredential(
  state: EntraState,
  { clientId, credentials }: Application,
  claims: JWTPayload,
): KnownCredential {
  const refuse = (number: number, text: string): Refusal => aadsts(number, 'invalid_client', text, state.now());
  const { iss = '', sub = '', aud = [] } = claims;
  if ([issuerOf(state, 1), issuerOf(state, 2)].includes(iss)) {
    throw refuse(700222, 'AAD-issued tokens may not be used for federated identity flows.');
  }
  if (credentials.length === 0) {
    throw refuse(70025, `The client '${clientId}' has no configured federated identity credentials.`);
  }
  const said = (name: string, value: string, more = ''): string =>
    `No matching federated identity record found for presented assertion ${name} '${value}'. ${more}${ADVICE}`;
  const issued = credentials.filter(({ issuer }) => issuer === iss);
  if (issued.length === 0) throw refuse(700211, said('issuer', iss));
  const named = issued.find(({ subject }) => subject === sub);
  if (!named) {
    const alike = issued.some(({ subject }) => subject.toLowerCase() === sub.toLowerCase());
    const hint = 'The subject matches with case-insensitive comparison, but not with case-sensitive comparison. ';
    throw alike ? refuse(7002138, said('subject', sub, hint)) : refuse(700213, said('subject', sub));
  }
  const audiences = typeof aud === 'string' ? [aud] : aud;
  if (!audiences.includes(named.audience)) throw refuse(700212, said('audience', audiences.join(', ')));
  if (state.now() < named.knownFrom) {
    const none = 'No matching federated identity record found for presented assertion.';
    throw aadsts(
      70021,
      'invalid_request',
      `${none} Assertion Issuer: '${iss}'. Assertion Subject: '${sub}'.`,
      state.now(),
    );
  }
  return named;
}

function notVerified(error: unknown, now: number): Refusal {
  if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed) {
    return aadsts(700024, 'invalid_client', 'Client assertion is not within its valid time range.', now);
  }
  return aadsts(700027, 'invalid_client', 'Client assertion failed signature validation.', now);
}
