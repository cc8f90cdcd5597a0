import { afterEach, describe, expect, it } from '@jest/globals';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { openSpool, type Spool, type SpoolOptions } from '../../../src/audit/spool/index.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import type { Files } from '../../../src/platform/types.ts';

const parent = mkdtempSync(`${tmpdir()}/spool-`);
const folder = `${parent}/work`;

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(options: Partial<SpoolOptions> = {}, files: Files = nodeFiles): Promise<Spool> {
  return openSpool(files, folder, { scope: 'one', ...options });
}

async function valuesOf(spool: Spool, name = 'things'): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const kept of spool.read(name)) values.push(...kept.map(({ value }) => value));
  return values;
}

describe('a population', () => {
  it('is read in the order in which it came, over several runs', async () => {
    const first = await open();
    await first.commit('things', [{ id: 'a' }, { id: 'ü\n"' }], { position: 1, gaps: ['one'] });
    await first.commit('things', [], { position: 2 });
    const second = await open();
    expect(second.progress('things')).toMatchObject({ position: 2, lines: 2, done: false, gaps: ['one'] });
    await second.commit('things', [{ id: 'c' }], { position: 3, done: true, gaps: ['two'] });
    await second.commit('others', [7], { position: undefined });
    const third = await open();
    expect(await valuesOf(third)).toEqual([{ id: 'a' }, { id: 'ü\n"' }, { id: 'c' }]);
    expect(third.progress('things')).toMatchObject({ position: 3, lines: 3, done: true, gaps: ['one', 'two'] });
    expect(third.progress('nothing')).toEqual({ position: undefined, lines: 0, done: false, gaps: [] });
  });

  it('is that of the cursor: what a killed run has left behind it does not count', async () => {
    await (await open()).commit('things', [1, 2], { position: 1 });
    appendFileSync(`${folder}/things.0.jsonl`, '3\n{"torn":');
    writeFileSync(`${folder}/things.1.jsonl`, 'left behind');
    const spool = await open();
    expect(await valuesOf(spool)).toEqual([1, 2]);
    await spool.commit('things', [4], { position: 2 });
    expect(await valuesOf(spool)).toEqual([1, 2, 4]);
    expect(await valuesOf(await open())).toEqual([1, 2, 4]);
  });

  it('starts again where its file has lost what counted', async () => {
    const first = await open();
    await first.commit('things', [1, 2], { position: 1 });
    await first.commit('others', [1], { position: 1 });
    truncateSync(`${folder}/things.0.jsonl`, 3);
    const spool = await open();
    expect(spool.progress('things').lines).toBe(0);
    expect(spool.progress('others').lines).toBe(1);
  });

  it('goes on in the same run after a write that failed', async () => {
    let full = false;
    const append: Files['append'] = async (path, bytes) => {
      await nodeFiles.append(path, full ? bytes.subarray(0, 3) : bytes);
      return !full;
    };
    const spool = await open({}, { ...nodeFiles, append });
    await spool.commit('things', ['first'], { position: 1 });
    full = true;
    await expect(spool.commit('things', ['lost'], { position: 2 })).rejects.toMatchObject({ code: 'OUTPUT_INVALID' });
    full = false;
    expect(spool.progress('things').position).toBe(1);
    await spool.commit('things', ['second'], { position: 2 });
    expect(await valuesOf(await open())).toEqual(['first', 'second']);
  });

  it('is where it was when its cursor could not be written', async () => {
    let full = false;
    const replace: Files['replace'] = async (...request) => {
      if (full) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      await nodeFiles.replace(...request);
    };
    const spool = await open({}, { ...nodeFiles, replace });
    await spool.commit('things', ['first'], { position: 1 });
    full = true;
    await expect(spool.commit('things', ['lost'], { position: 2 })).rejects.toMatchObject({
      code: 'OUTPUT_INVALID',
      got: expect.stringMatching(/^ENOSPC for /),
    });
    expect(spool.progress('things')).toMatchObject({ position: 1, lines: 1 });
    expect(await valuesOf(spool)).toEqual(['first']);
  });

  it('is told with the place of each line', async () => {
    const spool = await open();
    await spool.commit('things', ['ä', 'b'], { position: 1 });
    const [place] = (await spool.commit('things', [{ late: true }], { position: 2 })).slice(-1);
    expect(place && (await spool.readAt(place))).toEqual({ late: true });
  });

  it('may be committed to from several sides at once', async () => {
    const spool = await open();
    const commits = Array.from({ length: 20 }, (_, n) =>
      spool.commit(n % 2 ? 'things' : 'others', [n], { position: n }),
    );
    await Promise.all(commits);
    const again = await open();
    expect([again.progress('things'), again.progress('others')]).toMatchObject([
      { position: 19, lines: 10 },
      { position: 18, lines: 10 },
    ]);
  });
});

describe('the folder', () => {
  it('of another scope is refused, unless it is to be forgotten', async () => {
    await (await open()).commit('things', [1], { position: 1 });
    await expect(open({ scope: 'two' })).rejects.toMatchObject({
      code: 'USAGE',
      fix: expect.stringMatching(/Leave out --resume/),
    });
    writeFileSync(`${folder}/notes.txt`, 'mine');
    const spool = await open({ scope: 'two', fresh: true });
    expect(spool.progress('things').lines).toBe(0);
    expect(readdirSync(folder)).toEqual(['cursor.json', 'notes.txt']);
  });

  it.each([
    'no JSON',
    '{"version":1,"scope":"one","keptAt":8640000000000001,"populations":{}}',
    '{}',
    '{"version":2,"scope":"one","populations":{}}',
    '{"version":1,"scope":"one","populations":{"../a":{"lines":0,"done":false,"gaps":[],"segments":[]}}}',
    '{"version":1,"scope":"one","populations":{"a":{"lines":0,"done":false,"gaps":[],"segments":[{"file":"../b","bytes":1}]}}}',
  ])('with another cursor is refused: %s', async (text) => {
    await open();
    writeFileSync(`${folder}/cursor.json`, text);
    await expect(open()).rejects.toMatchObject({
      code: 'USAGE',
      got: expect.stringMatching(/no cursor of this version/),
    });
  });

  it('is for its owner, and is gone when it is removed', async () => {
    const spool = await open();
    await spool.commit('things', [1], { position: 1 });
    await spool.partition<number>('things', String);
    expect(statSync(`${folder}/cursor.json`).mode & 0o777).toBe(0o600);
    await spool.remove();
    expect(existsSync(folder)).toBe(false);
  });

  it('that cannot be written is an error that names it', async () => {
    writeFileSync(folder, 'a file');
    await expect(open()).rejects.toMatchObject({ code: 'OUTPUT_INVALID', got: expect.stringContaining(folder) });
  });
});

describe('lines', () => {
  it.each([1, 2, 7, 64 * 1024])('are found wherever chunks of %d bytes end', async (size) => {
    const values = Array.from({ length: 50 }, (_, n) => ({ n, text: 'ä€😀'.repeat(n % 5) }));
    await (await open()).commit('things', values, { position: 1 });
    const stream: Files['stream'] = async function* (path) {
      const bytes = (await nodeFiles.read(path, 1e6)) ?? new Uint8Array();
      for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
    };
    const spool = await open({}, { ...nodeFiles, stream });
    const places = (await Array.fromAsync(spool.read('things'))).flat();
    expect(places.map(({ value }) => value)).toEqual(values);
    expect(places.map(({ text }) => JSON.parse(text) as unknown)).toEqual(values);
    for (const { value, place } of places) expect(await spool.readAt(place)).toEqual(value);
  });

  it('that were changed behind its back are an error', async () => {
    const spool = await open();
    await spool.commit('things', [{ id: 'a' }], { position: 1 });
    truncateSync(`${folder}/things.0.jsonl`, 4);
    await expect(valuesOf(spool)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/changed by/),
    });
  });
});
