import { describe, expect, it } from '@jest/globals';
import type { MisbehaveRule } from '../../src/sandbox/index.ts';
import { KINDS } from './support/kinds.ts';
import { NAME, NEVER, RECORD, refusalOf, type Opened } from './support/stores.ts';

const OTHER = new TextEncoder().encode('{"another":"record"}\n');
const MIB = 1024 * 1024;
const FAR_TOO_LARGE = 'x'.repeat(MIB);

describe.each(KINDS)('a store of kind $name', ({ open, write, read, stored, place, fix, secrets, hasFolders }) => {
  const writesOf = ({ sandbox }: Opened): unknown[] =>
    sandbox.journal.filter(({ method, path }) => method === write.method && path.search(write.path) >= 0);

  async function failing(action: MisbehaveRule['action'], times = 99): Promise<Opened> {
    const opened = await open();
    opened.sandbox.misbehave({ match: write, times, action });
    return opened;
  }

  it('stores, says where, and gives the same bytes back', async () => {
    const { sandbox, store } = await open();
    expect(await store.put(NAME, RECORD, NEVER)).toMatch(place);
    expect(stored(sandbox)).toEqual([{ name: NAME, bytes: Buffer.from(RECORD) }]);
    expect(Buffer.from((await store.read(NAME, 100, NEVER)) ?? [])).toEqual(Buffer.from(RECORD));
    expect(await store.read('not-there.json', 100, NEVER)).toBeUndefined();
    expect(sandbox.journal.filter(({ known }) => !known)).toEqual([]);
  });

  it.each([0, 4 * MIB])('stores %d bytes', async (length) => {
    const { sandbox, store } = await open();
    const bytes = Buffer.alloc(length, 'record\r\n--');
    await store.put(NAME, bytes, NEVER);
    expect(Buffer.compare(stored(sandbox)[0]?.bytes ?? OTHER, bytes)).toBe(0);
    expect(Buffer.compare((await store.read(NAME, length, NEVER)) ?? OTHER, bytes)).toBe(0);
  });

  it('refuses to read more than it was asked for', async () => {
    const { store } = await open();
    await store.put(NAME, RECORD, NEVER);
    const error = await refusalOf(store.read(NAME, RECORD.byteLength - 1, NEVER));
    expect(error).toMatchObject({ code: 'RECORD_NOT_STORED', got: '15 bytes', wanted: 'at most 14 bytes' });
  });

  it('takes the same record again, and no other under its name', async () => {
    const { sandbox, store } = await open();
    await store.put(NAME, RECORD, NEVER);
    expect(await store.put(NAME, RECORD, NEVER)).toMatch(place);
    const error = await refusalOf(store.put(NAME, OTHER, NEVER));
    expect(error).toMatchObject({
      ...{ code: 'RECORD_NOT_STORED', exitStatus: 3, got: 'other bytes under this name' },
      message: expect.stringMatching(/^The record "2026.+" could not be stored \(.+\): its name is taken\.$/),
    });
    expect(stored(sandbox)).toEqual([{ name: NAME, bytes: Buffer.from(RECORD) }]);
  });

  it.each<MisbehaveRule['action']>([{ kind: 'after-then-reset' }, { kind: 'after-then-status', status: 500 }])(
    'tries again after an unknown outcome, and the record is there once: $kind',
    async (action) => {
      const opened = await failing(action, 1);
      expect(await opened.store.put(NAME, RECORD, NEVER)).toMatch(place);
      expect(stored(opened.sandbox)).toEqual([{ name: NAME, bytes: Buffer.from(RECORD) }]);
      expect(writesOf(opened)).toHaveLength(2);
    },
  );

  it('says what a writer must be allowed who is not', async () => {
    const { sandbox, store } = await open({ denied: true });
    const error = await refusalOf(store.put(NAME, RECORD, NEVER));
    expect(error).toMatchObject({
      ...{ code: 'RECORD_NOT_STORED', exitStatus: 3 },
      ...{ got: expect.stringMatching(/^status 403 ./), fix: expect.stringMatching(fix) },
    });
    expect(stored(sandbox)).toEqual([]);
  });

  it('waits as long as it is told to after 429', async () => {
    const opened = await failing({ kind: 'status', status: 429, headers: { 'retry-after': '7' } }, 1);
    await opened.store.put(NAME, RECORD, NEVER);
    expect(opened.platform.clock.slept).toEqual([7000]);
    expect(stored(opened.sandbox)).toHaveLength(1);
  });

  it('gets over a server that is down for a moment, and a connection that breaks', async () => {
    const opened = await failing({ kind: 'status', status: 503 }, 2);
    opened.sandbox.misbehave({ match: write, action: { kind: 'reset' } });
    await opened.store.put(NAME, RECORD, NEVER);
    expect(stored(opened.sandbox)).toHaveLength(1);
  });

  it.each<{ action: MisbehaveRule['action']; got: RegExp; advice: RegExp }>([
    { action: { kind: 'status', status: 503 }, got: /^status 503/, advice: /run the step again/ },
    { action: { kind: 'reset' }, got: /^ECONNRESET for (?:PUT|POST) /, advice: /^Check that this step may reach/ },
  ])('gives up in the end: $action.kind', async ({ action, got, advice }) => {
    const opened = await failing(action);
    const error = await refusalOf(opened.store.put(NAME, RECORD, NEVER));
    expect(error).toMatchObject({
      ...{ code: 'RECORD_NOT_STORED', exitStatus: 3 },
      ...{ got: expect.stringMatching(got), fix: expect.stringMatching(advice) },
    });
    expect(writesOf(opened)).toHaveLength(4);
    expect(stored(opened.sandbox)).toEqual([]);
  });

  it("ends with the signal's own reason when the answer is too late", async () => {
    const opened = await failing({ kind: 'delay', ms: 200 });
    const stop = new AbortController();
    const reason = new Error('the run is over');
    setTimeout(() => stop.abort(reason), 20);
    await expect(opened.store.put(NAME, RECORD, stop.signal)).rejects.toBe(reason);
    await expect(opened.store.read(NAME, 100, stop.signal)).rejects.toBe(reason);
  });

  it('follows no redirect of a record', async () => {
    const headers = { location: 'https://elsewhere.example/records' };
    const opened = await failing({ kind: 'status', status: 307, headers });
    const error = await refusalOf(opened.store.put(NAME, RECORD, NEVER));
    expect(error).toMatchObject({ code: 'RECORD_NOT_STORED', got: expect.stringMatching(/^status 307/) });
    expect(writesOf(opened)).toHaveLength(1);
    expect(opened.sandbox.journal.filter(({ path }) => path === '/records')).toEqual([]);
  });

  it('holds no more of an answer than a few words need', async () => {
    const opened = await failing({ kind: 'status', status: 201, body: FAR_TOO_LARGE });
    const error = await refusalOf(opened.store.put(NAME, RECORD, NEVER));
    expect(error).toMatchObject({
      code: 'RECORD_NOT_STORED',
      message: expect.stringMatching(/reply that is too large/),
    });
  });

  it('holds no more of a record than was asked for', async () => {
    const { sandbox, store } = await open();
    await store.put(NAME, RECORD, NEVER);
    sandbox.misbehave({ match: read, times: 9, action: { kind: 'status', status: 200, body: FAR_TOO_LARGE } });
    const error = await refusalOf(store.read(NAME, 100, NEVER));
    expect(error).toMatchObject({
      code: 'RECORD_NOT_STORED',
      message: expect.stringMatching(/reply that is too large/),
    });
  });

  it('shows no secret that a server repeats', async () => {
    const opened = await open();
    await opened.store.put('first.json', RECORD, NEVER);
    const [...known] = secrets(opened.sandbox);
    expect(known.length).toBeGreaterThan(0);
    const words = `You sent ${known.join(' and ')}`;
    for (const body of [
      `<Error><Code>Odd</Code><Message>${words}</Message></Error>`,
      { error: { code: 'odd', message: words } },
    ]) {
      opened.sandbox.misbehave({ match: write, action: { kind: 'status', status: 400, body } });
      const error = await refusalOf(opened.store.put(NAME, RECORD, NEVER));
      const text = `${error.describe()}\n${opened.platform.log.text()}`;
      expect(text).toContain('status 400');
      expect(known.filter((secret) => text.includes(secret))).toEqual([]);
    }
  });

  it.each([
    '',
    '.',
    '..',
    '../x',
    'a/b',
    'a\\b',
    '.hidden',
    'a..b',
    'a b',
    'a"b',
    'ä.json',
    'a\r\nb',
    'a?b',
    'a%2fb',
    'x'.repeat(256),
  ])('sends nothing for the name %j', async (name) => {
    const { sandbox, store } = await open();
    const wanted = expect.stringMatching(/^at most 255 letters/);
    expect(await refusalOf(store.put(name, RECORD, NEVER))).toMatchObject({ code: 'RECORD_NOT_STORED', wanted });
    expect(await refusalOf(store.read(name, 100, NEVER))).toMatchObject({ code: 'RECORD_NOT_STORED', wanted });
    expect(sandbox.journal).toEqual([]);
  });

  if (hasFolders) {
    it('writes into a folder of any letters', async () => {
      const folder = "büro 文書/100%+(*)!'$&=~";
      const { sandbox, store } = await open({ folder });
      await store.put(NAME, RECORD, NEVER);
      expect(Buffer.from((await store.read(NAME, 100, NEVER)) ?? [])).toEqual(Buffer.from(RECORD));
      expect(stored(sandbox)).toHaveLength(1);
    });
  }
});
