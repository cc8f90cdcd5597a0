import { describe, expect, it } from '@jest/globals';
import { showClaims } from '../../src/exchange/token-claims.ts';
import { Secret } from '../../src/secret.ts';

const UUID = '{1de489be-5a3c-4a0e-9d1f-2f4c8a1b6e70}';

function tokenWith(claims: object): Secret {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return new Secret(`${part({ alg: 'RS256' })}.${part(claims)}.c2ln`);
}

describe('what a token says of itself', () => {
  it('is shown as a service compares it', () => {
    const claims = { iss: 'https://v.example/', sub: 'web', aud: ['a', 'b'], exp: 1_800_000_000 };
    expect(showClaims(tokenWith(claims))).toEqual({
      ...{ iss: '"https://v.example/"', sub: '"web"', aud: '["a", "b"]', exp: '2027-01-15T08:00:00.000Z' },
      isStep: false,
    });
  });

  it.each([undefined, new Secret('opaque'), tokenWith({ iss: 5, sub: null, aud: {}, exp: 1e300 })])(
    'is nothing where it says nothing (%#)',
    (token) => {
      const nothing = { iss: 'nothing', sub: 'nothing', aud: 'nothing', exp: 'nothing', isStep: false };
      expect(showClaims(token)).toEqual(nothing);
    },
  );

  it.each([
    { sub: `${UUID}:${UUID}`, isStep: true },
    { sub: `${UUID}:${UUID}:${UUID}`, isStep: true },
    { sub: UUID, isStep: false },
    { sub: `${UUID}:web`, isStep: false },
    { sub: `x${UUID}:${UUID}`, isStep: false },
  ])("tells a step's subject: $sub", ({ sub, isStep }) => {
    expect(showClaims(tokenWith({ sub })).isStep).toBe(isStep);
  });

  it('cannot forge a line of the log, nor hide in a letter that looks like another', () => {
    expect(showClaims(tokenWith({ sub: 'a\nfix: \u0430' })).sub).toBe('"a fix: \\u0430"');
    expect(showClaims(tokenWith({ sub: 'a'.repeat(1000) })).sub).toHaveLength(602);
  });
});
