import { calculateJwkThumbprint, EmbeddedJWK, errors, jwtVerify, type JWTPayload, type JWTVerifyResult } from 'jose';
import { json, oauthRefusal, Refusal } from '../reply.ts';
import type { Call } from '../router.ts';
import type { OktaClient, OktaState } from './types.ts';

const MAX_AGE_SECONDS = 300;

/** The thumbprint of the key that the request's DPoP proof is made with; undefined where it has none and needs none. */
export async function verifyProof(
  state: OktaState,
  client: OktaClient,
  { request }: Call,
  endpoint: string,
): Promise<string | undefined> {
  const proof = request.headers.get('dpop');
  if (proof === null) {
    if (client.dpop === true) throw invalid('The DPoP proof JWT header is missing.');
    return undefined;
  }
  const { payload, protectedHeader } = await verify(proof);
  checkClaims(state, payload, endpoint);
  if (payload['nonce'] !== state.nonce) throw wantNonce(state);
  return calculateJwkThumbprint(protectedHeader.jwk ?? {});
}

async function verify(proof: string): Promise<JWTVerifyResult> {
  try {
    const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
    return await jwtVerify(proof, EmbeddedJWK, { algorithms, typ: 'dpop+jwt', currentDate: new Date(0) });
  } catch (error) {
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'typ') {
      throw invalid("'typ' must be 'dpop+jwt' in the DPoP proof JWT.");
    }
    if (error instanceof errors.JOSEError) throw invalid('The DPoP proof JWT signature is invalid.');
    throw error;
  }
}

function checkClaims({ now, seen }: OktaState, { htm, htu, iat, jti }: JWTPayload, endpoint: string): void {
  const seconds = now() / 1000;
  if (htm !== 'POST') throw invalid("'htm' claim in the DPoP proof JWT is invalid.");
  if (htu !== endpoint) throw invalid("'htu' claim in the DPoP proof JWT is invalid.");
  if (typeof iat !== 'number') throw invalid("'iat' claim in the DPoP proof JWT is invalid.");
  if (iat > seconds + MAX_AGE_SECONDS) throw invalid('The DPoP proof JWT is issued in the future.');
  if (iat < seconds - MAX_AGE_SECONDS)
    throw invalid('The DPoP proof JWT is issued more than five minutes in the past.');
  if (typeof jti !== 'string' || jti === '') throw invalid("'jti' claim in the DPoP proof JWT is invalid.");
  if (seen.has(jti)) throw invalid('The DPoP proof JWT has already been used.');
  // A proof that is turned back for its nonce is used up, too.
  seen.add(jti);
}

function invalid(description: string): Refusal {
  return oauthRefusal(400, 'invalid_dpop_proof', description);
}

function wantNonce({ nonce }: OktaState): Refusal {
  const description = 'Authorization server requires nonce in DPoP proof.';
  const headers = { 'cache-control': 'no-cache, no-store', 'dpop-nonce': nonce };
  return new Refusal(json(400, { error: 'use_dpop_nonce', error_description: description }, headers), description);
}
