import { describe, expect, it } from '@jest/globals';
import { account, FORM, KMS, READ, session, signed, STS, type Answer } from './support/account.ts';

describe('the other services', () => {
  it('give a web identity token only within the life of the session, and only in JSON', async () => {
    const made = await account();
    const credential = await session(made);
    const vend = async (seconds: string, headers = FORM): Promise<Answer> => {
      const fields = { Action: 'GetWebIdentityToken', Version: '2011-06-15', 'Audience.member.1': 'x' };
      const body = new URLSearchParams({ ...fields, SigningAlgorithm: 'RS256', DurationSeconds: seconds }).toString();
      const change = { host: new URL(STS).host, service: 'sts', headers: { 'content-type': FORM['content-type'] } };
      return await made.post(STS, { ...signed(credential, body, change), ...headers }, body);
    };
    expect(await vend('300')).toMatchObject({ status: 200 });
    expect(await vend('901')).toMatchObject({
      status: 403,
      body: { Error: { Code: 'SessionDurationEscalationException' } },
    });
    expect(await vend('59')).toMatchObject({ body: { Error: { Code: 'ValidationError' } } });
    expect(await vend('300', { ...FORM, accept: '*/*' })).toMatchObject({ body: { Error: { Code: 'SandboxOnly' } } });
  });

  it.each([
    { name: 'a message', change: { MessageType: 'RAW' }, type: 'ValidationException' },
    { name: 'a digest of another length', change: { Message: 'AAAA' }, type: 'ValidationException' },
    { name: 'another algorithm', change: { SigningAlgorithm: 'RSASSA_PSS_SHA_256' }, type: 'InvalidKeyUsageException' },
    { name: 'a member too many', change: { DryRun: 'true' }, type: 'ValidationException' },
    { name: 'another key', change: { KeyId: 'alias/other' }, type: 'NotFoundException' },
  ])('do not sign $name', async ({ change, type }) => {
    const made = await account();
    const digest = { Message: Buffer.alloc(32).toString('base64'), MessageType: 'DIGEST' };
    const body = JSON.stringify({
      KeyId: 'alias/okta-client',
      ...digest,
      SigningAlgorithm: 'ECDSA_SHA_256',
      ...change,
    });
    const headers = { ...READ, 'x-amz-target': 'TrentService.Sign' };
    const sent = signed(await session(made), body, { host: new URL(KMS).host, service: 'kms', headers });
    expect(await made.post(KMS, sent, body)).toMatchObject({ status: 400, body: { __type: type } });
  });
});
