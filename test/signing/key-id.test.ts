import { describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint } from 'jose';
import { createKeySigner } from '../../src/signing/index.ts';
import { KNOWN_JWK, KNOWN_KEY_ID, KNOWN_THUMBPRINT, makeKeyPair } from './support/keys.ts';
import { fingerprint, ifSshKeygen } from './support/ssh.ts';

describe('the names of a key', () => {
  it('are those of the known vector', () => {
    const { keyId, jwkThumbprint } = createKeySigner(JSON.stringify(KNOWN_JWK));
    expect({ keyId, jwkThumbprint }).toEqual({ keyId: KNOWN_KEY_ID, jwkThumbprint: KNOWN_THUMBPRINT });
  });

  it('have the thumbprint that jose computes', async () => {
    const { jwk } = makeKeyPair();
    const { jwkThumbprint } = createKeySigner(jwk);
    expect(jwkThumbprint).toBe(await calculateJwkThumbprint(JSON.parse(jwk) as { kty: string }));
  });

  ifSshKeygen('have the fingerprint that ssh-keygen prints (skipped where there is no ssh-keygen)', () => {
    const { pkcs8 } = makeKeyPair();
    const { keyId, publicKeyPem } = createKeySigner(pkcs8);
    expect(fingerprint(publicKeyPem)).toBe(keyId);
  });
});
