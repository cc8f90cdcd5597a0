import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Call } from '../router.ts';
import type { Protocol } from './refusal.ts';
import type { AwsState } from './state.ts';
import type { AwsCredential } from './types.ts';

const MAX_SKEW_MS = 5 * 60_000;
const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([A-Z0-9]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;

/** Verifies Signature Version 4 over what really came, and gives whose it is. */
export function authenticate(
  state: AwsState,
  call: Call,
  body: string,
  service: string,
  protocol: Protocol,
): AwsCredential {
  const { headers } = call.request;
  const authorization = headers.get('authorization');
  if (authorization === null) throw protocol.refuse(403, 'MissingAuthenticationToken', 'Missing Authentication Token');
  const [, keyId = '', day = '', region = '', named = '', names = '', signature = ''] =
    HEADER.exec(authorization) ?? [];
  if (keyId === '') throw protocol.refuse(400, 'IncompleteSignature', 'Authorization header requires its parameters');
  const credential = state.credentials.find(({ accessKeyId }) => accessKeyId === keyId);
  if (!credential || (headers.get('x-amz-security-token') ?? undefined) !== credential.sessionToken) {
    throw protocol.refuse(...protocol.unknownKey, 'The security token included in the request is invalid.');
  }
  const wrong = (reason: string): Error => protocol.refuse(...protocol.wrongSignature, reason);
  const date = headers.get('x-amz-date') ?? '';
  const age = Math.abs(state.now() - parseDate(date));
  if (!(age <= MAX_SKEW_MS) || date.slice(0, 8) !== day) throw wrong(`Signature expired or not yet current: ${date}`);
  if (region !== state.region) throw wrong(`Credential should be scoped to a valid region, not ${region}.`);
  if (named !== service) throw wrong(`Credential should be scoped to correct service: ${service}.`);
  const signed = names.split(';');
  const missing = ['content-type', 'host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target'].find(
    (name) => !signed.includes(name) && (name === 'host' || headers.get(name) !== null),
  );
  if (missing !== undefined) throw wrong(`${missing} must be a signed header.`);
  const text = canonical(call, signed, body);
  const toSign = ['AWS4-HMAC-SHA256', date, `${day}/${region}/${service}/aws4_request`, sha256(text)].join('\n');
  const wanted = hmac(signingKey(credential.secretAccessKey, day, region, service), toSign);
  if (!timingSafeEqual(wanted, Buffer.from(signature, 'hex'))) {
    throw wrong('The request signature we calculated does not match the signature you provided.');
  }
  if (credential.expiresAt <= state.now()) {
    throw protocol.refuse(...protocol.expired, 'The security token included in the request is expired');
  }
  return credential;
}

function canonical({ request, url }: Call, names: readonly string[], body: string): string {
  const lines = names.map((name) => {
    const value = name === 'host' ? url.host : (request.headers.get(name) ?? '');
    return `${name}:${value.trim().split(/ +/).join(' ')}`;
  });
  return [request.method, url.pathname, url.search.slice(1), ...lines, '', names.join(';'), sha256(body)].join('\n');
}

export function signingKey(secret: string, day: string, region: string, service: string): Buffer {
  return hmac(hmac(hmac(hmac(Buffer.from(`AWS4${secret}`), day), region), service), 'aws4_request');
}

/** NaN for anything but `20150830T123600Z`. */
export function parseDate(date: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date)?.slice(1) ?? [];
  const [year = NaN, month = NaN, day = NaN, hour = NaN, minute = NaN, second = NaN] = parts.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
