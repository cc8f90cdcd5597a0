import { randomBytes } from 'node:crypto';
import type { SandboxIssuer } from '../types.ts';
import { makeP256Key } from './kms-keys.ts';
import type {
  AwsBucketOptions,
  AwsCredential,
  AwsKeyOptions,
  AwsOptions,
  AwsRoleOptions,
  AwsSecret,
  AwsUserOptions,
  S3Object,
} from './types.ts';

/** For client assertions, and for records. */
const USUAL_KEYS = ['alias/okta-client', 'alias/deploy-records'];
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export interface Role {
  readonly arn: string;
  readonly audience: string;
  readonly subjectLike: string;
  readonly allows: readonly string[];
}

/** Everything that this account knows; the services share it. */
export interface AwsState {
  readonly now: () => number;
  readonly issuer: SandboxIssuer;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly suffix: string;
  readonly provider: { readonly url: string; readonly audiences: readonly string[] } | undefined;
  readonly roles: readonly Role[];
  readonly secrets: readonly AwsSecret[];
  readonly keys: readonly AwsKeyOptions[];
  readonly buckets: readonly (AwsBucketOptions & { readonly region: string })[];
  readonly s3Endpoint: string | undefined;
  readonly objects: S3Object[];
  readonly outboundFederation: boolean;
  readonly webIdentityIssuer: string;
  readonly credentials: AwsCredential[];
  readonly actions: string[];
}

export interface AwsStateDeps {
  readonly issuer: SandboxIssuer;
  readonly now: () => number;
  readonly options: AwsOptions;
}

export function createAwsState({ issuer, now, options }: AwsStateDeps): AwsState {
  const { account = '123456789012', region = 'eu-central-1' } = options;
  const { partition, suffix } = partitionOf(region);
  const usual = { url: issuer.url, audiences: [issuer.defaultAudience] };
  const provider = 'provider' in options ? options.provider : usual;
  const fill = ({ name, ...given }: AwsRoleOptions): Role => ({
    arn: `arn:${partition}:iam::${account}:role/${name}`,
    audience: provider?.audiences[0] ?? '',
    subjectLike: `${issuer.step.repositoryUuid}:*`,
    allows: ['*'],
    ...given,
  });
  return {
    ...{ now, issuer, account, region, partition, suffix, provider },
    roles: (options.roles ?? [{ name: 'deploy' }]).map(fill),
    secrets: options.secrets ?? [{ name: 'vercel/token', text: 'vca_sandboxStoredToken00000000' }],
    keys: options.keys ?? USUAL_KEYS.map((alias) => ({ alias, privateKey: makeP256Key() })),
    buckets: (options.buckets ?? []).map((bucket) => ({ region, ...bucket })),
    s3Endpoint: options.s3Endpoint,
    objects: [],
    outboundFederation: options.outboundFederation ?? true,
    webIdentityIssuer: 'https://8d2f0c1e-sandbox.tokens.sts.global.api.aws',
    credentials: (options.users ?? []).map((user) => toCredential(user, `arn:${partition}:iam::${account}`)),
    actions: [],
  };
}

function toCredential({ name, allows = ['*'], ...keys }: AwsUserOptions, owner: string): AwsCredential {
  const arn = `${owner}:user/${name}`;
  const forEver = { sessionToken: undefined, expiresAt: Infinity, policy: undefined };
  return { ...keys, ...forEver, roleArn: '', sessionArn: arn, allows };
}

/** Each bound of AWS has its own names. */
function partitionOf(region: string): { readonly partition: string; readonly suffix: string } {
  if (region.startsWith('cn-')) return { partition: 'aws-cn', suffix: 'amazonaws.com.cn' };
  if (region.startsWith('us-gov-')) return { partition: 'aws-us-gov', suffix: 'amazonaws.com' };
  return { partition: 'aws', suffix: 'amazonaws.com' };
}

/** Keys of a session: `ASIA…` marks them as temporary. */
export function issueCredential(
  state: AwsState,
  given: Pick<AwsCredential, 'expiresAt' | 'roleArn' | 'sessionArn' | 'allows' | 'policy'>,
): AwsCredential {
  const credential: AwsCredential = {
    accessKeyId: `ASIA${letters(16)}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    // In base64 with `+`, `/` and `=`: a client that writes it anywhere unescaped is found.
    sessionToken: `Fwo+/${randomBytes(120).toString('base64')}=`,
    ...given,
  };
  state.credentials.push(credential);
  return credential;
}

function letters(count: number): string {
  return Array.from(randomBytes(count), (byte) => LETTERS[byte % LETTERS.length]).join('');
}
