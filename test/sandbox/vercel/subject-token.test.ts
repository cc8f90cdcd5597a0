import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createSandbox, type MintOverrides } from '../../../src/sandbox/index.ts';
import { exchange } from '../support/client.ts';

const NOW = 1_800_000_000_000;
const SECOND = NOW / 1000;
const now = (): number => NOW;

describe('the subject token', () => {
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  it.each<{ name: string; mint: MintOverrides; error?: string; text: string }>([
    { name: 'of a foreign key', mint: { key: foreign }, text: 'signature verification failed' },
    { name: 'without signature', mint: { header: { alg: 'none' } }, text: '"alg"' },
    { name: 'with an HMAC', mint: { header: { alg: 'HS256' }, key: new Uint8Array(32) }, text: '"alg"' },
    { name: 'of an unknown key', mint: { header: { kid: 'x' } }, text: 'no applicable key' },
    { name: 'that has expired', mint: { claims: { exp: SECOND - 61 } }, text: '"exp" claim timestamp check failed' },
    { name: 'from the future', mint: { claims: { iat: SECOND + 61 } }, text: '"iat" claim timestamp check failed' },
    { name: 'without exp', mint: { remove: ['exp'] }, text: 'missing required "exp" claim' },
    { name: 'without sub', mint: { remove: ['sub'] }, text: 'missing required "sub" claim' },
    { name: 'without issuer', mint: { remove: ['iss'] }, text: 'it has no claim "iss"' },
    {
      name: 'of another issuer',
      mint: { claims: { iss: 'https://evil.example' } },
      error: 'invalid_grant',
      text: 'No OIDC policy of the team names the issuer https://evil.example.',
    },
    {
      name: 'of another repository',
      mint: { claims: { repositoryUuid: '{x}' } },
      error: 'invalid_grant',
      text: 'does not match any OIDC policy',
    },
    {
      name: 'for another audience',
      mint: { claims: { aud: ['ari:cloud:bitbucket::workspace/x'] } },
      error: 'invalid_grant',
      text: 'does not match any OIDC policy',
    },
  ])('is refused $name', async ({ mint, error = 'invalid_request', text }) => {
    const sandbox = await createSandbox({ now });
    const reply = await exchange(sandbox, { subject_token: await sandbox.issuer.mintToken(mint) });
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({ error, error_description: expect.stringContaining(text) });
    expect(sandbox.vercel.tokens.filter(({ kind }) => kind === 'app')).toHaveLength(0);
  });

  it.each([
    { name: 'no JWT', token: 'abc', text: 'it is not a JWT' },
    { name: 'a huge text', token: 'a'.repeat(16_385), text: 'longer than 16384' },
  ])('is refused where it is $name', async ({ token, text }) => {
    const reply = await exchange(await createSandbox(), { subject_token: token });
    expect(reply.body).toEqual({ error: 'invalid_request', error_description: expect.stringContaining(text) });
  });

  it('is taken within 60 s of clock skew', async () => {
    const sandbox = await createSandbox({ now });
    const token = await sandbox.issuer.mintToken({ claims: { exp: SECOND - 30, iat: SECOND - 3630 } });
    expect((await exchange(sandbox, { subject_token: token })).status).toBe(200);
  });
});
