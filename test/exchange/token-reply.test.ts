import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { readIssuedToken } from '../../src/exchange/token-reply.ts';

const WANTED = { hop: 'entra', service: 'Entra', tokenTypes: ['Bearer', 'DPoP'], now: 1000 } as const;

function read(body: unknown): ReturnType<typeof readIssuedToken> | PipeError {
  try {
    return readIssuedToken({ status: 200, headers: {}, text: '', body }, WANTED);
  } catch (error) {
    if (error instanceof PipeError) return error;
    throw error;
  }
}

describe('the token in an answer', () => {
  it.each([
    { more: { expires_in: 60 }, read: { expiresAt: 61_000, bound: false, issuedType: undefined } },
    { more: { expires_in: '60' }, read: { expiresAt: 61_000 } },
    { more: {}, read: { expiresAt: undefined } },
    { more: { expires_in: '1e3' }, read: { expiresAt: undefined } },
    { more: { expires_in: -1 }, read: { expiresAt: undefined } },
    // As a date it would not fit the record.
    { more: { expires_in: 1e300 }, read: { expiresAt: undefined } },
    { more: { expires_in: [60] }, read: { expiresAt: undefined } },
    { more: { token_type: 'dPOP' }, read: { bound: true } },
    { more: { issued_token_type: 'urn:x' }, read: { issuedType: 'urn:x' } },
    { more: { issued_token_type: 5 }, read: { issuedType: undefined } },
  ])('is read with $more', ({ more, read: wanted }) => {
    const issued = read({ access_token: 'token-1', token_type: 'bearer', ...more });
    if (issued instanceof PipeError) throw issued;
    expect(issued.token.reveal()).toBe('token-1');
    expect(issued).toMatchObject(wanted);
  });

  it.each([
    { body: undefined, got: 'access_token missing, token_type missing' },
    { body: 'token', got: 'access_token missing, token_type missing' },
    { body: { access_token: null, token_type: 5 }, got: 'access_token object, token_type number' },
    {
      body: { access_token: '', token_type: 'Bearer' },
      got: 'access_token that no header can carry, token_type Bearer',
    },
    {
      body: { access_token: 'a\r\nb', token_type: 'Bearer' },
      got: 'access_token that no header can carry, token_type Bearer',
    },
    {
      body: { access_token: 'a'.repeat(65_537), token_type: 'Bearer' },
      got: 'access_token that no header can carry, token_type Bearer',
    },
    { body: { access_token: 'a', token_type: 'N_A' }, got: 'access_token, token_type N_A' },
    {
      body: { access_token: 'a', token_type: 'secret-canary-12345678' },
      got: 'access_token, token_type of another kind',
    },
  ])('is refused where it is none to use: $got', ({ body, got }) => {
    expect(read(body)).toMatchObject({
      code: 'CREDENTIAL_INVALID',
      message: 'Entra answered without a usable token (hop entra).',
      got,
      wanted: 'access_token and token_type Bearer or DPoP',
    });
  });
});
