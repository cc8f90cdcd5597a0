import { createPublicKey, verify } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { keyIdOfP256, thumbprintOfP256 } from '../../src/digest.ts';
import { verifyPkToken } from '../../src/openpubkey/index.ts';
import { Secret } from '../../src/secret.ts';
import { createKeylessSigner } from '../../src/signing/index.ts';
import { CLAIMS, makeIssuer, STATEMENT } from '../openpubkey/support/issuer.ts';

const issuer = makeIssuer();
const { issuerKey } = issuer;
const token = issuer.issue();
const input = { token, issuer: CLAIMS.iss, issuerKey };
const data = new TextEncoder().encode('what is signed');

describe('createKeylessSigner', () => {
  it('signs in DER by the key that it tells', async () => {
    const signer = createKeylessSigner(input);
    const signature = await signer.sign(data);
    expect(verify('sha256', data, signer.publicKeyPem, signature)).toBe(true);
    expect(verify('sha256', new TextEncoder().encode('another'), signer.publicKeyPem, signature)).toBe(false);
    const { crv, x = '', y = '' } = createPublicKey(signer.publicKeyPem).export({ format: 'jwk' });
    expect(crv).toBe('P-256');
    expect(signer).toMatchObject({
      name: 'keyless',
      keyId: keyIdOfP256({ x, y }),
      keyUri: undefined,
      jwkThumbprint: thumbprintOfP256({ x, y }),
    });
  });

  it("binds that key to the token's claims and one statement", () => {
    const { binding, publicKeyPem } = createKeylessSigner(input);
    const { x, y } = createPublicKey(publicKeyPem).export({ format: 'jwk' });
    expect(binding).toMatchObject({ issuer: CLAIMS.iss, issuerKey });
    const verified = verifyPkToken(binding.bind(STATEMENT), issuerKey);
    expect(verified).toEqual({ claims: CLAIMS, kid: 'key-1', userKey: { x, y }, statementDigest: STATEMENT });
  });

  it('has a new key each time', () => {
    expect(createKeylessSigner(input).keyId).not.toBe(createKeylessSigner(input).keyId);
  });

  it('shows neither its key nor the token', () => {
    const signer = createKeylessSigner(input);
    const shown = `${inspect(signer, { depth: 10, showHidden: true })} ${JSON.stringify(signer)}`;
    expect(shown).not.toMatch(/PRIVATE|PrivateKeyObject|"d"|token/i);
    expect(shown).not.toContain(token.reveal().split('.')[2]?.slice(0, 20));
  });

  it('takes no token that cannot be bound', () => {
    const es256 = issuer.issue(CLAIMS, { alg: 'ES256' });
    const text = 'The OIDC token cannot be bound to an ephemeral key.';
    const refused = expect.objectContaining({ code: 'TOKEN_INVALID', message: text });
    expect(() => createKeylessSigner({ ...input, token: es256 })).toThrow(refused);
    expect(() => createKeylessSigner({ ...input, token: new Secret('') })).toThrow(refused);
    expect(() => createKeylessSigner({ ...input, issuerKey: makeIssuer().issuerKey })).toThrow(refused);
  });

  it("takes no issuer's key that GQ256 cannot use", () => {
    const refused = expect.objectContaining({
      code: 'ISSUER_KEYS_UNAVAILABLE',
      got: expect.stringContaining('exponent 1'),
    });
    expect(() => createKeylessSigner({ ...input, issuerKey: { ...issuerKey, e: 'AQ' } })).toThrow(refused);
  });
});
