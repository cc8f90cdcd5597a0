import { PipeError } from '../errors.ts';
import type { HttpReply } from '../http/index.ts';
import type { AwsError } from '../services/aws-error.ts';
import { awsPartition } from '../services/aws-region.ts';
import type { S3Choice } from './s3-address.ts';

interface Refusal {
  readonly choice: S3Choice;
  readonly method: 'GET' | 'PUT';
  readonly status: number;
  readonly region: string | undefined;
}
type Advice = string | ((refusal: Refusal) => string);

const KEYS: Advice = ({ choice }) =>
  choice.role === undefined
    ? 'Correct RECORD_STORE_ACCESS_KEY_ID and RECORD_STORE_SECRET_ACCESS_KEY.'
    : 'Check that the role and the bucket are of one partition of AWS; then run the step again.';
const CHANGED = 'Look for a proxy that changes requests: the bytes did not arrive as they were sent.';

/** By S3's own code. */
const ADVICE: Readonly<Record<string, Advice>> = {
  AccessDenied: allow,
  AllAccessDisabled: allow,
  InvalidAccessKeyId: KEYS,
  InvalidToken: KEYS,
  ExpiredToken: KEYS,
  SignatureDoesNotMatch: KEYS,
  RequestTimeTooSkewed: 'Check the clock of the machine that runs this step; then run it again.',
  NoSuchBucket: ({ choice }) => `Create the bucket ${choice.bucket}, or correct its name.`,
  BadDigest: CHANGED,
  XAmzContentSHA256Mismatch: CHANGED,
  NotImplemented: 'Use a server that knows If-None-Match: * on PUT: without it nothing is written only once.',
  ConditionalRequestConflict: 'Something else writes to the same name: find out what, then run the step again.',
  TemporaryRedirect: 'The bucket is new, and not yet known everywhere: run the step again in an hour.',
  AuthorizationHeaderMalformed: nameRegion,
  PermanentRedirect: nameRegion,
  IllegalLocationConstraint: nameRegion,
};

/** An answer that is neither success nor a known no. S3's words are repeated, what they were said about is not. */
export function s3Refused(
  choice: S3Choice,
  method: 'GET' | 'PUT',
  { status }: HttpReply,
  { code, message, region }: AwsError & { readonly region: string | undefined },
): PipeError {
  const known = Object.hasOwn(ADVICE, code) ? ADVICE[code] : undefined;
  const advice = known ?? adviseByStatus(status);
  return new PipeError({
    code: 'RECORD_NOT_STORED',
    message: `S3 refused ${method}.`,
    got: ['status', String(status), code, message].filter((word) => word !== '').join(' '),
    wanted: 'status 200',
    fix: typeof advice === 'string' ? advice : advice({ choice, method, status, region }),
  });
}

function adviseByStatus(status: number): Advice {
  if (status >= 300 && status < 400) return nameRegion;
  if (status === 403) return allow;
  if (status === 429 || status >= 500) return 'S3 is busy or broken: run the step again later.';
  return 'Look up this error of S3, and check bucket, prefix, region and endpoint.';
}

function allow({ choice: { bucket, prefix, region, role }, method }: Refusal): string {
  const arn = `arn:${awsPartition(region)}:s3:::${bucket}`;
  const who = role ?? 'the owner of RECORD_STORE_ACCESS_KEY_ID';
  const objects = `${arn}/${prefix === '' ? '' : `${prefix}/`}*`;
  const what = method === 'PUT' ? 's3:PutObject' : 's3:GetObject';
  const list = method === 'GET' ? ` and s3:ListBucket on ${arn} (or a record that is not there looks forbidden)` : '';
  return `Allow ${who} ${what} on ${objects}${list}, in its own policy and in the bucket's; where the bucket has a KMS key, kms:GenerateDataKey and kms:Decrypt with it.`;
}

function nameRegion({ choice, region, status }: Refusal): string {
  if (region === undefined || region === choice.region) {
    return status < 400
      ? 'Correct region and endpoint: a redirect is never followed.'
      : 'Correct the region: the signature names it.';
  }
  return `Write region=${region} in RECORD_STORE: the bucket ${choice.bucket} is there, not in ${choice.region}.`;
}
