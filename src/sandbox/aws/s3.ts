import { createHash } from 'node:crypto';
import type { Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import { S3, s3Refusal } from './s3-refusal.ts';
import { authenticateS3 } from './s3-signature.ts';
import { isAllowed, permit } from './session-policy.ts';
import type { AwsState } from './state.ts';
import type { AwsCredential, S3Object } from './types.ts';

type Bucket = AwsState['buckets'][number];
/** Where a request came to, and for which bucket, as far as its address tells. */
interface Door {
  readonly region: string;
  readonly bucketOf: (call: Call) => string;
}

/** Buckets of S3: an object is written whole and read whole. By host, by path, and at an endpoint of its own. */
export function s3Routes(state: AwsState): readonly Route[] {
  const { buckets, region, s3Endpoint, suffix } = state;
  if (buckets.length === 0) return [];
  const inPath = (call: Call): string => call.params['bucket'] ?? '';
  const regions = [...new Set([region, ...buckets.map((bucket) => bucket.region)])];
  return [
    ...regions.flatMap((one) => {
      const door = { region: one, bucketOf: ({ url }: Call) => url.host.slice(0, url.host.indexOf('.s3.')) };
      const hosts = buckets.map(({ name }) => `https://${name}.s3.${one}.${suffix}`);
      const byPath = { region: one, bucketOf: inPath };
      return [
        ...openDoor(state, door, hosts, '/*key'),
        ...openDoor(state, byPath, [`https://s3.${one}.${suffix}`], '/:bucket/*key'),
      ];
    }),
    ...(s3Endpoint === undefined
      ? []
      : openDoor(state, { region, bucketOf: inPath }, [new URL(s3Endpoint).origin], '/:bucket/*key')),
  ];
}

function openDoor(state: AwsState, door: Door, origins: readonly string[], path: string): readonly Route[] {
  // AWS's own clients name the operation in the query.
  const shared = { path, origins, query: ['x-id'], headers: () => ({ 'x-amz-request-id': 'SANDBOX0000000000' }) };
  return [
    { ...shared, method: 'PUT', handle: async (call) => putObject(state, await enter(state, door, call)) },
    { ...shared, method: 'GET', handle: async (call) => getObject(state, await enter(state, door, call)) },
  ];
}

interface Entered {
  readonly call: Call;
  readonly bucket: Bucket;
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly credential: AwsCredential;
}

/** First where, then who. */
async function enter(state: AwsState, { region, bucketOf }: Door, call: Call): Promise<Entered> {
  const bytes = Buffer.concat(await Array.fromAsync(call.body()));
  const { key = '' } = call.params;
  if (Buffer.byteLength(key) > 1024) throw s3Refusal(400, 'KeyTooLongError', 'Your key is too long');
  const credential = authenticateS3(state, call, bytes, region);
  const name = bucketOf(call);
  const bucket = state.buckets.find((one) => one.name === name);
  if (!bucket) throw s3Refusal(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName: name });
  if (bucket.region !== region) {
    const message = 'The bucket you are attempting to access must be addressed using the specified endpoint.';
    const endpoint = { Endpoint: `${name}.s3.${bucket.region}.${state.suffix}`, Bucket: name };
    throw s3Refusal(301, 'PermanentRedirect', message, endpoint, { 'x-amz-bucket-region': bucket.region });
  }
  return { call, bucket, key, bytes, credential };
}

function putObject(state: AwsState, entered: Entered): Reply {
  const { call, bucket, key, bytes, credential } = entered;
  const { headers } = call.request;
  permit(state, credential, 's3:PutObject', arnOf(state, bucket.name, key), S3);
  if (bucket.kmsKey !== undefined) permitKms(state, entered, 'kms:GenerateDataKey', bucket.kmsKey);
  const condition = headers.get('if-none-match');
  if (condition !== null && condition !== '*') {
    throw s3Refusal(501, 'NotImplemented', 'A header you provided implies functionality that is not implemented.');
  }
  const index = state.objects.findIndex((one) => one.bucket === bucket.name && one.key === key);
  if (index >= 0 && condition === '*') {
    const message = 'At least one of the pre-conditions you specified did not hold';
    throw s3Refusal(412, 'PreconditionFailed', message, { Condition: 'If-None-Match' });
  }
  const checksum = headers.get('x-amz-checksum-sha256') ?? undefined;
  const contentType = headers.get('content-type') ?? 'binary/octet-stream';
  if (index >= 0) state.objects.splice(index, 1);
  state.objects.push({ bucket: bucket.name, key, bytes, contentType, checksum, conditional: condition === '*' });
  return { status: 200, headers: { etag: etagOf(bytes) }, body: '' };
}

function getObject(state: AwsState, entered: Entered): Reply {
  const { bucket, key, credential } = entered;
  const arn = arnOf(state, bucket.name, key);
  const found = state.objects.find((one) => one.bucket === bucket.name && one.key === key);
  // Who may not list learns nothing of what is not there.
  if (!found && isAllowed(credential, 's3:ListBucket', arnOf(state, bucket.name))) {
    throw s3Refusal(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key });
  }
  if (!found) throw s3Refusal(403, 'AccessDenied', 'Access Denied');
  permit(state, credential, 's3:GetObject', arn, S3);
  if (bucket.kmsKey !== undefined) permitKms(state, entered, 'kms:Decrypt', bucket.kmsKey);
  return toReply(found);
}

function toReply({ bytes, contentType }: S3Object): Reply {
  return { status: 200, headers: { 'content-type': contentType, etag: etagOf(bytes) }, body: bytes };
}

/** S3 asks KMS in the name of who asked S3. */
function permitKms(state: AwsState, { bucket, credential }: Entered, action: string, key: string): void {
  permit(state, credential, action, key, S3, { 'kms:ViaService': `s3.${bucket.region}.${state.suffix}` });
}

function arnOf({ partition }: AwsState, bucket: string, key?: string): string {
  return `arn:${partition}:s3:::${bucket}${key === undefined ? '' : `/${key}`}`;
}

function etagOf(bytes: Uint8Array): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}
