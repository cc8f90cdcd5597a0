import { describe, expect, it } from '@jest/globals';
import { account, assume, START } from './support/account.ts';

describe('AssumeRoleWithWebIdentity', () => {
  it('gives keys of the shape and life that STS gives', async () => {
    const made = await account();
    const { body } = await assume(made);
    expect(body).toMatchObject({
      AssumeRoleWithWebIdentityResponse: {
        AssumeRoleWithWebIdentityResult: {
          AssumedRoleUser: { Arn: 'arn:aws:sts::123456789012:assumed-role/deploy/run-1' },
          Credentials: { AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/), Expiration: START / 1000 + 900 },
        },
      },
    });
  });

  it.each([
    { name: 'a name with braces', change: { RoleSessionName: '{run}' }, code: 'ValidationError' },
    { name: 'a life that is too short', change: { DurationSeconds: '899' }, code: 'ValidationError' },
    { name: 'a life that is too long', change: { DurationSeconds: '3601' }, code: 'ValidationError' },
    { name: 'a field that it does not know', change: { Duration: '900' }, code: 'ValidationError' },
    { name: 'no token', change: { WebIdentityToken: '' }, code: 'ValidationError' },
    { name: 'a token that is none', change: { WebIdentityToken: 'token' }, code: 'InvalidIdentityToken' },
    { name: 'another role', change: { RoleArn: 'arn:aws:iam::123456789012:role/x' }, code: 'AccessDenied' },
    { name: 'another version', change: { Version: '2020-01-01' }, code: 'InvalidAction' },
    { name: 'no action', change: { Action: undefined }, code: 'InvalidAction' },
    { name: 'a policy that is none', change: { Policy: '{}' }, code: 'MalformedPolicyDocument' },
    { name: 'a policy that is too long', change: { Policy: ' '.repeat(2049) }, code: 'PackedPolicyTooLarge' },
  ])('refuses $name', async ({ change, code }) => {
    expect(await assume(await account(), change)).toMatchObject({ body: { Error: { Type: 'Sender', Code: code } } });
  });

  it.each([
    { name: 'expired', claims: { exp: START / 1000 - 301 }, code: 'ExpiredTokenException' },
    { name: 'of another issuer', claims: { iss: 'https://evil.example' }, code: 'InvalidIdentityToken' },
    { name: 'for another audience', claims: { aud: ['https://vercel.com'] }, code: 'InvalidIdentityToken' },
    { name: 'of another repository', claims: { sub: '{x}:{y}' }, code: 'AccessDenied' },
    { name: 'of a repository behind a line', claims: { sub: 'x\n{y}' }, code: 'AccessDenied' },
  ])('refuses a token that is $name', async ({ claims, code }) => {
    const made = await account();
    const token = await made.issuer.mintToken({ claims });
    expect(await assume(made, { WebIdentityToken: token })).toMatchObject({ body: { Error: { Code: code } } });
  });

  it('refuses a token that another key has signed', async () => {
    const made = await account();
    const token = await made.issuer.mintToken();
    await made.issuer.rotateKeys();
    expect(await assume(made, { WebIdentityToken: token })).toMatchObject({
      body: { Error: { Code: 'InvalidIdentityToken', Message: "Couldn't verify the signature of the token" } },
    });
  });
});
