import { describe, expect, it } from '@jest/globals';
import { CLAIMS, NOW, failure, mint, verify } from './support/issuer.ts';

/** The good token lives from NOW to NOW + 3600. */
const END = CLAIMS.exp;

describe('the times of a token', () => {
  it.each([
    { name: 'the clock here 60 s behind', now: NOW - 60 },
    { name: 'its last minute', now: END - 60 },
  ])('are good at $name', async ({ now }) => {
    await expect(verify({ now })).resolves.toMatchObject({ warnings: [] });
  });

  it.each([
    { name: 'the clock here 61 s behind', now: NOW - 61, text: 'is from the future' },
    { name: '59 s left', now: END - 59, text: 'expires too soon for the exchange' },
    { name: 'a second left', now: END - 1, text: 'expires too soon for the exchange' },
    { name: 'no time left', now: END, text: 'has expired' },
    { name: 'an end within the skew', now: END + 59, text: 'has expired' },
    { name: 'expired a day ago', now: END + 86_400, text: 'has expired' },
  ])('are refused with $name', async ({ now, text }) => {
    const error = await failure(verify({ now }));
    expect(error).toMatchObject({ code: 'TOKEN_INVALID', exitStatus: 4, message: `The OIDC token ${text}.` });
  });

  it('are told by date where they are over', async () => {
    const error = await failure(verify({ now: END + 60 }));
    const date = (seconds: number): string => new Date(seconds * 1000).toISOString();
    expect(error).toMatchObject({
      got: `exp ${date(END)}`,
      wanted: `a minute or more after ${date(END + 60)}, the time here`,
    });
  });

  it.each([
    { name: 'nbf 60 s ahead', claims: { nbf: NOW + 60 }, good: true },
    { name: 'nbf 61 s ahead', claims: { nbf: NOW + 61 }, good: false },
    { name: 'a life of 24 h', claims: { exp: NOW + 86_400 }, good: true },
    { name: 'a life of 24 h and a second', claims: { exp: NOW + 86_401 }, good: false },
    { name: 'fractions of a second', claims: { iat: NOW + 0.5 }, good: true },
  ])('$name: good is $good', async ({ claims, good }) => {
    const outcome = await verify({ token: await mint({ claims }) }).then(
      () => 'good',
      (error: unknown) => error,
    );
    if (good) expect(outcome).toBe('good');
    else expect(outcome).toMatchObject({ code: 'TOKEN_INVALID' });
  });

  it('an expired token says what to do with a late pipe', async () => {
    const error = await failure(verify({ now: END + 3600 }));
    expect(error).toMatchObject({ fix: expect.stringContaining('A step gets one token, when it starts') });
  });
});
