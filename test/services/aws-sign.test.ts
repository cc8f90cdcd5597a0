import { describe, expect, it } from '@jest/globals';
import { encodeAws, signAws, signAwsPost, type AwsRequest } from '../../src/services/aws-sign.ts';
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

// The examples of S3's own documentation ("Signature Calculations: Transferring Payload in a Single Chunk").
const S3_KEYS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: new Secret('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'),
  sessionToken: undefined,
};
const S3: Pick<AwsRequest, 'method' | 'service' | 'region' | 'headers' | 'body' | 'now'> = {
  ...{ method: 'GET', service: 's3', region: 'us-east-1', headers: {}, body: '' },
  now: Date.UTC(2013, 4, 24),
};
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe("Signature Version 4 as S3's documentation has it", () => {
  it.each([
    {
      name: 'GET object',
      request: { ...S3, url: 'https://examplebucket.s3.amazonaws.com/test.txt', headers: { range: 'bytes=0-9' } },
      names: 'host;range;x-amz-content-sha256;x-amz-date',
      digest: EMPTY,
      signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    },
    {
      name: 'PUT object',
      request: {
        ...{ ...S3, method: 'PUT' as const, url: 'https://examplebucket.s3.amazonaws.com/test%24file.text' },
        headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
        body: new TextEncoder().encode('Welcome to Amazon S3.'),
      },
      names: 'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
      digest: '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    },
    {
      name: 'GET bucket lifecycle',
      request: { ...S3, url: 'https://examplebucket.s3.amazonaws.com/?lifecycle' },
      names: 'host;x-amz-content-sha256;x-amz-date',
      digest: EMPTY,
      signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    },
    {
      name: 'list objects',
      request: { ...S3, url: 'https://examplebucket.s3.amazonaws.com/?prefix=J&max-keys=2' },
      names: 'host;x-amz-content-sha256;x-amz-date',
      digest: EMPTY,
      signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    },
  ])('$name', ({ request, names, digest, signature }) => {
    expect(signAws(request, S3_KEYS)).toEqual({
      ...request.headers,
      'x-amz-content-sha256': digest,
      'x-amz-date': '20130524T000000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=${names}, Signature=${signature}`,
    });
  });

  it('encodes what is not a letter, digit or one of -._~, each byte once', () => {
    expect(encodeAws("a-b_c.d~e/f g$h!i'j(k)l*m+n=ü文%")).toBe(
      'a-b_c.d~e%2Ff%20g%24h%21i%27j%28k%29l%2Am%2Bn%3D%C3%BC%E6%96%87%25',
    );
  });
});
