import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHttpClient } from '../../src/http/index.ts';
import { createNodeNetwork } from '../../src/platform/network.ts';
import { serveSandbox, type ServedSandbox } from '../../src/sandbox/index.ts';
import { Secret } from '../../src/secret.ts';
import { openStore } from '../../src/store/index.ts';
import type { RecordStore, StoreChoice, StoreSecrets } from '../../src/store/types.ts';
import { testPlatform } from '../support/test-platform.ts';
import { NAME, NEVER, RECORD, storesOf } from './support/stores.ts';

const network = createNodeNetwork();
let served: ServedSandbox;
beforeAll(async () => {
  served = await serveSandbox({ stores: true });
});
afterAll(async () => {
  network.close();
  await served.close();
});

function open(choice: StoreChoice): RecordStore {
  const { sandbox } = served;
  const { user, files } = storesOf(sandbox);
  const { clock, log, random } = testPlatform(network);
  const http = createHttpClient({ network, clock, log, random, userAgent: 'vercel-oidc-deploy/test' });
  const { workspace, repositorySlug } = sandbox.issuer.step;
  const keys = { accessKeyId: user.accessKeyId, secretAccessKey: new Secret(user.secretAccessKey) };
  const secrets: StoreSecrets = { token: new Secret(files.token), keys };
  return openStore(choice, secrets, {
    ...{ http, clock, log, session: 'deploy-1', stepToken: undefined, build: { workspace, repositorySlug } },
    ...{ bitbucketToken: new Secret(sandbox.bitbucket.accessToken), bitbucketApiUrl: sandbox.bitbucketUrl },
  });
}

const S3 = { kind: 's3', prefix: 'büro 文/+', region: 'eu-central-1', role: undefined } as const;
const CHOICES: readonly { readonly name: string; readonly choose: () => StoreChoice }[] = [
  {
    name: 's3',
    choose: () => {
      const { bucket, s3Url: endpoint } = storesOf(served.sandbox);
      return { ...S3, bucket, endpoint };
    },
  },
  { name: 'https', choose: () => ({ kind: 'https', url: storesOf(served.sandbox).files.url }) },
  { name: 'bitbucket-downloads', choose: () => ({ kind: 'bitbucket-downloads' }) },
];

describe.each(CHOICES)('over real sockets: $name', ({ choose }) => {
  it('stores once and reads back, also after an answer that was lost', async () => {
    const store = open(choose());
    served.sandbox.misbehave({
      match: { path: /sigstore\.json$|\/downloads$/, method: 'PUT' },
      action: { kind: 'after-then-reset' },
    });
    await store.put(NAME, RECORD, NEVER);
    await store.put('empty.json', new Uint8Array(), NEVER);
    expect(Buffer.from((await store.read(NAME, 100, NEVER)) ?? [])).toEqual(Buffer.from(RECORD));
    expect(await store.read('empty.json', 0, NEVER)).toHaveLength(0);
    expect(await store.read('none.json', 0, NEVER)).toBeUndefined();
  });
});
