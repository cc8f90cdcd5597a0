import { createHmac } from 'node:crypto';
import { sha256Hex } from '../digest.ts';
import type { Secret } from '../secret.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Of a role's session; AWS writes the id of the access key to its own log, so it is no secret. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** Undefined for keys that are not temporary. */
  readonly sessionToken: Secret | undefined;
}

/** A request as it will be sent. */
export interface AwsRequest {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** Path and query are encoded as {@link encodeAws} does it. S3 signs a path so; the other services get `/` alone. */
  readonly url: string;
  /** As in the scope of the signature: `sts`, `kms`, `s3`. */
  readonly service: string;
  readonly region: string;
  /** Names in lower case; each of them is signed. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes that will be sent. */
  readonly body: string | Uint8Array;
  /** Milliseconds since 1970; AWS takes a signature for minutes around it (S3: 15). */
  readonly now: number;
}

/** A POST to `/`, without a query: what every service but S3 takes here. */
export interface AwsPost extends Omit<AwsRequest, 'method' | 'url'> {
  readonly host: string;
  readonly body: string;
}

export function signAwsPost({ host, ...post }: AwsPost, keys: AwsKeys): Record<string, string> {
  return signAws({ ...post, method: 'POST', url: `https://${host}/` }, keys);
}

/**
 * Signature Version 4: the headers given, with the date, the session token and the signature; for S3 with the body's
 * digest, which it wants in a header of its own. `host` is left to the client.
 */
export function signAws(request: AwsRequest, keys: AwsKeys): Record<string, string> {
  const date = toAmzDate(request.now);
  const bodyDigest = sha256Hex(request.body);
  const sent = {
    ...request.headers,
    ...(request.service === 's3' ? { 'x-amz-content-sha256': bodyDigest } : {}),
    'x-amz-date': date,
    ...(keys.sessionToken ? { 'x-amz-security-token': keys.sessionToken.reveal() } : {}),
  };
  const { text, names } = canonicalRequest(request, sent, bodyDigest);
  const scope = [date.slice(0, 8), request.region, request.service, 'aws4_request'];
  const toSign = [ALGORITHM, date, scope.join('/'), sha256Hex(text)].join('\n');
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${keys.secretAccessKey.reveal()}`);
  const signature = hmac(key, toSign).toString('hex');
  const credential = `Credential=${keys.accessKeyId}/${scope.join('/')}`;
  return { ...sent, authorization: `${ALGORITHM} ${credential}, SignedHeaders=${names}, Signature=${signature}` };
}

/** As AWS encodes: every byte of UTF-8 but letters, digits, `-`, `.`, `_` and `~`. Throws for half a surrogate pair. */
export function encodeAws(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function canonicalRequest(
  { method, url }: AwsRequest,
  headers: Readonly<Record<string, string>>,
  bodyDigest: string,
): { readonly text: string; readonly names: string } {
  const { host, pathname, searchParams } = new URL(url);
  const sorted = Object.entries({ ...headers, host }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = sorted.map(([name]) => name).join(';');
  const lines = sorted.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, ' ')}\n`);
  const query = [...searchParams].map(([name, value]) => `${encodeAws(name)}=${encodeAws(value)}`).sort();
  return { text: [method, pathname, query.join('&'), lines.join(''), names, bodyDigest].join('\n'), names };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** `20150830T123600Z`. */
function toAmzDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace(/[:-]/g, '')}Z`;
}
