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

/** A POST to `/`, without a query: what every service here takes. */
export interface AwsPost {
  readonly host: string;
  /** As in the scope of the signature: `sts`, `kms`. */
  readonly service: string;
  readonly region: string;
  /** Names in lower case; each of them is signed. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes that will be sent. */
  readonly body: string;
  /** Milliseconds since 1970; AWS takes a signature for minutes around it. */
  readonly now: number;
}

/** Signature Version 4: the headers given, with the date, the session token and the signature. `host` is left to the client. */
export function signAwsPost(post: AwsPost, keys: AwsKeys): Record<string, string> {
  const date = toAmzDate(post.now);
  const sent = {
    ...post.headers,
    'x-amz-date': date,
    ...(keys.sessionToken ? { 'x-amz-security-token': keys.sessionToken.reveal() } : {}),
  };
  const { text, names } = canonicalRequest({ ...sent, host: post.host }, post.body);
  const scope = [date.slice(0, 8), post.region, post.service, 'aws4_request'];
  const toSign = [ALGORITHM, date, scope.join('/'), sha256Hex(text)].join('\n');
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${keys.secretAccessKey.reveal()}`);
  const signature = hmac(key, toSign).toString('hex');
  const credential = `Credential=${keys.accessKeyId}/${scope.join('/')}`;
  return { ...sent, authorization: `${ALGORITHM} ${credential}, SignedHeaders=${names}, Signature=${signature}` };
}

function canonicalRequest(
  headers: Readonly<Record<string, string>>,
  body: string,
): { readonly text: string; readonly names: string } {
  const sorted = Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = sorted.map(([name]) => name).join(';');
  const lines = sorted.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, ' ')}\n`);
  return { text: ['POST', '/', '', lines.join(''), names, sha256Hex(body)].join('\n'), names };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** `20150830T123600Z`. */
function toAmzDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace(/[:-]/g, '')}Z`;
}
