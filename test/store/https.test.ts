import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../src/secret.ts';
import { HTTPS } from './support/kinds.ts';
import { NAME, NEVER, NO_SECRETS, RECORD, refusalOf, storesOf } from './support/stores.ts';

describe('a file server', () => {
  it('is asked to write once', async () => {
    const { sandbox, store } = await HTTPS.open();
    await store.put(NAME, RECORD, NEVER);
    sandbox.misbehave({ match: HTTPS.read, action: { kind: 'status', status: 410 } });
    expect(await store.read(NAME, 100, NEVER)).toBeUndefined();
    // The fake replaces unless it is asked not to.
    await refusalOf(store.put(NAME, new Uint8Array(), NEVER));
    expect(storesOf(sandbox).files.files.map(({ bytes }) => bytes.byteLength)).toEqual([RECORD.byteLength]);
  });

  it.each([200, 201, 204])('may answer %d', async (status) => {
    const { sandbox, store } = await HTTPS.open();
    sandbox.misbehave({ match: HTTPS.write, action: { kind: 'status', status, body: '' } });
    expect(await store.put(NAME, RECORD, NEVER)).toBe(`https://files.example.com/records/web/${NAME}`);
  });

  it('that says a name is taken, and has nothing under it, is not believed', async () => {
    const { sandbox, store } = await HTTPS.open();
    sandbox.misbehave({ match: HTTPS.write, action: { kind: 'status', status: 412 } });
    expect(await refusalOf(store.put(NAME, RECORD, NEVER))).toMatchObject({
      got: 'an answer that the name is taken, and nothing under it',
    });
  });

  it('may need no token, and says when it does', async () => {
    const { sandbox, open } = await HTTPS.open();
    const store = open({ kind: 'https', url: storesOf(sandbox).files.url });
    expect(await refusalOf(store.put(NAME, RECORD, NEVER))).toMatchObject({ fix: 'Set RECORD_STORE_TOKEN.' });
    expect(sandbox.journal.at(-1)?.authorizationKind).toBe('none');
  });

  it.each([
    { status: 202, fix: /own log/ },
    { status: 401, fix: /^Renew RECORD_STORE_TOKEN/ },
    { status: 404, fix: /^Create the folder/ },
    { status: 409, fix: /^Create the folder/ },
    { status: 405, fix: /^Allow PUT \(with If-None-Match\)/ },
    { status: 413, fix: /limit for a body/ },
    { status: 507, fix: /^Free space/ },
  ])('is told what to do about $status', async ({ status, fix }) => {
    const { sandbox, store } = await HTTPS.open();
    sandbox.misbehave({ match: HTTPS.write, times: 9, action: { kind: 'status', status } });
    expect(await refusalOf(store.put(NAME, RECORD, NEVER))).toMatchObject({
      ...{ got: expect.stringContaining(`status ${String(status)}`), wanted: 'status 200, 201 or 204' },
      fix: expect.stringMatching(fix),
    });
  });

  it.each([
    { url: 'http://files.example.com/', fault: 'is neither https nor http on a loopback address' },
    { url: 'http://127.0.0.1.example.com/', fault: 'is neither https nor http on a loopback address' },
    { url: 'ftp://127.0.0.1/', fault: 'is neither https nor http on a loopback address' },
    { url: 'https://me@files.example.com/', fault: 'holds a user or a password' },
    { url: 'https://files.example.com/?sig=x/', fault: 'holds a query or a fragment' },
    { url: 'https://files.example.com/#x/', fault: 'holds a query or a fragment' },
    { url: 'https://files.example.com/x', fault: 'does not end with a slash' },
    { url: 'files', fault: 'is no address' },
  ])('is not opened at $url', async ({ url, fault }) => {
    const { open } = await HTTPS.open();
    expect(() => open({ kind: 'https', url }, { ...NO_SECRETS, token: new Secret('canary-of-a-store') })).toThrow(
      expect.objectContaining({ code: 'VARIABLES_INVALID', faults: [`the address of the store ${fault}`] }),
    );
  });

  it.each(['http://127.0.0.1:8080/', 'http://[::1]/', 'http://localhost/x/'])('is opened at %s', async (url) => {
    const { open } = await HTTPS.open();
    expect(open({ kind: 'https', url }).name).toBe(url);
  });
});
