import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { PipeError } from '../errors.ts';
import { Secret } from '../secret.ts';
import type { RemoteSigner } from './remote.ts';

/** `client_assertion_type` of RFC 7523. */
export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Enough for a slow answer and clocks that differ. */
const LIFE_SECONDS = 300;

export interface AssertionFacts {
  readonly clientId: string;
  /** The endpoint that it is sent to, and no other: servers compare the whole address. */
  readonly audience: string;
  /** `kid`, where the server knows several keys of this client. */
  readonly keyId?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Default 5 minutes. */
  readonly lifeSeconds?: number;
}

/**
 * A client's proof of itself (`private_key_jwt`, RFC 7523 §2.2), signed by a remote key. Good for one request: servers
 * remember its `jti`.
 * @throws {PipeError} `SERVICE_FAILED` where the signature does not fit the key's public half.
 */
export async function signClientAssertion(
  signer: RemoteSigner,
  { clientId, audience, keyId, now, lifeSeconds = LIFE_SECONDS }: AssertionFacts,
  signal: AbortSignal,
): Promise<Secret> {
  const issuedAt = Math.floor(now / 1000);
  const header = { alg: signer.alg, typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) };
  const claims = {
    ...{ iss: clientId, sub: clientId, aud: audience, jti: randomUUID() },
    ...{ iat: issuedAt, exp: issuedAt + lifeSeconds },
  };
  const signed = `${encode(header)}.${encode(claims)}`;
  const data = new TextEncoder().encode(signed);
  const signature = await signer.sign(data, signal);
  if (!fits(signer, data, signature)) throw misfit(signer);
  return new Secret(`${signed}.${Buffer.from(signature).toString('base64url')}`);
}

/** The key's public half as the JWK that is to be registered for the client: public, so it may be shown. */
export function describeClientKey({ alg, publicKeyPem }: RemoteSigner, keyId?: string): string {
  const jwk = createPublicKey(publicKeyPem).export({ format: 'jwk' });
  return JSON.stringify({ ...jwk, use: 'sig', alg, ...(keyId === undefined ? {} : { kid: keyId }) });
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** Checked before it is sent: the server would say only that the signature is wrong. */
function fits({ publicKeyPem }: RemoteSigner, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify('sha256', data, { key: publicKeyPem, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false;
  }
}

function misfit({ alg }: RemoteSigner): PipeError {
  return new PipeError({
    code: 'SERVICE_FAILED',
    message: "The remote key's signature does not fit its own public key.",
    got: 'a signature that does not verify',
    wanted: `a signature (${alg}) by the key whose public half the service gives`,
    fix: 'Check in the policy that the signer names a key for signing; if its versions changed just now, run the step again.',
  });
}
