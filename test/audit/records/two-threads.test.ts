import { describe, expect, it } from '@jest/globals';
import { JUDGING } from '../../../src/audit/records/index.ts';
import type { Checkpoint, ReadRecordsOptions } from '../../../src/audit/records/index.ts';
import type { Threads } from '../../../src/platform/types.ts';
import { readTrust } from '../../../src/record/index.ts';
import { changeBundle, SIGNER } from '../../record/support/records.ts';
import { watchThreads } from '../support/watched-threads.ts';
import { asCheckpoint, makeFolder, makePair, nameFiles, openReading, proveAll, readAll } from './support/folder.ts';

const MATERIAL = { publicKey: SIGNER.publicKeyPem };
/** Each folder is a batch of its own, and the second thread comes with the sixteenth. */
const FOLDERS = 40;
const PAIR = await makePair();

const nameOf = (at: number): string => `${String(at).padStart(2, '0')}/run`;
const spoil = (bundleJson: string): string =>
  changeBundle(bundleJson, ({ dsseEnvelope }) => {
    for (const signature of dsseEnvelope.signatures) signature.sig = 'MAYCAQECAQE=';
  });

/** Of everything something, in every part of the folders. */
async function makeMixed(): Promise<string> {
  const files: Record<string, string> = {};
  for (let at = 0; at < FOLDERS; at += 1) {
    const recordId = `11111111-d9cb-469f-a165-${String(at).padStart(12, '0')}`;
    const pair = await makePair({ recordId });
    const name = nameOf(at);
    const kind = at % 8;
    if (kind === 1) files[`${name}.intent.sigstore.json`] = pair.intent.bundleJson;
    else if (kind === 2) files[`${name}.result.sigstore.json`] = spoil(pair.result.bundleJson);
    // The same bytes under another name, of which each thread sees one.
    else if (kind === 3 || kind === 4) Object.assign(files, nameFiles(PAIR, name));
    else Object.assign(files, nameFiles(pair, name));
    if (kind === 5) files[`${name}.sigstore.json`] = '{';
    // The copy of the intent comes first, and the intent itself stands between it and the result.
    if (kind === 6) files[`${name}.intent.a.sigstore.json`] = pair.intent.bundleJson;
  }
  return makeFolder(files);
}

const MIXED = await makeMixed();

const asideOf = (threads: Threads, changes: Partial<ReadRecordsOptions> = {}): Partial<ReadRecordsOptions> => ({
  ...{ trust: readTrust(MATERIAL), aside: { material: MATERIAL, threads } },
  rest: () => new Promise((resolve) => setImmediate(resolve)),
  ...changes,
});

async function tellAll(changes: Partial<ReadRecordsOptions>): Promise<object> {
  const { seen, states, reading } = await readAll(MIXED, { trust: readTrust(MATERIAL), ...changes });
  const { held, unheld, carried } = reading.ledger();
  return {
    ...{ states, carried, lines: held.ownLines(), size: held.size, unheld: [...unheld].sort() },
    ...{ seen: JSON.parse(JSON.stringify(seen)), populations: reading.populations(), along: reading.alongside() },
  };
}

describe('records that are judged by two threads', () => {
  const LISTS: readonly [string, () => Promise<Checkpoint | undefined>][] = [
    ['the first time', () => Promise.resolve(undefined)],
    ['behind a checkpoint', async () => asCheckpoint(await proveAll(MIXED))],
  ];

  it.each(LISTS)('are found as by one, %s', async (_, before) => {
    const previous = await before();
    const alone = await tellAll({ previous });
    expect(JSON.stringify(alone)).toMatch(/counted already/);
    const threads = watchThreads();
    expect(await tellAll(asideOf(threads, { previous }))).toEqual(alone);
    expect(threads).toMatchObject({ started: [JUDGING], ended: 1 });
    expect(threads.asked).toBeGreaterThan(5);
    expect(threads.asked).toBeLessThan(FOLDERS - 15);
  });

  it.each(LISTS)('are found as by one where the other thread fails in the midst of it, %s', async (_, before) => {
    const previous = await before();
    const threads = watchThreads(3);
    expect(await tellAll(asideOf(threads, { previous }))).toEqual(await tellAll({ previous }));
    // What was on its way, and nothing behind it.
    expect(threads.asked).toBeLessThan(8);
  });

  it('are few, or have one core: then there is no other thread', async () => {
    const few = watchThreads();
    const folder = makeFolder(nameFiles(PAIR));
    expect((await readAll(folder, asideOf(few))).states).toEqual(['a.intent verified', 'a.result verified']);
    const narrow = watchThreads(Infinity, 1);
    await readAll(MIXED, asideOf(narrow));
    expect([few.started, narrow.started]).toEqual([[], []]);
  });

  it('keep no thread where the reading is stopped', async () => {
    const threads = watchThreads();
    let rests = 0;
    const rest = (): Promise<void> => {
      rests += 1;
      return rests > 20 ? Promise.reject(new Error('stopped')) : Promise.resolve();
    };
    const reading = openReading(MIXED, asideOf(threads, { rest }));
    const work = async (): Promise<void> => {
      for await (const some of reading.records) expect(some).toBeDefined();
    };
    await expect(work()).rejects.toThrow('stopped');
    expect(threads).toMatchObject({ started: [JUDGING], ended: 1 });
  });
});
