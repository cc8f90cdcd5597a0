import type { KeyObject } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';

export interface AwsOptions {
  /** Default `123456789012`. */
  readonly account?: string;
  /** Default `eu-central-1`; the partition follows. */
  readonly region?: string;
  /** Default: the issuer of the sandbox, with its default audience. Undefined: the account has no identity provider. */
  readonly provider?: { readonly url: string; readonly audiences: readonly string[] } | undefined;
  /** Default: `deploy`, for every step of the sandbox's repository, with every permission. */
  readonly roles?: readonly AwsRoleOptions[];
  /** Default: `vercel/token`, with a token as text. */
  readonly secrets?: readonly AwsSecret[];
  /** Default: `alias/okta-client` and `alias/deploy-records`, on P-256. Of one alias the first counts. */
  readonly keys?: readonly AwsKeyOptions[];
  /** Default: none. */
  readonly buckets?: readonly AwsBucketOptions[];
  /** A server of S3's API alone, beside AWS's own addresses: the bucket stands in the path. */
  readonly s3Endpoint?: string;
  /** Users with keys that stay. Default: none. */
  readonly users?: readonly AwsUserOptions[];
  /** Whether the account gives web identity tokens to others. Default true. */
  readonly outboundFederation?: boolean;
}

export interface AwsRoleOptions {
  readonly name: string;
  /** Condition `StringEquals` of `aud`; default: the provider's first audience. */
  readonly audience?: string;
  /** Condition `StringLike` of `sub`; default: every step of the sandbox's repository. */
  readonly subjectLike?: string;
  /** Default: all. */
  readonly allows?: readonly string[];
}

export interface AwsSecret {
  readonly name: string;
  readonly text?: string;
  readonly binary?: Uint8Array;
  /** Scheduled for deletion. */
  readonly deleted?: boolean;
}

export interface AwsKeyOptions {
  readonly alias: string;
  /** Default: the alias without `alias/`. */
  readonly keyId?: string;
  readonly privateKey: KeyObject;
  /** Default SIGN_VERIFY. */
  readonly usage?: string;
  readonly state?: 'Enabled' | 'Disabled' | 'PendingDeletion';
}

export interface AwsBucketOptions {
  readonly name: string;
  /** Default: the account's. */
  readonly region?: string;
  /** ARN of the key that its objects are encrypted with, by default. */
  readonly kmsKey?: string;
}

export interface AwsUserOptions {
  readonly name: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Default: all. */
  readonly allows?: readonly string[];
}

/** A statement of a session policy that allows. */
export interface AwsStatement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** `StringEquals`. */
  readonly equals: Readonly<Record<string, string>>;
}

/** What a bucket holds. */
export interface S3Object {
  readonly bucket: string;
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** In base64, as the client said it; undefined where it said none. */
  readonly checksum: string | undefined;
  /** Whether it was written on condition that nothing was there. */
  readonly conditional: boolean;
}

/** A session of a role, or a user. */
export interface AwsCredential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Undefined for a user. */
  readonly sessionToken: string | undefined;
  /** Infinity for a user. */
  readonly expiresAt: number;
  readonly roleArn: string;
  readonly sessionArn: string;
  /** What role and session policy both allow; `*` where neither names anything. */
  readonly allows: readonly string[];
  /** The session policy, which must allow as well; undefined where there is none. */
  readonly policy: readonly AwsStatement[] | undefined;
}

export interface AwsSandbox {
  readonly account: string;
  readonly region: string;
  /** ARN of the first role. */
  readonly roleArn: string;
  readonly credentials: readonly AwsCredential[];
  /** What the buckets hold, in the order of writing; what was replaced is gone. */
  readonly objects: readonly S3Object[];
  /** What was done, as `sts:AssumeRoleWithWebIdentity`. */
  readonly actions: readonly string[];
  /** Who issues the web identity tokens, and its keys. */
  readonly webIdentityIssuer: string;
  webIdentityKeys(): Promise<JSONWebKeySet>;
}
