import { generateKeyPair, randomUUID, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'jose';

export interface SigningKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly publicJwk: JWK;
}

const MODULUS_BITS = 2048;
const generate = promisify(generateKeyPair);
/** One list for the process: a key of 2048 bits takes a tenth of a second, and a test makes a sandbox each. */
const made: Promise<SigningKey>[] = [];

/** The `index`-th key of this process. */
export function takeSigningKey(index: number): Promise<SigningKey> {
  return (made[index] ??= makeSigningKey());
}

async function makeSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generate('rsa', { modulusLength: MODULUS_BITS });
  const keyId = randomUUID();
  const publicJwk = { ...publicKey.export({ format: 'jwk' }), kid: keyId, use: 'sig', alg: 'RS256' };
  return { keyId, privateKey, publicJwk };
}
