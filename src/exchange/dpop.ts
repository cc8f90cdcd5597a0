import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Clock } from '../platform/types.ts';

const ALGORITHM = 'ES256';

/** A key of this run alone, in memory alone, to which a server binds the token that it gives (RFC 9449). */
export interface DpopKey {
  /** RFC 7638: what the token's `cnf.jkt` must say. */
  readonly thumbprint: string;
  /** The header `DPoP` of one POST. Each is good for one sending: servers remember its `jti`. */
  prove(url: string, nonce: string | undefined): Promise<string>;
}

export async function createDpopKey(clock: Clock): Promise<DpopKey> {
  // WebCrypto does not let the private half be exported, and it has no name outside of `prove`.
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM);
  const jwk = await exportJWK(publicKey);
  const thumbprint = await calculateJwkThumbprint(jwk);
  let made = 0;
  return {
    thumbprint,
    prove(url, nonce) {
      const { origin, pathname } = new URL(url);
      // The key is of this run alone, so its thumbprint and a number have never been a `jti` before.
      made += 1;
      const claims = { jti: `${thumbprint}.${String(made)}`, htm: 'POST', htu: `${origin}${pathname}` };
      return new SignJWT({ ...claims, ...(nonce === undefined ? {} : { nonce }) })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'dpop+jwt', jwk })
        .setIssuedAt(Math.floor(clock.now() / 1000))
        .sign(privateKey);
    },
  };
}
