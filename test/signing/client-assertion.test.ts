import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint, importSPKI, jwtVerify, type JWK, type JWTVerifyResult } from 'jose';
import { describeClientKey, signClientAssertion, type AssertionFacts } from '../../src/signing/index.ts';
import { localKey } from '../exchange/support/local-key.ts';
import { NEVER } from '../http/support/bench.ts';

const NOW = 1_800_000_000_123;
const FACTS: AssertionFacts = { clientId: '0oa1', audience: 'https://acme.okta.com/oauth2/default/v1/token', now: NOW };

async function read(facts: AssertionFacts, alg: 'ES256' | 'RS256' = 'ES256'): Promise<JWTVerifyResult> {
  const { signer } = localKey(alg);
  const assertion = await signClientAssertion(signer, facts, NEVER);
  const key = await importSPKI(signer.publicKeyPem, alg);
  return jwtVerify(assertion.reveal(), key, { currentDate: new Date(NOW), algorithms: [alg] });
}

describe("a client's assertion", () => {
  it.each(['ES256', 'RS256'] as const)('signed with %s is what another library verifies', async (alg) => {
    const { payload, protectedHeader } = await read(FACTS, alg);
    expect(protectedHeader).toEqual({ alg, typ: 'JWT' });
    expect(payload).toEqual({
      ...{ iss: '0oa1', sub: '0oa1', aud: FACTS.audience },
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ...{ iat: 1_800_000_000, exp: 1_800_000_300 },
    });
  });

  it('names the key where the server knows several, and lives as long as it is told', async () => {
    const { payload, protectedHeader } = await read({ ...FACTS, keyId: 'kid-1', lifeSeconds: 60 });
    expect(protectedHeader.kid).toBe('kid-1');
    expect(payload.exp).toBe(1_800_000_060);
  });

  it('is another one each time', async () => {
    const [one, other] = [await read(FACTS), await read(FACTS)];
    expect(one.payload.jti).not.toBe(other.payload.jti);
  });

  it('stays a secret', async () => {
    const assertion = await signClientAssertion(localKey().signer, FACTS, NEVER);
    expect(String(assertion)).toBe('[redacted]');
  });

  it.each([
    { name: 'of another key', more: { publicKeyPem: otherPublicKey() } },
    { name: 'in DER', more: { sign: () => Promise.resolve(Uint8Array.of(0x30, 0x06, 2, 1, 1, 2, 1, 1)) } },
    { name: 'under a key that is none', more: { publicKeyPem: 'no PEM' } },
  ])('is not sent with a signature $name', async ({ more }) => {
    const assertion = signClientAssertion(localKey('ES256', more).signer, FACTS, NEVER);
    await expect(assertion).rejects.toMatchObject({
      code: 'SERVICE_FAILED',
      message: "The remote key's signature does not fit its own public key.",
    });
  });
});

describe("the public half of a client's key", () => {
  it.each(['ES256', 'RS256'] as const)('of %s is a JWK to register, and nothing private', async (alg) => {
    const { signer, jwk } = localKey(alg);
    const shown = JSON.parse(describeClientKey(signer, 'kid-1')) as JWK;
    expect(shown).toMatchObject({ use: 'sig', alg, kid: 'kid-1' });
    expect(shown.d).toBeUndefined();
    expect(await calculateJwkThumbprint(shown)).toBe(await calculateJwkThumbprint(jwk));
  });
});

function otherPublicKey(): string {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}
