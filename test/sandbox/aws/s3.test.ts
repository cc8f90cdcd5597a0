import { describe, expect, it } from '@jest/globals';
import { createSandbox, STORE_URLS, type AwsOptions, type Sandbox } from '../../../src/sandbox/index.ts';
import { Secret } from '../../../src/secret.ts';
import { signAws, type AwsRequest } from '../../../src/services/aws-sign.ts';

const START = Date.UTC(2026, 10, 25, 12);
const URL_OF_A = 'https://s3.example.com/acme-records/a.json';
const BYTES = new TextEncoder().encode('{}');
const USER = {
  name: 'u',
  accessKeyId: 'AKIASANDBOX000000000',
  secretAccessKey: 'sandbox+secret/access+key0000000000000000',
};

const open = (aws: AwsOptions = {}): Promise<Sandbox> => createSandbox({ now: () => START, stores: STORE_URLS, aws });

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Signs as a client would, then changes what is sent. */
async function ask(
  sandbox: Sandbox,
  signed: Partial<AwsRequest> = {},
  sent: {
    readonly url?: string;
    readonly body?: Uint8Array<ArrayBuffer>;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<Answer> {
  const request: AwsRequest = {
    ...{ method: 'PUT', url: URL_OF_A, service: 's3', region: 'eu-central-1', headers: {}, body: BYTES, now: START },
    ...signed,
  };
  const keys = { ...USER, secretAccessKey: new Secret(USER.secretAccessKey), sessionToken: undefined };
  const headers = { ...signAws(request, keys), ...sent.headers };
  const body = request.method === 'PUT' ? { body: sent.body ?? new Uint8Array(Buffer.from(request.body)) } : {};
  const asked = new Request(sent.url ?? request.url, { method: request.method, headers, ...body });
  const response = await sandbox.handle(asked);
  return { status: response.status, text: await response.text() };
}

const isCode = (code: string): unknown => expect.stringContaining(`<Code>${code}</Code>`);

describe('a request to a bucket', () => {
  it('is answered', async () => {
    const sandbox = await open();
    expect(await ask(sandbox)).toEqual({ status: 200, text: '' });
    expect(await ask(sandbox, { method: 'GET', body: '' })).toEqual({ status: 200, text: '{}' });
  });

  it.each([
    {
      name: 'without a signature',
      sent: { headers: { authorization: '' } },
      status: 400,
      code: 'AuthorizationHeaderMalformed',
    },
    { name: 'over other bytes', sent: { body: Buffer.from('[]') }, status: 400, code: 'XAmzContentSHA256Mismatch' },
    {
      name: 'over another digest',
      sent: { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
      status: 403,
      code: 'SignatureDoesNotMatch',
    },
    {
      name: 'for another key',
      sent: { url: URL_OF_A.replace('a.json', 'b.json') },
      status: 403,
      code: 'SignatureDoesNotMatch',
    },
    {
      name: 'with a checksum that is not signed',
      sent: { headers: { 'x-amz-checksum-sha256': 'x' } },
      status: 403,
      code: 'AccessDenied',
    },
    {
      name: 'with a wrong checksum',
      signed: { headers: { 'x-amz-checksum-sha256': 'x' } },
      status: 400,
      code: 'BadDigest',
    },
    { name: 'sixteen minutes ago', signed: { now: START - 16 * 60_000 }, status: 403, code: 'RequestTimeTooSkewed' },
    { name: 'for another service', signed: { service: 'kms' }, status: 400, code: 'AuthorizationHeaderMalformed' },
    { name: 'for another region', signed: { region: 'us-east-1' }, status: 400, code: 'AuthorizationHeaderMalformed' },
    {
      name: 'with a path that is not encoded',
      signed: { url: `${URL_OF_A}!` },
      status: 403,
      code: 'SignatureDoesNotMatch',
    },
    {
      name: 'with a session token of nobody',
      signed: { headers: { 'x-amz-security-token': 'x' } },
      status: 400,
      code: 'InvalidToken',
    },
    {
      name: 'on another condition',
      signed: { headers: { 'if-none-match': '"etag"' } },
      status: 501,
      code: 'NotImplemented',
    },
    {
      name: 'for a key that is too long',
      signed: { url: `${URL_OF_A}${'x'.repeat(1024)}` },
      status: 400,
      code: 'KeyTooLongError',
    },
    {
      name: 'for another bucket',
      signed: { url: 'https://s3.example.com/other/a.json' },
      status: 404,
      code: 'NoSuchBucket',
    },
  ])('is refused that was signed $name', async ({ signed, sent, status, code }) => {
    const sandbox = await open();
    expect(await ask(sandbox, signed, sent)).toEqual({ status, text: isCode(code) });
    expect(sandbox.stores?.aws.objects).toEqual([]);
  });

  it('is refused by keys that nobody has', async () => {
    const sandbox = await open({ users: [] });
    expect(await ask(sandbox)).toEqual({ status: 403, text: isCode('InvalidAccessKeyId') });
  });

  it('writes once only where it says so', async () => {
    const sandbox = await open();
    const once = { 'if-none-match': '*' };
    expect((await ask(sandbox, { headers: once })).status).toBe(200);
    expect(await ask(sandbox, { headers: once })).toEqual({ status: 412, text: isCode('PreconditionFailed') });
    expect((await ask(sandbox, { body: 'other' })).status).toBe(200);
    expect(sandbox.stores?.aws.objects).toMatchObject([
      { key: 'a.json', conditional: false, bytes: Buffer.from('other') },
    ]);
  });

  it.each([
    { allows: ['s3:GetObject', 's3:ListBucket'], status: 404, code: 'NoSuchKey' },
    { allows: ['s3:GetObject'], status: 403, code: 'AccessDenied' },
    { allows: ['s3:PutObject'], status: 403, code: 'AccessDenied' },
  ])('for what is not there is answered $code to who may $allows', async ({ allows, status, code }) => {
    const sandbox = await open({ users: [{ ...USER, allows }] });
    expect(await ask(sandbox, { method: 'GET', body: '' })).toEqual({ status, text: isCode(code) });
  });

  it('to a bucket with a key of KMS needs that key', async () => {
    const kmsKey = 'arn:aws:kms:eu-central-1:123456789012:key/k';
    const buckets = [{ name: 'acme-records', kmsKey }];
    const sandbox = await open({ buckets, users: [{ ...USER, allows: ['s3:PutObject'] }] });
    expect(await ask(sandbox)).toEqual({
      status: 403,
      text: expect.stringContaining('kms:GenerateDataKey on resource'),
    });
  });
});
