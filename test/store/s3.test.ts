import { describe, expect, it } from '@jest/globals';
import { BY_ROLE, byRole, PUT, ROLE } from './support/s3.ts';
import { NAME, NEVER, NO_SECRETS, RECORD, refusalOf, storesOf, type Opened } from './support/stores.ts';

const TEN_MINUTES = 600_000;

const hostsOf = ({ sandbox, platform }: Opened): string[] => {
  const lines = platform.log.lines.map(({ message }) => /^(?:PUT|GET) ([^/]+)\//.exec(message)?.[1]);
  expect(sandbox.journal.length).toBeGreaterThan(0);
  return lines.filter((host) => host !== undefined);
};

describe('what is stored in a bucket', () => {
  it('is written on condition that the name is free, with a checksum for the server to keep', async () => {
    const { sandbox, store } = await byRole();
    await store.put(NAME, RECORD, NEVER);
    expect(storesOf(sandbox).aws.objects).toEqual([
      {
        ...{ bucket: 'acme-records', key: `records/${NAME}`, bytes: Buffer.from(RECORD), conditional: true },
        ...{ contentType: 'application/json', checksum: '37Am09BClCDdJumkFv4NOvd1GispkkWfxCGPnm0/+aA=' },
      },
    ]);
  });

  it('stands at the top without a prefix', async () => {
    const { sandbox, store } = await byRole({}, { prefix: '' });
    expect(await store.put(NAME, RECORD, NEVER)).toBe(`s3://acme-records/${NAME}`);
    expect(storesOf(sandbox).aws.objects.map(({ key }) => key)).toEqual([NAME]);
  });

  it.each([
    { bucket: 'acme-records', host: 'acme-records.s3.eu-central-1.amazonaws.com' },
    // No certificate of AWS covers a host with such a bucket in it.
    { bucket: 'acme.records', host: 's3.eu-central-1.amazonaws.com' },
  ])('goes to a host of the bucket, where that has a certificate: $bucket', async ({ bucket, host }) => {
    const opened = await byRole({ buckets: [{ name: bucket }] }, { bucket });
    await opened.store.put(NAME, RECORD, NEVER);
    expect(hostsOf(opened)).toEqual([host]);
  });

  it('is encrypted with a key of KMS, through S3 alone', async () => {
    const kmsKey = 'arn:aws:kms:eu-central-1:123456789012:key/records';
    const { sandbox, store } = await byRole({ buckets: [{ name: 'acme-records', kmsKey }] });
    await store.put(NAME, RECORD, NEVER);
    expect(await store.read(NAME, 100, NEVER)).toHaveLength(RECORD.byteLength);
    expect(storesOf(sandbox).aws.actions.filter((action) => action.startsWith('kms:'))).toEqual([
      'kms:GenerateDataKey',
      'kms:Decrypt',
    ]);
  });
});

describe("the role's session", () => {
  it('may do nothing but write and read under the prefix', async () => {
    const { sandbox, store } = await byRole({}, { prefix: 'büro/a*b?$c' });
    await store.put(NAME, RECORD, NEVER);
    const bucket = 'arn:aws:s3:::acme-records';
    expect(storesOf(sandbox).aws.credentials.at(-1)?.policy).toEqual([
      { actions: ['s3:PutObject', 's3:GetObject'], resources: [`${bucket}/büro/a\${*}b\${?}\${$}c/*`], equals: {} },
      { actions: ['s3:ListBucket'], resources: [bucket], equals: {} },
      {
        ...{ actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: ['*'] },
        equals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' },
      },
    ]);
  });

  it.each(['文', '😀'])('gets a policy that is not too long for STS, whatever the prefix: %s', async (letter) => {
    const { sandbox, store } = await byRole({}, { prefix: letter.repeat(768 / Buffer.byteLength(letter)) });
    await store.put(NAME, RECORD, NEVER);
    expect(storesOf(sandbox).aws.objects).toHaveLength(1);
  });

  it('serves several records, and is assumed anew before it ends', async () => {
    const { sandbox, store, platform } = await byRole();
    const assumed = (): number =>
      sandbox.journal.filter(({ path, method }) => path === '/' && method === 'POST').length;
    await store.put('a.json', RECORD, NEVER);
    await store.put('b.json', RECORD, NEVER);
    expect(assumed()).toBe(1);
    await platform.clock.sleep(TEN_MINUTES);
    await store.put('c.json', RECORD, NEVER);
    expect(assumed()).toBe(2);
  });

  it('is assumed anew where S3 finds it expired', async () => {
    const { sandbox, store } = await byRole();
    await store.put('a.json', RECORD, NEVER);
    const body = '<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>';
    sandbox.misbehave({ match: PUT, action: { kind: 'status', status: 400, body } });
    await store.put(NAME, RECORD, NEVER);
    expect(storesOf(sandbox).aws.credentials.filter(({ roleArn }) => roleArn === ROLE)).toHaveLength(2);
  });

  it('that cannot be had leaves the record unstored, by that code', async () => {
    const { store } = await byRole({ roles: [] });
    expect(await refusalOf(store.put(NAME, RECORD, NEVER))).toMatchObject({
      ...{ code: 'RECORD_NOT_STORED', exitStatus: 3 },
      message: expect.stringMatching(/: AWS STS did not assume the role \(record store s3\)\.$/),
      fix: expect.stringMatching(/^Check that arn:aws:iam::123456789012:role\/deploy exists/),
    });
  });

  it('is not asked for without a token', async () => {
    const { sandbox, open } = await byRole();
    const error = await refusalOf(open(BY_ROLE, NO_SECRETS, { stepToken: undefined }).put(NAME, RECORD, NEVER));
    expect(error).toMatchObject({ code: 'RECORD_NOT_STORED', fix: expect.stringMatching(/^Add oidc:/) });
    expect(sandbox.journal).toEqual([]);
  });
});

describe('a writer that may not read', () => {
  const writer = { roles: [{ name: 'deploy', allows: ['s3:PutObject'] }] };

  it('stores, and cannot tell what has its name', async () => {
    const { sandbox, store } = await byRole(writer);
    await store.put(NAME, RECORD, NEVER);
    const error = await refusalOf(store.put(NAME, RECORD, NEVER));
    expect(error).toMatchObject({
      got: expect.stringMatching(/^the name is taken, and what has it could not be compared: status 403 AccessDenied/),
      fix: expect.stringMatching(/s3:GetObject on arn:aws:s3:::acme-records\/records\/\* and s3:ListBucket on/),
    });
    expect(storesOf(sandbox).aws.objects).toHaveLength(1);
  });

  it('is not told that nothing is there', async () => {
    const { store } = await byRole({ roles: [{ name: 'deploy', allows: ['s3:PutObject', 's3:GetObject'] }] });
    expect(await refusalOf(store.read('not-there.json', 100, NEVER))).toMatchObject({
      ...{ code: 'RECORD_NOT_STORED', message: expect.stringMatching(/^The record .+ could not be read/) },
      fix: expect.stringMatching(/s3:ListBucket on arn:aws:s3:::acme-records \(or a record that is not there/),
    });
  });
});
