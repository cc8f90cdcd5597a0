import { describe, expect, it } from '@jest/globals';
import type { PipeError } from '../../src/errors.ts';
import type { HopOutput } from '../../src/exchange/index.ts';
import { awsBench } from '../services/support/aws-bench.ts';
import { ROLE, run, runWith, SETTINGS } from './support/run-aws.ts';

describe('a secret of Secrets Manager', () => {
  it('is read with a signature that holds, by a role that may do nothing else', async () => {
    const made = await awsBench();
    const outcome = await run(made);
    expect(outcome).toMatchObject({
      hop: 'aws',
      expiresAt: undefined,
      revoke: undefined,
      audit: { service: 'secretsmanager.eu-central-1.amazonaws.com', policyId: ROLE, requestId: expect.any(String) },
    });
    expect((outcome as HopOutput).token.reveal()).toBe('vca_sandboxStoredToken00000000');
    expect(made.aws.actions).toEqual(['sts:AssumeRoleWithWebIdentity', 'secretsmanager:GetSecretValue']);
    expect(made.aws.credentials.map(({ allows }) => allows)).toEqual([
      ['secretsmanager:GetSecretValue', 'kms:Decrypt'],
    ]);
  });

  it.each([
    { region: 'cn-north-1', role: 'arn:aws-cn:iam::123456789012:role/deploy', suffix: 'cn-north-1.amazonaws.com.cn' },
    {
      region: 'us-gov-west-1',
      role: 'arn:aws-us-gov:iam::123456789012:role/deploy',
      suffix: 'us-gov-west-1.amazonaws.com',
    },
  ])('is read in $region', async ({ region, role, suffix }) => {
    const outcome = await runWith({ region }, { region, role, secret: 'vercel/token' });
    expect(outcome).toMatchObject({ audit: { service: `secretsmanager.${suffix}`, policyId: role } });
  });

  it('is read by its ARN', async () => {
    const secret = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:vercel/token-AbCdEf';
    expect(await runWith({}, { ...SETTINGS, secret })).toMatchObject({ hop: 'aws' });
  });

  it.each([
    { name: 'text', text: 'vca_token_1234567890', field: undefined },
    { name: "text with a line's end", text: 'vca_token_1234567890\n', field: undefined },
    { name: 'a field of JSON', text: '{"token":"vca_token_1234567890","other":"x"}', field: 'token' },
  ])('gives the token from $name', async ({ text, field }) => {
    const settings = { ...SETTINGS, ...(field === undefined ? {} : { field }) };
    const outcome = await runWith({ secrets: [{ name: 'vercel/token', text }] }, settings);
    expect((outcome as HopOutput).token.reveal()).toBe('vca_token_1234567890');
  });

  it.each([
    { name: 'empty', secret: { text: '' }, got: 'text that is no token' },
    { name: 'words', secret: { text: 'hidden words' }, got: 'text that is no token' },
    { name: 'binary', secret: { binary: new Uint8Array([1, 2]) }, got: 'SecretString undefined' },
    {
      name: 'JSON',
      secret: { text: '{"hidden":"hidden"}' },
      got: 'a JSON object with 1 fields, and no `field` in the policy',
    },
    { name: 'text, and a field', secret: { text: 'hidden' }, field: 'token', got: 'text that is no JSON object' },
    {
      name: 'JSON without the field',
      secret: { text: '{"hidden":"hidden"}' },
      field: 'token',
      got: 'a JSON object with 1 fields, and none is token',
    },
    {
      name: 'an inherited field',
      secret: { text: '{}' },
      field: 'constructor',
      got: 'a JSON object with 0 fields, and none is constructor',
    },
    {
      name: 'a field that is no text',
      secret: { text: '{"token":7}' },
      field: 'token',
      got: 'a JSON object with 1 fields, and token is no token',
    },
  ])('is refused where it is $name, without a word of it', async ({ secret, field, got }) => {
    const settings = { ...SETTINGS, ...(field === undefined ? {} : { field }) };
    const outcome = await runWith({ secrets: [{ name: 'vercel/token', ...secret }] }, settings);
    expect(outcome).toMatchObject({
      code: 'CREDENTIAL_INVALID',
      message: 'AWS Secrets Manager answered without what was asked for (hop aws).',
      got,
      fix: expect.stringMatching(/^Store the Vercel token in vercel\/token as text, or as a JSON object/),
    });
    expect((outcome as PipeError).describe()).not.toContain('hidden');
  });

  it.each([
    {
      name: 'missing',
      options: { secrets: [] },
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /in eu-central-1 has no vercel\/token/,
    },
    {
      name: 'deleted',
      options: { secrets: [{ name: 'vercel/token', text: 'x', deleted: true }] },
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /^Restore/,
    },
    {
      name: 'not allowed',
      options: { roles: [{ name: 'deploy', allows: ['kms:Sign'] }] },
      code: 'DENIED_BY_PROVIDER',
      fix: /^Allow secretsmanager:GetSecretValue on vercel\/token in eu-central-1 in a policy of arn:aws:iam/,
    },
  ])('is refused where it is $name', async ({ options, code, fix }) => {
    expect(await runWith(options)).toMatchObject({
      code,
      message: 'AWS Secrets Manager did not give the secret (hop aws).',
      fix: expect.stringMatching(fix),
    });
  });

  it('is asked for again while AWS is busy', async () => {
    const made = await awsBench();
    const { http } = made;
    let asked = 0;
    const busy: typeof http = {
      ...http,
      request: async (request) => {
        const reply = await http.request(request);
        asked += 1;
        return asked === 2 ? { ...reply, status: 400, body: { __type: 'ThrottlingException' } } : reply;
      },
    };
    expect(await run({ ...made, http: busy })).toMatchObject({ hop: 'aws' });
    expect(made.slept).toEqual([1000]);
  });
});
