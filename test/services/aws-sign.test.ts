import { describe, expect, it } from '@jest/globals';
import { signAwsPost } from '../../src/services/aws-sign.ts';
import { Secret } from '../../src/secret.ts';

// AWS's own test suite for Signature Version 4: its keys, its date, and of its cases those that are a POST to `/`.
const KEYS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: new Secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'),
  sessionToken: undefined,
};
const POST = {
  host: 'example.amazonaws.com',
  service: 'service',
  region: 'us-east-1',
  headers: {},
  body: '',
  now: Date.UTC(2015, 7, 30, 12, 36),
};
const SCOPE = 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request';
const SESSION_TOKEN =
  'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==';

describe('Signature Version 4', () => {
  it.each([
    {
      name: 'post-vanilla',
      post: POST,
      names: 'host;x-amz-date',
      signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    },
    {
      name: 'post-header-key-sort',
      post: { ...POST, headers: { 'my-header1': 'value1' } },
      names: 'host;my-header1;x-amz-date',
      signature: 'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
    },
    {
      name: 'post-x-www-form-urlencoded',
      post: { ...POST, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'Param1=value1' },
      names: 'content-type;host;x-amz-date',
      signature: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    },
    {
      name: 'post-x-www-form-urlencoded-parameters',
      post: {
        ...POST,
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf8' },
        body: 'Param1=value1',
      },
      names: 'content-type;host;x-amz-date',
      signature: '1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe',
    },
  ])("is as AWS's suite has it: $name", ({ post, names, signature }) => {
    expect(signAwsPost(post, KEYS)).toEqual({
      ...post.headers,
      'x-amz-date': '20150830T123600Z',
      authorization: `AWS4-HMAC-SHA256 Credential=${SCOPE}, SignedHeaders=${names}, Signature=${signature}`,
    });
  });

  it("signs the session's token, as post-sts-header-before has it", () => {
    const signed = signAwsPost(POST, { ...KEYS, sessionToken: new Secret(SESSION_TOKEN) });
    expect(signed['x-amz-security-token']).toBe(SESSION_TOKEN);
    expect(signed['authorization']).toBe(
      `AWS4-HMAC-SHA256 Credential=${SCOPE}, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead`,
    );
  });

  it('signs a value without the spaces around it, and runs of them as one', () => {
    const spaced = signAwsPost({ ...POST, headers: { 'my-header1': '  a   b ' } }, KEYS);
    const plain = signAwsPost({ ...POST, headers: { 'my-header1': 'a b' } }, KEYS);
    expect(spaced['authorization']).toBe(plain['authorization']);
  });
});
