import { createPublicKey, type KeyObject } from 'node:crypto';

const MIN_RSA_BITS = 2048;

/** What a key signs by, whatever its service says of it; undefined for a key that is of no use here. */
export function algorithmOf(key: KeyObject): 'ES256' | 'RS256' | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: { namedCurve, modulusLength = 0 } = {} } = key;
  if (type === 'ec' && namedCurve === 'prime256v1') return 'ES256';
  return type === 'rsa' && modulusLength >= MIN_RSA_BITS ? 'RS256' : undefined;
}

/** Undefined for a text that holds no key. */
export function readPublicKey(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}
