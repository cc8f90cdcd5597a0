import type { AwsSession } from '../services/aws-call.ts';
import { awsHost, awsPartition } from '../services/aws-region.ts';
import { assumeAwsRole, type AwsPermission } from '../services/aws-role.ts';
import type { AwsKeys } from '../services/aws-sign.ts';
import type { StoreDeps } from './open.ts';
import type { S3Choice } from './s3-address.ts';
import type { StoreSecrets } from './types.ts';

/** One record may take so long with all its attempts (see `s3.ts`); a role's keys live for 15 minutes. */
const RENEW_BEFORE_MS = 8 * 60_000;
/** STS takes 2,048 characters; a letter may become two escapes of six. */
const MAX_PATTERN_LETTERS = 100;

export interface S3Keys {
  keys(signal: AbortSignal): Promise<AwsKeys>;
  /** Has the next keys made anew; false where there are no others. */
  renew(): boolean;
}

/** Keys of the role that the step's token assumes, or those that were given. */
export function openS3Keys(choice: S3Choice, given: StoreSecrets['keys'], deps: StoreDeps): S3Keys {
  const { role, region } = choice;
  if (role === undefined) {
    if (!given) throw new Error('a store without keys');
    const keys = { ...given, sessionToken: undefined };
    return { keys: () => Promise.resolve(keys), renew: () => false };
  }
  const asked = { region, role, asker: 'record store s3', allow: permitStore(choice) };
  let session: AwsSession | undefined;
  return {
    async keys(signal) {
      if (!session || session.expiresAt - deps.clock.now() < RENEW_BEFORE_MS) {
        session = await assumeAwsRole(asked, deps.stepToken, deps, deps.session, signal);
      }
      return session.keys;
    },
    renew() {
      session = undefined;
      return true;
    },
  };
}

/**
 * All that the session may do. Without `ListBucket` S3 answers 403 for a key that is not there; a bucket with a KMS key
 * wants the two others, and only through S3.
 */
function permitStore({ bucket, prefix, region }: S3Choice): readonly AwsPermission[] {
  const arn = `arn:${awsPartition(region)}:s3:::${bucket}`;
  const letters = cutLetters(prefix === '' ? '' : `${prefix}/`);
  // What a pattern of IAM would read as more than itself.
  const pattern = letters.replace(/[*?$]/g, (sign) => `\${${sign}}`);
  return [
    { Action: ['s3:PutObject', 's3:GetObject'], Resource: [`${arn}/${pattern}*`] },
    { Action: ['s3:ListBucket'], Resource: [arn] },
    {
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Resource: ['*'],
      Condition: { StringEquals: { 'kms:ViaService': awsHost('s3', region) } },
    },
  ];
}

/** Never half a letter: a surrogate alone is none. */
function cutLetters(text: string): string {
  return Array.from(text).slice(0, MAX_PATTERN_LETTERS).join('');
}
