import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { describeExchange } from '../../src/exchange/audit.ts';
import { Secret } from '../../src/secret.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const jwt = (claims: unknown): string =>
  ['{"alg":"RS256"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

describe('describeExchange', () => {
  it('names a JWT by issuer and by digests alone', () => {
    const token = jwt({ iss: 'https://vault.example.com/v1/identity/oidc', sub: 'entity-1', email: 'who@example.com' });
    const audit = describeExchange('vercel', {
      token: new Secret(token),
      expiresAt: 5,
      policyId: 'pol_1',
      reply: { headers: { 'x-vercel-id': 'fra1::abc', 'x-request-id': 'other' } },
      url: 'https://api.vercel.com/login/oauth/token?x=1',
    });
    expect(audit).toEqual({
      hop: 'vercel',
      service: 'api.vercel.com',
      issuer: 'https://vault.example.com/v1/identity/oidc',
      subjectSha256: sha256('entity-1'),
      policyId: 'pol_1',
      tokenSha256: sha256(token),
      expiresAt: 5,
      requestId: 'fra1::abc',
    });
  });

  it.each([
    { name: 'is opaque', token: 'vca_0123456789' },
    { name: 'has dots and no JSON', token: 'a.b.c' },
    { name: 'has a payload that is no map', token: jwt('text') },
    { name: 'has claims of other types', token: jwt({ iss: 7, sub: ['x'] }) },
  ])('says of a token that $name no more than its digest', ({ token }) => {
    expect(describeExchange('static', { token: new Secret(token) })).toEqual({
      hop: 'static',
      tokenSha256: sha256(token),
    });
  });

  it('keeps what a server sends on one line, and short', () => {
    const reply = { headers: { 'x-request-id': `a\n\u001b[2K${'b'.repeat(500)}` } };
    const { requestId } = describeExchange('static', { token: new Secret('token-of-a-test'), reply });
    expect(requestId).toMatch(/^a\[2Kb{124}$/);
  });
});
