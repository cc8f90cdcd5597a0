import { generateKeyPairSync, sign } from 'node:crypto';
import { keyIdOfP256, thumbprintOfP256 } from '../digest.ts';
import { bindToken, checkBindable, type IssuerRsaKey } from '../openpubkey/index.ts';
import type { Secret } from '../secret.ts';
import type { Signer } from './types.ts';

export interface KeylessInput {
  /** The step's OIDC token, verified. */
  readonly token: Secret;
  readonly issuer: string;
  /** The issuer's key that signed the token. */
  readonly issuerKey: IssuerRsaKey;
}

/**
 * A signer with a new key that nobody else has and that ends with the process: it stays in the closures of `sign` and
 * `bind`. What it means is in its binding to the step's token.
 * @throws {PipeError} `TOKEN_INVALID` where the token is not in RS256 by that key; `ISSUER_KEYS_UNAVAILABLE` where the key
 * is of a kind that GQ256 cannot use.
 */
export function createKeylessSigner({ token, issuer, issuerKey }: KeylessInput): Required<Signer> {
  checkBindable(token, issuerKey);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return {
    name: 'keyless',
    keyId: keyIdOfP256({ x, y }),
    keyUri: undefined,
    jwkThumbprint: thumbprintOfP256({ x, y }),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    binding: {
      issuer,
      issuerKey,
      bind: (statementDigest) => bindToken({ token, issuerKey, privateKey, statementDigest }),
    },
    sign: (data) => Promise.resolve(new Uint8Array(sign('sha256', data, privateKey))),
  };
}
