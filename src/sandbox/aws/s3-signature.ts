import { createHash, timingSafeEqual } from 'node:crypto';
import type { Call } from '../router.ts';
import { s3Refusal } from './s3-refusal.ts';
import { hmac, parseDate, signingKey } from './signature.ts';
import type { AwsState } from './state.ts';
import type { AwsCredential } from './types.ts';

const MAX_SKEW_MS = 15 * 60_000;
const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/,]+)\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;
/** Everything else of the client's that begins with `x-amz-` is named by it: a `Headers` cannot be listed here. */
const MUST_SIGN = ['x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token', 'x-amz-checksum-sha256'];

/** Verifies Signature Version 4 as S3 has it: over the path as it is encoded once, and the body's digest as it is told. */
export function authenticateS3(state: AwsState, call: Call, bytes: Uint8Array, region: string): AwsCredential {
  const { headers } = call.request;
  const authorization = headers.get('authorization');
  if (authorization === null) throw s3Refusal(403, 'AccessDenied', 'Access Denied');
  const [, keyId = '', day = '', named = '', names = '', signature = ''] = HEADER.exec(authorization) ?? [];
  if (keyId === '') throw s3Refusal(400, 'AuthorizationHeaderMalformed', 'The authorization header is malformed.');
  if (named !== region) {
    const message = `The authorization header is malformed; the region '${named}' is wrong; expecting '${region}'`;
    throw s3Refusal(400, 'AuthorizationHeaderMalformed', message, { Region: region });
  }
  const credential = state.credentials.find(({ accessKeyId }) => accessKeyId === keyId);
  if (!credential) {
    const message = 'The AWS Access Key Id you provided does not exist in our records.';
    throw s3Refusal(403, 'InvalidAccessKeyId', message, { AWSAccessKeyId: keyId });
  }
  if ((headers.get('x-amz-security-token') ?? undefined) !== credential.sessionToken) {
    throw s3Refusal(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.');
  }
  const date = headers.get('x-amz-date') ?? '';
  if (!(Math.abs(state.now() - parseDate(date)) <= MAX_SKEW_MS) || date.slice(0, 8) !== day) {
    throw s3Refusal(403, 'RequestTimeTooSkewed', 'The difference between the request time and the time is too large.');
  }
  if (credential.expiresAt <= state.now()) throw s3Refusal(400, 'ExpiredToken', 'The provided token has expired.');
  const signed = names.split(';');
  const unsigned = MUST_SIGN.find((name) => headers.get(name) !== null && !signed.includes(name));
  if (unsigned !== undefined || !signed.includes('host')) {
    throw s3Refusal(403, 'AccessDenied', 'There were headers present in the request which were not signed');
  }
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical(call, signed))].join('\n');
  const wanted = hmac(signingKey(credential.secretAccessKey, day, region, 's3'), toSign);
  if (!timingSafeEqual(wanted, Buffer.from(signature, 'hex'))) {
    const message = 'The request signature we calculated does not match the signature you provided.';
    // S3 shows what it was given, so a client that prints it would print its own signature.
    throw s3Refusal(403, 'SignatureDoesNotMatch', message, { SignatureProvided: signature, StringToSign: toSign });
  }
  checkDigests(call, bytes);
  return credential;
}

function checkDigests({ request: { headers } }: Call, bytes: Uint8Array): void {
  const told = headers.get('x-amz-content-sha256');
  if (told === null) {
    throw s3Refusal(400, 'InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  if (told !== sha256(bytes)) {
    const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    throw s3Refusal(400, 'XAmzContentSHA256Mismatch', message);
  }
  const checksum = headers.get('x-amz-checksum-sha256');
  if (checksum !== null && checksum !== createHash('sha256').update(bytes).digest('base64')) {
    throw s3Refusal(400, 'BadDigest', 'The SHA256 you specified did not match the calculated checksum.');
  }
}

/** S3 decodes the path and encodes it again, so that what the client left bare does not match. */
function canonical({ request, url }: Call, names: readonly string[]): string {
  const lines = names.map((name) => {
    const value = name === 'host' ? url.host : (request.headers.get(name) ?? '');
    return `${name}:${value.trim().split(/ +/).join(' ')}`;
  });
  const path = url.pathname.split('/').map((part) => encode(decodeURIComponent(part)));
  const query = [...url.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort();
  const digest = request.headers.get('x-amz-content-sha256') ?? '';
  return [request.method, path.join('/'), query.join('&'), ...lines, '', names.join(';'), digest].join('\n');
}

function encode(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      return /[\w.~-]/.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
