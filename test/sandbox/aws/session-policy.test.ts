import { describe, expect, it } from '@jest/globals';
import { isAllowed, readSessionPolicy } from '../../../src/sandbox/aws/session-policy.ts';
import type { AwsCredential, AwsStatement } from '../../../src/sandbox/aws/types.ts';

const write = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const PUT = { Effect: 'Allow', Action: ['s3:PutObject'], Resource: ['arn:aws:s3:::b/a${*}/*'] };

function holder(policy: readonly AwsStatement[] | undefined, allows: readonly string[] = ['*']): AwsCredential {
  const keys = { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c', expiresAt: 0, roleArn: '', sessionArn: '' };
  return { ...keys, allows, policy };
}

describe('a session policy', () => {
  it.each([
    { name: 'what it names', resource: 'arn:aws:s3:::b/a*/x/y', allowed: true },
    { name: 'no other folder', resource: 'arn:aws:s3:::b/ab/x', allowed: false },
    { name: 'no other bucket', resource: 'arn:aws:s3:::c/a*/x', allowed: false },
    { name: 'no other action', action: 's3:GetObject', resource: 'arn:aws:s3:::b/a*/x', allowed: false },
    { name: 'no more than the role', allows: ['s3:GetObject'], resource: 'arn:aws:s3:::b/a*/x', allowed: false },
  ])('allows $name', ({ action = 's3:PutObject', resource, allows, allowed }) => {
    expect(isAllowed(holder(readSessionPolicy(write(PUT)), allows), action, resource)).toBe(allowed);
  });

  it('allows on a condition', () => {
    const statement = {
      Effect: 'Allow',
      Action: ['kms:Decrypt'],
      Resource: '*',
      Condition: { StringEquals: { a: 'b' } },
    };
    const session = holder(readSessionPolicy(write(statement)));
    const ways = [undefined, { a: 'c' }, { a: 'b' }].map((context) => isAllowed(session, 'kms:Decrypt', 'k', context));
    expect(ways).toEqual([false, false, true]);
  });

  it.each([
    { name: 'is too long', policy: ' '.repeat(2049), code: 'PackedPolicyTooLarge' },
    { name: 'has letters past U+00FF', policy: '{"文":1}', code: 'ValidationError' },
    { name: 'is no JSON', policy: '{', code: 'MalformedPolicyDocument' },
    { name: 'denies', policy: write({ ...PUT, Effect: 'Deny' }), code: 'MalformedPolicyDocument' },
    {
      name: 'has another condition',
      policy: write({ ...PUT, Condition: { Bool: {} } }),
      code: 'MalformedPolicyDocument',
    },
    { name: 'has another member', policy: write({ ...PUT, Principal: '*' }), code: 'MalformedPolicyDocument' },
    {
      name: 'names no resource',
      policy: write({ ...PUT, Resource: [], NotResource: '*' }),
      code: 'MalformedPolicyDocument',
    },
  ])('is refused that $name', ({ policy, code }) => {
    const reading = (): unknown => readSessionPolicy(policy);
    expect(reading).toThrow(
      expect.objectContaining({ reply: expect.objectContaining({ body: expect.stringContaining(code) }) }),
    );
  });

  it('may be missing', () => {
    expect(isAllowed(holder(readSessionPolicy(undefined)), 's3:PutObject', 'x')).toBe(true);
  });
});
