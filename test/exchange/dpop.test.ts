import { describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify, type JWTVerifyResult } from 'jose';
import { createDpopKey } from '../../src/exchange/dpop.ts';
import { bench } from '../http/support/bench.ts';

const URL_OF_TOKENS = 'https://acme.okta.com/oauth2/default/v1/token';
const NOW = 1_800_000_000_900;
const clock = { ...bench([]).clock, now: () => NOW };

function read(proof: string): Promise<JWTVerifyResult> {
  return jwtVerify(proof, EmbeddedJWK, { algorithms: ['ES256'], typ: 'dpop+jwt' });
}

describe('a DPoP proof', () => {
  it('names the request and the key, and nothing private', async () => {
    const key = await createDpopKey(clock);
    const { payload, protectedHeader } = await read(await key.prove(`${URL_OF_TOKENS}?a=1#b`, undefined));
    expect(payload).toEqual({
      ...{ jti: expect.any(String), htm: 'POST', htu: URL_OF_TOKENS, iat: 1_800_000_000 },
    });
    expect(protectedHeader).toEqual({
      ...{ alg: 'ES256', typ: 'dpop+jwt' },
      jwk: { kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String) },
    });
    expect(await calculateJwkThumbprint(protectedHeader.jwk ?? {})).toBe(key.thumbprint);
  });

  it("holds the server's nonce", async () => {
    const key = await createDpopKey(clock);
    const { payload } = await read(await key.prove(URL_OF_TOKENS, 'n-1'));
    expect(payload['nonce']).toBe('n-1');
  });

  it('is another one for every sending, and of another key in every run', async () => {
    const [key, other] = [await createDpopKey(clock), await createDpopKey(clock)];
    const proofs = [key, key, other].map(async (each) => read(await each.prove(URL_OF_TOKENS, undefined)));
    const jtis = (await Promise.all(proofs)).map(({ payload }) => payload.jti);
    expect(new Set(jtis).size).toBe(3);
    expect(other.thumbprint).not.toBe(key.thumbprint);
  });
});
