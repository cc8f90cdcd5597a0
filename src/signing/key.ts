import { sign } from 'node:crypto';
import { keyIdOfP256, thumbprintOfP256 } from '../digest.ts';
import { Secret } from '../secret.ts';
import { readPrivateKey } from './private-key.ts';
import type { Signer } from './types.ts';

/**
 * A signer with the key in `SIGNING_KEY`: an EC P-256 private key as JWK or PEM (PKCS#8, or SEC1 as
 * `openssl ecparam -genkey` writes it), plain or in base64. The key stays in the closure of `sign`: no property holds it.
 * @throws {PipeError} `SIGNING_KEY_INVALID`.
 */
export function createKeySigner(keyText: string | Secret): Signer {
  const value = typeof keyText === 'string' ? new Secret(keyText) : keyText;
  const { privateKey, publicKey } = readPrivateKey(value);
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return {
    name: 'key',
    keyId: keyIdOfP256({ x, y }),
    keyUri: undefined,
    jwkThumbprint: thumbprintOfP256({ x, y }),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (data) => Promise.resolve(new Uint8Array(sign('sha256', data, privateKey))),
  };
}
