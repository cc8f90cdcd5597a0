import { describe, expect, it } from '@jest/globals';
import { account, BODY, READ, SECRETS, session, signed, START } from './support/account.ts';

describe('a signed request', () => {
  it('is answered', async () => {
    const made = await account();
    const answer = await made.post(SECRETS, signed(await session(made), BODY), BODY);
    expect(answer).toMatchObject({ status: 200, body: { SecretString: 'vca_sandboxStoredToken00000000' } });
  });

  it.each([
    { name: 'without a signature', change: { authorization: undefined }, type: 'MissingAuthenticationToken' },
    { name: 'with a bearer', change: { authorization: 'Bearer x' }, type: 'IncompleteSignature' },
    {
      name: 'without its session token',
      change: { 'x-amz-security-token': undefined },
      type: 'UnrecognizedClientException',
    },
    {
      name: 'as another operation',
      change: { 'x-amz-target': 'secretsmanager.PutSecretValue' },
      type: 'UnknownOperationException',
    },
    { name: 'as plain JSON', change: { 'content-type': 'application/json' }, type: 'UnknownOperationException' },
    { name: 'at another time', change: { 'x-amz-date': '20261125T120100Z' }, type: 'InvalidSignatureException' },
    { name: 'at no time', change: { 'x-amz-date': undefined }, type: 'InvalidSignatureException' },
  ])('is refused $name', async ({ change, type }) => {
    const made = await account();
    const headers = Object.entries({ ...signed(await session(made), BODY), ...change });
    const sent = Object.fromEntries(headers.filter((header): header is [string, string] => header[1] !== undefined));
    expect(await made.post(SECRETS, sent, BODY)).toMatchObject({ body: { __type: type } });
  });

  it.each([
    { name: 'other bytes', change: { body: '{"SecretId":"other"}' }, message: /does not match/ },
    { name: 'another host', change: { host: 'secretsmanager.us-east-1.amazonaws.com' }, message: /does not match/ },
    { name: 'another region', change: { region: 'us-east-1' }, message: /valid region/ },
    { name: 'another service', change: { service: 'kms' }, message: /correct service/ },
    { name: 'six minutes ago', change: { now: START - 360_000 }, message: /^Signature expired/ },
  ])('is refused where it was signed for $name', async ({ change, message }) => {
    const made = await account();
    const headers = signed(await session(made), BODY, change);
    expect(await made.post(SECRETS, headers, BODY)).toMatchObject({
      body: { __type: 'InvalidSignatureException', message: expect.stringMatching(message) },
    });
  });

  it('is refused where a header is not signed that must be', async () => {
    const made = await account();
    const headers = { ...signed(await session(made), BODY, { headers: {} }), ...READ };
    expect(await made.post(SECRETS, headers, BODY)).toMatchObject({
      body: { message: 'content-type must be a signed header.' },
    });
  });

  it('is refused by keys of another secret', async () => {
    const made = await account();
    const headers = signed({ ...(await session(made)), secretAccessKey: 'guessed' }, BODY);
    expect(await made.post(SECRETS, headers, BODY)).toMatchObject({ body: { __type: 'InvalidSignatureException' } });
  });

  it('is refused when the session has ended', async () => {
    const made = await account();
    const credential = await session(made);
    made.clock.now += 900_000;
    const headers = signed(credential, BODY, { now: made.clock.now });
    expect(await made.post(SECRETS, headers, BODY)).toMatchObject({ body: { __type: 'ExpiredTokenException' } });
  });

  it('may do what role and session policy both allow', async () => {
    const made = await account({ roles: [{ name: 'deploy', allows: ['secretsmanager:GetSecretValue', 'kms:Sign'] }] });
    const statement = { Effect: 'Allow', Action: ['kms:Sign', 'kms:Decrypt'], Resource: '*' };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const credential = await session(made, { Policy });
    expect(credential.allows).toEqual(['kms:Sign']);
    expect(await made.post(SECRETS, signed(credential, BODY), BODY)).toMatchObject({
      status: 400,
      body: {
        __type: 'AccessDeniedException',
        message: expect.stringMatching(/assumed-role\/deploy\/run-1 is not authorized/),
      },
    });
  });
});
