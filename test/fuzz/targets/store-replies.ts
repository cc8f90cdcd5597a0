import fc from 'fast-check';
import { openStore } from '../../../src/store/index.ts';
import type { StoreChoice } from '../../../src/store/types.ts';
import { Find } from '../support/judge.ts';
import { ACCESS_KEY, CANARIES, HOP_TOKEN, STEP_TOKEN } from '../support/secrets.ts';
import { defineTarget } from '../support/target.ts';
import { hostileReplies, hostileWorld, never, type Hostile } from '../support/world.ts';

const NAME = '20261125T120000Z-prj_web-production-1b9d6bcd.intent.sigstore.json';
const RECORD = Buffer.from('{"a":"record"}\n');
const S3 = { kind: 's3', bucket: 'acme-records', prefix: 'records', region: 'eu-central-1' } as const;
const CHOICES: readonly StoreChoice[] = [
  { ...S3, endpoint: undefined, role: 'arn:aws:iam::123456789012:role/deploy' },
  { ...S3, endpoint: 'https://s3.example.com', role: undefined },
  { kind: 'https', url: 'https://files.example.com/records/' },
  { kind: 'bitbucket-downloads' },
];
const ERROR_XML = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>NoSuchKey</Code><Message>The key ${CANARIES.key} does not exist.</Message><Region>eu-west-1</Region><RequestId>R</RequestId><HostId>H</HostId></Error>`;
const STS = {
  AssumeRoleWithWebIdentityResponse: {
    AssumeRoleWithWebIdentityResult: {
      Credentials: {
        AccessKeyId: 'ASIAEXAMPLE000000000',
        SecretAccessKey: CANARIES.key,
        SessionToken: CANARIES.hop,
        Expiration: 1_795_440_000,
      },
    },
  },
};
const SAMPLES = [
  STS,
  ERROR_XML,
  ERROR_XML.replace('NoSuchKey', 'SlowDown'),
  RECORD.toString(),
  { error: { message: 'no' } },
];

interface Input {
  readonly choice: number;
  readonly replies: readonly Hostile[];
}

export const storeReplies = defineTarget<Input>({
  name: 'store-replies',
  runs: 3000,
  inputs: fc.record({ choice: fc.nat(CHOICES.length - 1), replies: hostileReplies(SAMPLES) }),
  async run({ choice, replies }) {
    const world = hostileWorld(replies);
    const secrets = { token: HOP_TOKEN, keys: { accessKeyId: 'AKIAEXAMPLE000000000', secretAccessKey: ACCESS_KEY } };
    const chosen = CHOICES[choice] as StoreChoice;
    const byRole = chosen.kind === 's3' && chosen.role !== undefined;
    const store = openStore(chosen, byRole ? { token: undefined, keys: undefined } : secrets, {
      ...{ ...world, session: 'deploy-1', stepToken: STEP_TOKEN, bitbucketToken: HOP_TOKEN },
      ...{ bitbucketApiUrl: 'https://api.bitbucket.org', build: { repositoryFullName: 'acme/web' } },
    });
    try {
      const read = await store.read(NAME, 1024, never());
      if (read && read.length > 1024) throw new Find('more was read than was asked for');
      await store.put(NAME, RECORD, never());
    } finally {
      world.settle();
    }
  },
});
