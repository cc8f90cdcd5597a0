import { createLocalJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import { oauthRefusal, type Refusal } from '../reply.ts';
import type { State } from './state.ts';

const MAX_TOKEN_CHARS = 16 * 1024;
const CLOCK_SKEW_SECONDS = 60;

/** Verifies the step's token with the issuer's published keys, and gives its claims. Only issuers of policies are asked for keys. */
export async function verifySubjectToken(state: State, token: string): Promise<JWTPayload> {
  if (token.length > MAX_TOKEN_CHARS) throw invalid('it is longer than 16384 characters');
  const issuer = readIssuer(token);
  if (!state.policies.some(({ issuerUrl }) => issuerUrl === issuer)) {
    throw oauthRefusal(400, 'invalid_grant', `No OIDC policy of the team names the issuer ${issuer}.`);
  }
  const keys = state.keysOf(issuer);
  if (!keys) throw invalid(`the keys of ${issuer} could not be fetched`);
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer,
      algorithms: ['RS256'],
      requiredClaims: ['iss', 'sub', 'aud', 'iat', 'exp'],
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(state.now()),
      // Also refuses an `iat` in the future.
      maxTokenAge: '1d',
    });
    return payload;
  } catch (error) {
    throw invalid(error instanceof errors.JOSEError ? error.message : String(error));
  }
}

function readIssuer(token: string): string {
  try {
    const { iss } = decodeJwt(token);
    if (typeof iss === 'string') return iss;
  } catch {
    throw invalid('it is not a JWT');
  }
  throw invalid('it has no claim "iss"');
}

/** RFC 8693 §2.2.2: a subject token that is invalid for any reason is an `invalid_request`. */
function invalid(reason: string): Refusal {
  return oauthRefusal(400, 'invalid_request', `The subject_token is not valid: ${reason}.`);
}
