import { awsHost, findAwsFaults, isAwsRegion } from '../services/aws-region.ts';
import { encodeAws } from '../services/aws-sign.ts';
import { show } from '../text.ts';
import { objectToAddress } from './address.ts';
import type { StoreChoice } from './types.ts';

export type S3Choice = Extract<StoreChoice, { readonly kind: 's3' }>;

const AWS_BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** Servers of other makers take capitals and `_` as well. */
const OTHER_BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/;
/** Some servers call theirs `garage` or `auto`. */
const OTHER_REGION = /^[A-Za-z0-9-]{1,64}$/;
/** S3 takes keys of 1,024 bytes; a name has up to 255. */
const MAX_PREFIX_BYTES = 768;

/** What is wrong with a choice; empty where an address and a session policy may be built from it. */
export function findS3Faults(choice: S3Choice, hasKeys: boolean): string[] {
  const { bucket, endpoint, region, role } = choice;
  const faults: string[] = [];
  const isBucket = (endpoint === undefined ? AWS_BUCKET : OTHER_BUCKET).test(bucket) && !bucket.includes('..');
  if (!isBucket) faults.push(`the bucket is ${show(bucket)}; wanted 3 to 63 letters, digits, "." and "-"`);
  const prefixFault = objectToPrefix(choice.prefix);
  if (prefixFault !== undefined) faults.push(`the prefix ${show(choice.prefix)} ${prefixFault}`);
  const objection = endpoint === undefined ? undefined : objectToEndpoint(endpoint);
  if (objection !== undefined) faults.push(`the endpoint ${objection}`);
  if (role !== undefined) return [...faults, ...findAwsFaults({ region, role })];
  if (!hasKeys) {
    faults.push('there is no role, nor both RECORD_STORE_ACCESS_KEY_ID and RECORD_STORE_SECRET_ACCESS_KEY');
  }
  const isRegion = endpoint === undefined ? isAwsRegion(region) : OTHER_REGION.test(region);
  return isRegion ? faults : [...faults, `the region is ${show(region)}; wanted one as eu-central-1`];
}

function objectToEndpoint(endpoint: string): string | undefined {
  return objectToAddress(endpoint) ?? (endpoint.endsWith('/') ? 'ends with a slash' : undefined);
}

/** A client on the way would take `.` and `..` for places, and S3 takes `//` for a folder without a name. */
function objectToPrefix(prefix: string): string | undefined {
  if (prefix === '') return undefined;
  if (!prefix.isWellFormed() || /[\u0000-\u001f\u007f]/.test(prefix)) return 'holds what is no letter';
  const parts = prefix.split('/');
  if (parts.some((part) => ['', '.', '..'].includes(part))) return 'holds a part that is empty, "." or ".."';
  return Buffer.byteLength(prefix) > MAX_PREFIX_BYTES ? `has over ${String(MAX_PREFIX_BYTES)} bytes` : undefined;
}

/**
 * Where a name stands. With AWS the bucket is part of the host; but not one with a dot, for which AWS has no certificate,
 * and never with other servers, few of which have a host for each bucket.
 */
export function locateS3({ bucket, prefix, region, endpoint }: S3Choice): {
  readonly name: string;
  readonly place: (name: string) => string;
  readonly url: (name: string) => string;
} {
  const folder = prefix === '' ? '' : `${prefix}/`;
  const host = awsHost('s3', region);
  const [base, shown] =
    endpoint === undefined
      ? [bucket.includes('.') ? `https://${host}/${bucket}` : `https://${bucket}.${host}`, 's3:/']
      : [`${endpoint}/${bucket}`, endpoint];
  return {
    name: `${shown}/${bucket}/${folder}`,
    place: (name) => `${shown}/${bucket}/${folder}${name}`,
    url: (name) => `${base}/${`${folder}${name}`.split('/').map(encodeAws).join('/')}`,
  };
}
