import type { AwsOptions } from '../../../src/sandbox/index.ts';
import { Secret } from '../../../src/secret.ts';
import type { StoreChoice, StoreSecrets } from '../../../src/store/types.ts';
import { NO_SECRETS, openOn, storesOf, type Opened } from './stores.ts';

export type S3Choice = Extract<StoreChoice, { kind: 's3' }>;

export const ROLE = 'arn:aws:iam::123456789012:role/deploy';
export const BY_ROLE: S3Choice = {
  ...{ kind: 's3', bucket: 'acme-records', prefix: 'records', region: 'eu-central-1' },
  ...{ endpoint: undefined, role: ROLE },
};
export const AT_SERVER: S3Choice = { ...BY_ROLE, endpoint: 'https://s3.example.com', role: undefined };
export const PUT = { method: 'PUT', path: /sigstore\.json$/ };

export const byRole = (aws: AwsOptions = {}, change: Partial<S3Choice> = {}): Promise<Opened> =>
  openOn({ choice: { ...BY_ROLE, ...change }, options: { aws } });

export function atServer(change: Partial<S3Choice> = {}, secret?: string): Promise<Opened> {
  const secrets = (sandbox: Opened['sandbox']): StoreSecrets => {
    const { accessKeyId, secretAccessKey } = storesOf(sandbox).user;
    return { ...NO_SECRETS, keys: { accessKeyId, secretAccessKey: new Secret(secret ?? secretAccessKey) } };
  };
  return openOn({ choice: { ...AT_SERVER, ...change }, secrets });
}
