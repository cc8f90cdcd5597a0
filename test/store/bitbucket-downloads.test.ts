import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../src/secret.ts';
import { DOWNLOADS } from './support/kinds.ts';
import { NAME, NEVER, RECORD, refusalOf } from './support/stores.ts';

const CHOICE = { kind: 'bitbucket-downloads' } as const;
const LINK = { method: 'GET', path: /\/downloads\/2026/ };

describe("a repository's downloads", () => {
  it('are read from the storage that Bitbucket names, without the token', async () => {
    const { sandbox, store, platform } = await DOWNLOADS.open();
    await store.put(NAME, RECORD, NEVER);
    await store.read(NAME, 100, NEVER);
    const asked = sandbox.journal.map(({ path, authorizationKind }) => [path.split('/')[1], authorizationKind]);
    expect(asked).toEqual([
      ['2.0', 'bearer'],
      ['2.0', 'bearer'],
      ['2.0', 'bearer'],
      ['bbuseruploads', 'none'],
    ]);
    // The link's signature gives access to whoever has it.
    expect(platform.log.text()).toContain('GET bbuseruploads.s3.amazonaws.com/bbuseruploads/2026');
    expect(platform.log.text()).not.toMatch(/Signature=|\?/);
  });

  it.each([
    { location: 'http://storage.example/x?key=canary', got: 'a redirect to http://storage.example/x' },
    { location: 'http://127.0.0.1:8080/x', got: 'a redirect to http://127.0.0.1:8080/x' },
    { location: 'ftp://storage.example/x', got: 'a redirect to ftp://storage.example/x' },
    { location: 'https://user:canary@storage.example/x', got: 'a redirect to https://storage.example/x' },
    { location: 'https://', got: 'a redirect without an address' },
  ])('are not read from $location', async ({ location, got }) => {
    const { sandbox, store } = await DOWNLOADS.open();
    await store.put(NAME, RECORD, NEVER);
    sandbox.misbehave({ match: LINK, action: { kind: 'status', status: 302, headers: { location } } });
    const error = await refusalOf(store.read(NAME, 100, NEVER));
    expect(error).toMatchObject({ code: 'RECORD_NOT_STORED', got, wanted: 'a redirect to an address with https' });
    expect(sandbox.journal.filter(({ known }) => !known)).toEqual([]);
  });

  it('are not read through a second redirect, and what the storage says is not repeated', async () => {
    const { sandbox, store } = await DOWNLOADS.open();
    await store.put(NAME, RECORD, NEVER);
    const again = { kind: 'status', status: 302, headers: { location: 'https://elsewhere.example/' } } as const;
    sandbox.misbehave({ match: DOWNLOADS.read, action: again });
    expect(await refusalOf(store.read(NAME, 100, NEVER))).toMatchObject({
      got: 'status 302, location elsewhere.example',
    });
    sandbox.misbehave({ match: DOWNLOADS.read, action: { kind: 'status', status: 403, body: 'Signature canary' } });
    expect(await refusalOf(store.read(NAME, 100, NEVER))).toMatchObject({
      got: 'status 403 of bbuseruploads.s3.amazonaws.com',
    });
  });

  it('are not said to be without a record where the token is of another repository', async () => {
    const { sandbox, open } = await DOWNLOADS.open();
    const store = open(CHOICE, undefined, { bitbucketToken: new Secret(sandbox.bitbucket.foreignAccessToken) });
    const wanted = {
      got: expect.stringMatching(/^status 404 You may not have access to the repository/),
      fix: expect.stringMatching(/^Give BITBUCKET_ACCESS_TOKEN an access token of this very repository/),
    };
    expect(await refusalOf(store.read(NAME, 100, NEVER))).toMatchObject(wanted);
    expect(await refusalOf(store.put(NAME, RECORD, NEVER))).toMatchObject(wanted);
  });

  it.each([
    { status: 401, fix: /^Renew BITBUCKET_ACCESS_TOKEN/ },
    { status: 413, fix: /^Free space/ },
    { status: 429, fix: /by the hour/ },
    { status: 502, fix: /^See status\.atlassian\.com/ },
    { status: 418, fix: /^Look up/ },
  ])('say what to do about $status', async ({ status, fix }) => {
    const { sandbox, store } = await DOWNLOADS.open();
    sandbox.misbehave({ match: DOWNLOADS.write, times: 9, action: { kind: 'status', status } });
    expect(await refusalOf(store.put(NAME, RECORD, NEVER))).toMatchObject({ fix: expect.stringMatching(fix) });
  });

  it('are of the repository that the step is of', async () => {
    const { open } = await DOWNLOADS.open();
    const named = open(CHOICE, undefined, { build: { workspace: 'acme', repositorySlug: 'web' } });
    expect(named.name).toBe('the downloads of acme/web');
  });

  it.each([
    { change: { bitbucketToken: undefined }, fault: /^BITBUCKET_ACCESS_TOKEN is not set/ },
    { change: { build: {} }, fault: /^BITBUCKET_REPO_FULL_NAME does not say/ },
    { change: { build: { repositoryFullName: '../web' } }, fault: /^BITBUCKET_REPO_FULL_NAME/ },
    { change: { build: { repositoryFullName: 'acme/..' } }, fault: /^BITBUCKET_REPO_FULL_NAME/ },
    { change: { build: { repositoryFullName: 'acme/web/../x' } }, fault: /^BITBUCKET_REPO_FULL_NAME/ },
  ])('cannot be opened with $change', async ({ change, fault }) => {
    const { open } = await DOWNLOADS.open();
    expect(() => open(CHOICE, undefined, change)).toThrow(
      expect.objectContaining({ code: 'VARIABLES_INVALID', faults: [expect.stringMatching(fault)] }),
    );
  });
});
