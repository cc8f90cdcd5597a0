import { createPublicKey, generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { openRemoteKey, RemoteSigner } from '../../../src/signing/remote.ts';

export interface LocalKey {
  /** In the place of a service that holds the key. */
  readonly open: typeof openRemoteKey;
  readonly signer: RemoteSigner;
  readonly jwk: JsonWebKey;
  /** What was asked of the key, in order. */
  readonly asked: ('open' | 'sign' | 'close')[];
}

const made = new Map<string, KeyObject>();

/** A key of this process that is reached like a remote one. */
export function localKey(alg: RemoteSigner['alg'] = 'ES256', more: Partial<RemoteSigner> = {}): LocalKey {
  const privateKey = made.get(alg) ?? makeKey(alg);
  made.set(alg, privateKey);
  const publicKey = createPublicKey(privateKey);
  const asked: LocalKey['asked'] = [];
  const signer: RemoteSigner = {
    alg,
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    keyUri: 'local:key:v1',
    sign(data) {
      asked.push('sign');
      return Promise.resolve(new Uint8Array(sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })));
    },
    close() {
      asked.push('close');
      return Promise.resolve();
    },
    ...more,
  };
  const open = (): Promise<RemoteSigner> => {
    asked.push('open');
    return Promise.resolve(signer);
  };
  return { open, signer, asked, jwk: publicKey.export({ format: 'jwk' }) };
}

function makeKey(alg: RemoteSigner['alg']): KeyObject {
  if (alg === 'RS256') return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}
