import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readAnswers } from '../../../src/audit/records/index.ts';
import type { KeptAnswer } from '../../../src/audit/types.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import { failure, makeEntry, makeLedger, read, write, type Written } from './support/checkpoints.ts';
import { makeFolder } from './support/folder.ts';

const KEPT: readonly KeptAnswer[] = [
  { about: 'steps', key: 'p', askedAt: 1, answer: { found: [{ uuid: 's', startedAt: 1, completedAt: 2 }] } },
  { about: 'review', key: 'r/c', askedAt: 2, answer: { absent: true } },
];

async function* give(...some: readonly (readonly KeptAnswer[])[]): AsyncGenerator<readonly KeptAnswer[]> {
  for (const one of some) yield await Promise.resolve(one);
}

function writeWith(...some: readonly (readonly KeptAnswer[])[]): Promise<Written> {
  return write(makeLedger([makeEntry('a')]), { answers: give(...some) });
}

async function readBack(written: Written): Promise<readonly KeptAnswer[]> {
  const { answersFile } = await read(written);
  if (!answersFile) throw new Error('the checkpoint names no answers');
  return (await Array.fromAsync(readAnswers(nodeFiles, answersFile))).flat();
}

describe('answers beside a checkpoint', () => {
  it('are named by it, and read as they were written', async () => {
    const written = await writeWith(KEPT.slice(0, 1), [], KEPT.slice(1));
    expect(written.answersName).toBe('20261124T120000.000Z-team_abc-prj_abc.checkpoint.answers');
    const path = `${written.folder}/${String(written.answersName)}`;
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    const { signed, answersFile } = await read(written);
    expect(signed.statement.predicate).toMatchObject({ answers: { name: written.answersName, digest: { sha256 } } });
    expect(answersFile).toEqual({ path, digest: sha256 });
    expect(await readBack(written)).toEqual(KEPT);
  });

  it('are no file where there are none', async () => {
    const written = await writeWith([], []);
    expect(written.answersName).toBeUndefined();
    expect(existsSync(`${written.folder}/20261124T120000.000Z-team_abc-prj_abc.checkpoint.answers`)).toBe(false);
    expect(await read(written)).not.toHaveProperty('answersFile');
  });

  it('are taken away with the list where they could not be written', async () => {
    const folder = makeFolder();
    async function* broken(): AsyncGenerator<readonly KeptAnswer[]> {
      yield await Promise.resolve(KEPT);
      throw new Error('broken');
    }
    await expect(write(makeLedger([makeEntry('a')]), { folder, answers: broken() })).rejects.toThrow('broken');
    expect(await nodeFiles.list(folder)).toEqual([]);
  });

  it('of another checkpoint are neither overwritten nor taken away', async () => {
    const folder = makeFolder();
    const name = '20261124T120000.000Z-team_abc-prj_abc.checkpoint.answers';
    writeFileSync(`${folder}/${name}`, 'other');
    const again = write(makeLedger([makeEntry('a')]), { folder, answers: give(KEPT) });
    expect(await failure(again)).toMatchObject({ code: 'OUTPUT_INVALID', got: expect.stringContaining('EEXIST') });
    expect(await nodeFiles.list(folder)).toEqual([name]);
    expect(readFileSync(`${folder}/${name}`, 'utf8')).toBe('other');
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ['one was changed', (text) => text.replace('"askedAt":1', '"askedAt":9'), /SHA-256/],
    ['one is gone', (text) => text.slice(text.indexOf('\n') + 1), /SHA-256/],
    ['one came to them', (text) => `${text}${text}`, /SHA-256/],
    ['one is no JSON', (text) => text.slice(0, -3), /none of it/],
    ['one is null', (text) => `${text}null\n`, /none of it/],
    ['one is about something else', (text) => text.replace('"steps"', '"policy"'), /none of it/],
    ['one has no time', (text) => text.replace('"askedAt":1,', ''), /none of it/],
    ['one has no answer', (text) => text.replace(/"answer":\{"absent":true\}/, '"answer":null'), /none of it/],
  ])('do not hold where %s', async (_, edit, got) => {
    const written = await writeWith(KEPT);
    const path = `${written.folder}/${String(written.answersName)}`;
    const text = readFileSync(path, 'utf8');
    expect(edit(text)).not.toBe(text);
    writeFileSync(path, edit(text));
    expect(await failure(readBack(written))).toMatchObject({
      ...{ code: 'SIGNATURE_INVALID', got: expect.stringMatching(got) },
      fix: expect.stringContaining('without it Bitbucket is asked again'),
    });
  });

  it('do not hold where they cannot be read', async () => {
    const answersFile = { path: makeFolder(), digest: '' };
    expect(await failure(Array.fromAsync(readAnswers(nodeFiles, answersFile)))).toMatchObject({
      ...{ code: 'SIGNATURE_INVALID', got: expect.stringMatching(/^EISDIR for /) },
    });
  });
});
