import { createAws } from './aws/aws.ts';
import type { AwsOptions, AwsSandbox } from './aws/types.ts';
import { createFiles, type FilesSandbox } from './files/files.ts';
import type { Route } from './router.ts';
import type { SandboxIssuer } from './types.ts';

/** Where lasting homes for records stand; AWS itself is always at its own addresses. */
export interface StoreUrls {
  readonly s3: string;
  readonly files: string;
}

export const STORE_URLS: StoreUrls = { s3: 'https://s3.example.com', files: 'https://files.example.com' };

/** Homes that the step of the sandbox may use: a bucket, at AWS and at an S3 server, and a file server. */
export interface Stores {
  readonly aws: AwsSandbox;
  readonly s3Url: string;
  readonly bucket: string;
  /** A user whose keys stay. */
  readonly user: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly files: FilesSandbox;
}

const BUCKET = 'acme-records';
const USER = {
  name: 'pipelines',
  accessKeyId: 'AKIASANDBOX000000000',
  secretAccessKey: 'sandbox+secret/access+key0000000000000000',
};

export function createStores(
  urls: StoreUrls,
  {
    issuer,
    now,
    options = {},
  }: { readonly issuer: SandboxIssuer; readonly now: () => number; readonly options?: AwsOptions | undefined },
): { readonly stores: Stores; readonly routes: readonly Route[] } {
  const usual = { buckets: [{ name: BUCKET }], users: [USER], s3Endpoint: urls.s3 };
  const { aws, routes } = createAws({ issuer, now, options: { ...usual, ...options } });
  const { files, routes: fileRoutes } = createFiles(new URL(urls.files).origin);
  return { stores: { aws, s3Url: urls.s3, bucket: BUCKET, user: USER, files }, routes: [...routes, ...fileRoutes] };
}
