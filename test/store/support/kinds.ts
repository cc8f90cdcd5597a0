import type { AwsOptions, Sandbox } from '../../../src/sandbox/index.ts';
import { Secret } from '../../../src/secret.ts';
import type { StoreChoice, StoreSecrets } from '../../../src/store/types.ts';
import { NO_SECRETS, openOn, storesOf, type Opened } from './stores.ts';

interface Variant {
  /** Before every name, where the kind has folders. */
  readonly folder?: string;
  /** May read, and not write. */
  readonly denied?: boolean;
}

/** One kind of store, as the contract needs it. */
export interface Kind {
  readonly name: string;
  readonly open: (variant?: Variant) => Promise<Opened>;
  /** The request that writes. */
  readonly write: { readonly method: 'PUT' | 'POST'; readonly path: RegExp };
  /** The request that brings the bytes. */
  readonly read: { readonly method: 'GET'; readonly path: RegExp };
  readonly stored: (sandbox: Sandbox) => readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly place: RegExp;
  /** What the error says that a denied writer must be given. */
  readonly fix: RegExp;
  /** Whatever opens the store. */
  readonly secrets: (sandbox: Sandbox) => readonly string[];
  readonly hasFolders: boolean;
}

const FOLDER = 'records/web';
const OBJECT = /^(?:\/acme-records)?\/.*sigstore\.json$/;

function s3Stored(sandbox: Sandbox): ReturnType<Kind['stored']> {
  return storesOf(sandbox).aws.objects.map(({ key, bytes }) => ({ name: key.split('/').at(-1) ?? '', bytes }));
}

function s3(
  name: string,
  own: Partial<Extract<StoreChoice, { kind: 's3' }>>,
  rest: Pick<Kind, 'place' | 'fix' | 'secrets'>,
  denied: AwsOptions,
): Kind {
  return {
    ...{ name, stored: s3Stored, hasFolders: true, ...rest },
    write: { method: 'PUT', path: OBJECT },
    read: { method: 'GET', path: OBJECT },
    open: (variant = {}) =>
      openOn({
        choice: (sandbox) => ({
          ...{ kind: 's3', bucket: 'acme-records', prefix: variant.folder ?? FOLDER, region: 'eu-central-1' },
          ...{ endpoint: undefined, role: own.endpoint === undefined ? storesOf(sandbox).aws.roleArn : undefined },
          ...own,
        }),
        secrets: (sandbox) => {
          const { accessKeyId, secretAccessKey } = storesOf(sandbox).user;
          const keys = { accessKeyId, secretAccessKey: new Secret(secretAccessKey) };
          return own.endpoint === undefined ? NO_SECRETS : { token: undefined, keys };
        },
        ...(variant.denied === true ? { options: { aws: denied } } : {}),
      }),
  };
}

export const S3_ROLE: Kind = s3(
  's3 by a role',
  {},
  {
    place: /^s3:\/\/acme-records\/records\/web\/2026/,
    fix: /^Allow arn:aws:iam::123456789012:role\/deploy s3:PutObject on arn:aws:s3:::acme-records\/records\/web\/\*, in/,
    secrets: (sandbox) =>
      storesOf(sandbox).aws.credentials.flatMap(({ secretAccessKey, sessionToken }) =>
        sessionToken === undefined ? [] : [secretAccessKey, sessionToken],
      ),
  },
  { roles: [{ name: 'deploy', allows: ['s3:GetObject', 's3:ListBucket'] }] },
);

const USER = {
  name: 'reader',
  accessKeyId: 'AKIASANDBOX000000000',
  secretAccessKey: 'sandbox+secret/access+key0000000000000000',
};

export const S3_KEYS: Kind = s3(
  's3 at an endpoint, by keys',
  { endpoint: 'https://s3.example.com' },
  {
    place: /^https:\/\/s3\.example\.com\/acme-records\/records\/web\/2026/,
    fix: /^Allow the owner of RECORD_STORE_ACCESS_KEY_ID s3:PutObject on/,
    secrets: (sandbox) => [storesOf(sandbox).user.secretAccessKey],
  },
  { users: [{ ...USER, allows: ['s3:GetObject', 's3:ListBucket'] }] },
);

export const HTTPS: Kind = {
  name: 'https',
  ...{ hasFolders: true, place: /^https:\/\/files\.example\.com\/records\/web\/2026/ },
  fix: /^Allow the owner of RECORD_STORE_TOKEN PUT in this folder\.$/,
  write: { method: 'PUT', path: /sigstore\.json$/ },
  read: { method: 'GET', path: /sigstore\.json$/ },
  stored: (sandbox) =>
    storesOf(sandbox).files.files.map(({ path, bytes }) => ({ name: path.split('/').at(-1) ?? '', bytes })),
  secrets: (sandbox) => [storesOf(sandbox).files.token],
  open: ({ folder = 'web', denied } = {}) =>
    openOn({
      choice: (sandbox) => ({ kind: 'https', url: `${storesOf(sandbox).files.url}${encodeURI(folder)}/` }),
      secrets: (sandbox): StoreSecrets => {
        const { token, readToken } = storesOf(sandbox).files;
        return { ...NO_SECRETS, token: new Secret(denied === true ? readToken : token) };
      },
    }),
};

export const DOWNLOADS: Kind = {
  name: 'bitbucket-downloads',
  ...{ hasFolders: false, place: /^https:\/\/bitbucket\.org\/[\w-]+\/[\w-]+\/downloads\/2026/ },
  fix: /^Give BITBUCKET_ACCESS_TOKEN an access token of this very repository with the scope write:repository:bitbucket/,
  write: { method: 'POST', path: /\/downloads$/ },
  read: { method: 'GET', path: /^\/bbuseruploads\// },
  stored: (sandbox) => sandbox.bitbucket.downloads,
  secrets: (sandbox) => [sandbox.bitbucket.accessToken],
  open: ({ denied } = {}) =>
    openOn({
      choice: { kind: 'bitbucket-downloads' },
      change: ({ bitbucket }) => (denied === true ? { bitbucketToken: new Secret(bitbucket.weakAccessToken) } : {}),
    }),
};

export const KINDS: readonly Kind[] = [S3_ROLE, S3_KEYS, HTTPS, DOWNLOADS];
