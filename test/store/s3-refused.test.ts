import { describe, expect, it } from '@jest/globals';
import { atServer, byRole, PUT } from './support/s3.ts';
import { NAME, NEVER, RECORD, refusalOf } from './support/stores.ts';

describe('what S3 answers', () => {
  it.each(['ConditionalRequestConflict', 'OperationAborted'])('is asked again: 409 %s', async (code) => {
    const { sandbox, store, platform } = await byRole();
    const body = `<Error><Code>${code}</Code><Message>A conflicting operation</Message></Error>`;
    sandbox.misbehave({ match: PUT, times: 2, action: { kind: 'status', status: 409, body } });
    await store.put(NAME, RECORD, NEVER);
    expect(platform.clock.slept).toEqual([1000, 2000]);
  });

  it('is not asked for ever', async () => {
    const { sandbox, store } = await byRole();
    const body = '<Error><Code>ConditionalRequestConflict</Code><Message>A conflict</Message></Error>';
    sandbox.misbehave({ match: PUT, times: 99, action: { kind: 'status', status: 409, body } });
    expect(await refusalOf(store.put(NAME, RECORD, NEVER))).toMatchObject({
      ...{ got: 'status 409 ConditionalRequestConflict A conflict', fix: expect.stringMatching(/^Something else/) },
    });
    expect(sandbox.journal.filter(({ method }) => method === 'PUT')).toHaveLength(4);
  });

  it.each([
    {
      name: 'another region (301)',
      open: () => byRole({ buckets: [{ name: 'acme-records', region: 'eu-west-1' }] }),
      got: /^status 301 PermanentRedirect/,
      fix: 'Write region=eu-west-1 in RECORD_STORE: the bucket acme-records is there, not in eu-central-1.',
    },
    {
      name: 'another region (400)',
      open: () => atServer({ region: 'us-east-1' }),
      got: /^status 400 AuthorizationHeaderMalformed/,
      fix: 'Write region=eu-central-1 in RECORD_STORE: the bucket acme-records is there, not in us-east-1.',
    },
    {
      name: 'no such bucket',
      open: () => atServer({ bucket: 'other' }),
      got: /^status 404 NoSuchBucket/,
      fix: 'Create the bucket other, or correct its name.',
    },
    {
      name: 'a wrong secret',
      open: () => atServer({}, 'guessed-secret-key'),
      got: /^status 403 SignatureDoesNotMatch The request signature we calculated does not match the signature you provided\.$/,
      fix: 'Correct RECORD_STORE_ACCESS_KEY_ID and RECORD_STORE_SECRET_ACCESS_KEY.',
    },
  ])('is explained: $name', async ({ open, got, fix }) => {
    const { store } = await open();
    const error = await refusalOf(store.put(NAME, RECORD, NEVER));
    expect(error).toMatchObject({ code: 'RECORD_NOT_STORED', got: expect.stringMatching(got), fix });
    expect(await refusalOf(store.read(NAME, 100, NEVER))).toMatchObject({ got: expect.stringMatching(got), fix });
  });

  it.each([
    { status: 501, code: 'NotImplemented', fix: /^Use a server that knows If-None-Match/ },
    { status: 403, code: 'RequestTimeTooSkewed', fix: /^Check the clock/ },
    { status: 400, code: 'BadDigest', fix: /^Look for a proxy/ },
    { status: 307, code: 'TemporaryRedirect', fix: /^The bucket is new/ },
    { status: 302, code: '', fix: /^Correct region and endpoint: a redirect is never followed/ },
    { status: 400, code: 'toString', fix: /^Look up this error of S3/ },
    { status: 403, code: 'Unheard', fix: /^Allow .+ s3:PutObject on/ },
  ])('gets its own advice: $status $code', async ({ status, code, fix }) => {
    const { sandbox, store } = await byRole();
    const body = `<Error><Code>${code}</Code><Message>as it says</Message></Error>`;
    sandbox.misbehave({ match: PUT, times: 9, action: { kind: 'status', status, body } });
    expect(await refusalOf(store.put(NAME, RECORD, NEVER))).toMatchObject({ fix: expect.stringMatching(fix) });
  });
});
