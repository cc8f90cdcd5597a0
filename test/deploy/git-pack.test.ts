import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readCommit, type GitReaders } from '../../src/deploy/git-commit.ts';
import { readPackedCommit } from '../../src/deploy/git-pack.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import {
  COMMIT,
  BLOB,
  encodeSize,
  makeDelta,
  makePack,
  OFS_DELTA,
  REF_DELTA,
  type PackItem,
} from './support/git-pack.ts';
import { COMMIT_TEXT, makeClone, makeObject, type Clone } from './support/git-repository.ts';

const PACKS = '.git/objects/pack';
const MAX_BYTES = 1024 * 1024;
const SHA = makeObject('commit', COMMIT_TEXT).sha;
const TEXT = Buffer.from(COMMIT_TEXT);
const BASE = Buffer.from(COMMIT_TEXT.replace('Add the', 'Start an'));
const BASE_NAME = 'b'.repeat(40);
const WHOLE: PackItem = { name: BASE_NAME, type: COMMIT, body: BASE };
const BY_NAME: PackItem = { name: SHA, type: REF_DELTA, body: makeDelta(BASE, TEXT), base: BASE_NAME };

let clone: Clone;
beforeEach(() => {
  clone = makeClone();
});
afterEach(() => {
  clone.remove();
});

async function read(readers: GitReaders = nodeFiles): Promise<string | undefined> {
  const bytes = await readPackedCommit(nodeFiles, clone.root, '.git', { commit: SHA, readers, maxBytes: MAX_BYTES });
  return bytes && Buffer.from(bytes).toString();
}

function writePack(items: readonly PackItem[], name = 'pack-1', folder = PACKS): void {
  const { pack, index } = makePack(items);
  clone.write(`${folder}/${name}.pack`, pack);
  clone.write(`${folder}/${name}.idx`, index);
}

/** The commit at the end of so many deltas, each made from the one before. */
function chain(length: number, toBase: (step: number) => string | number): PackItem[] {
  const texts = Array.from({ length: length + 1 }, (_, step) =>
    step === length ? TEXT : Buffer.from(`${COMMIT_TEXT}${String(step)}`),
  );
  return texts.map((text, step) => {
    const name = step === length ? SHA : nameOf(step);
    const before = texts[step - 1];
    if (before === undefined) return { name, type: COMMIT, body: text };
    const base = toBase(step);
    return { name, type: typeof base === 'string' ? REF_DELTA : OFS_DELTA, body: makeDelta(before, text), base };
  });
}

/** A delta that is its base, 64 KiB, so many times. */
function copied(times: number): PackItem[] {
  const size = 0x10000;
  const body = Buffer.concat([encodeSize(size), encodeSize(size * times), Buffer.alloc(times, 0x80)]);
  return [
    { ...WHOLE, body: Buffer.alloc(size, 'x') },
    { ...BY_NAME, body },
  ];
}

function nameOf(step: number): string {
  return step.toString(16).padStart(40, '0');
}

describe('readPackedCommit', () => {
  it.each<{ name: string; items: readonly PackItem[] }>([
    { name: 'a whole commit', items: [{ name: SHA, type: COMMIT, body: TEXT }] },
    { name: 'a delta of a name', items: [WHOLE, BY_NAME] },
    { name: 'a delta of a name that comes later', items: [BY_NAME, WHOLE] },
    { name: 'a delta of what came before', items: [WHOLE, { ...BY_NAME, type: OFS_DELTA, base: 1 }] },
    { name: '50 deltas by name', items: chain(50, (step) => nameOf(step - 1)) },
    { name: '50 deltas by place', items: chain(50, () => 1) },
    { name: 'deltas of both kinds', items: chain(9, (step) => (step % 2 === 0 ? 1 : nameOf(step - 1))) },
  ])('reads $name', async ({ items }) => {
    writePack(items);
    expect(await read()).toBe(COMMIT_TEXT);
  });

  it.each<{ name: string; items: readonly PackItem[] }>([
    { name: 'another commit alone', items: [WHOLE] },
    { name: 'an object of another kind', items: [{ name: SHA, type: BLOB, body: TEXT }] },
    { name: 'a delta of an object of another kind', items: [{ ...WHOLE, type: BLOB }, BY_NAME] },
    { name: 'a delta without its base', items: [BY_NAME] },
    { name: 'a delta of itself', items: [{ ...BY_NAME, base: SHA }] },
    { name: 'a delta of its own place', items: [WHOLE, { ...BY_NAME, type: OFS_DELTA, base: 0 }] },
    { name: 'two deltas of each other', items: [BY_NAME, { ...BY_NAME, name: BASE_NAME, base: SHA }] },
    { name: 'more than 50 deltas', items: chain(51, () => 1) },
    { name: 'a size that lies', items: [{ name: SHA, type: COMMIT, body: TEXT, size: TEXT.length - 1 }] },
    { name: 'a base whose size lies', items: [{ ...WHOLE, size: BASE.length + 1 }, BY_NAME] },
    { name: 'a delta of another base', items: [{ ...WHOLE, body: Buffer.from(COMMIT_TEXT) }, BY_NAME] },
    { name: 'too large a commit', items: [{ name: SHA, type: COMMIT, body: Buffer.alloc(MAX_BYTES + 1) }] },
    { name: 'a delta that makes too much', items: copied(17) },
  ])('reads nothing from a pack with $name', async ({ items }) => {
    writePack(items);
    expect(await read()).toBeUndefined();
  });

  it('makes up to 1 MiB of a delta', async () => {
    writePack(copied(16));
    expect(await read()).toBe('x'.repeat(MAX_BYTES));
  });

  it('ends a circle of deltas after 51 entries', async () => {
    writePack([BY_NAME, { ...BY_NAME, name: BASE_NAME, base: SHA }]);
    let undone = 0;
    const readers: GitReaders = {
      ...nodeFiles,
      inflate: (bytes, maxBytes) => ((undone += 1), nodeFiles.inflate(bytes, maxBytes)),
    };
    expect(await read(readers)).toBeUndefined();
    expect(undone).toBe(51);
  });

  it('looks into every pack, and passes by what is no index', async () => {
    clone.write(`${PACKS}/a.idx`, 'text');
    mkdirSync(`${clone.root}/${PACKS}/b.idx`);
    clone.write(`${PACKS}/multi-pack-index`, 'text');
    writePack([WHOLE], 'pack-c');
    writePack([{ name: SHA, type: COMMIT, body: TEXT }], 'pack-d');
    expect(await read()).toBe(COMMIT_TEXT);
  });

  it('looks into no more than 64', async () => {
    for (let count = 1; count < 64; count += 1) clone.write(`${PACKS}/pack-a${String(count)}.idx`, 'text');
    writePack([{ name: SHA, type: COMMIT, body: TEXT }], 'pack-b');
    expect(await read()).toBe(COMMIT_TEXT);
    clone.write(`${PACKS}/pack-a64.idx`, 'text');
    expect(await read()).toBeUndefined();
  });

  it('reads nothing where there are no packs, or only an index', async () => {
    expect(await read()).toBeUndefined();
    clone.write(`${PACKS}/pack-1.idx`, makePack([{ name: SHA, type: COMMIT, body: TEXT }]).index);
    expect(await read()).toBeUndefined();
  });

  it.each(
    ['objects', 'objects/pack', 'objects/pack/pack-1.idx', 'objects/pack/pack-1.pack'].flatMap((linked) => [
      { linked, where: '../other', found: undefined },
      { linked, where: 'kept', found: COMMIT_TEXT },
    ]),
  )('follows a link to $where for $linked only inside the clone', async ({ linked, where, found }) => {
    const items = [{ name: SHA, type: COMMIT, body: TEXT }];
    writePack(items);
    writePack(items, 'pack-1', `${where}/objects/pack`);
    expect(await read()).toBe(COMMIT_TEXT);
    rmSync(`${clone.root}/.git/${linked}`, { recursive: true });
    clone.write(`.git/${linked}`, { linkTo: `${'../'.repeat(linked.split('/').length)}${where}/${linked}` });
    expect(existsSync(`${clone.root}/.git/${linked}`)).toBe(true);
    expect(await read()).toBe(found);
  });
});

describe('readCommit', () => {
  const find = (commit: string): ReturnType<typeof readCommit> =>
    readCommit(nodeFiles, clone.root, '.git', { commit, readers: nodeFiles });

  it('finds a packed commit, and one whose own file is broken', async () => {
    writePack([WHOLE, BY_NAME]);
    expect(await find(SHA)).toMatchObject({ authorName: 'Ada Lovelace', message: 'Add the engine' });
    clone.write(`.git/objects/${SHA.slice(0, 2)}/${SHA.slice(2)}`, 'text');
    expect(await find(SHA)).toMatchObject({ authorName: 'Ada Lovelace', message: 'Add the engine' });
  });

  it('believes only the packed object that its name says', async () => {
    writePack([{ name: SHA, type: COMMIT, body: BASE }]);
    expect(await read()).toBe(BASE.toString());
    expect(await find(SHA)).toBeUndefined();
  });

  it('does not take a name of SHA-256 for the SHA-1 that it begins with', async () => {
    writePack([{ name: SHA, type: COMMIT, body: TEXT }]);
    expect(await find(SHA.padEnd(64, '0'))).toBeUndefined();
  });
});
