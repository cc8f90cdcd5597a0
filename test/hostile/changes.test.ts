import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import type { Files } from '../../src/platform/types.ts';
import { just, makeOutside, SECRET, swap } from './support/outside.ts';
import { makeSite, OUTPUT, putSparse, STATIC, WAYS, type Site } from './support/site.ts';

const [FILES] = WAYS;
const MEGABYTE = 1024 * 1024;
const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

async function site(variables: Readonly<Record<string, string>> = {}): Promise<Site> {
  const made = await makeSite(FILES, variables);
  ends.push(made.end);
  return made;
}

describe('what changes under the pipe’s hands', () => {
  it('a file that grows for ever ends the hashing, not the step', async () => {
    const made = await site();
    const path = `${made.root}/${STATIC}/log.bin`;
    putSparse(path, 2 * MEGABYTE);
    let appended = 0;
    const files = (real: Files): Partial<Files> => ({
      stream: async function* (...given) {
        for await (const chunk of real.stream(...given)) {
          if ((appended += 1) < 1000) appendFileSync(path, chunk);
          yield chunk;
        }
      },
    });
    const { status, log } = await made.run({ files });
    expect(status).toBe(3);
    expect(log).toContain(`got:    more bytes at ${path} than the ${String(2 * MEGABYTE)} that were planned`);
    expect(appended).toBeLessThan(50);
    expect(made.left()).toEqual({ made: 0, uploaded: 0, alive: 0 });
  });

  it('a stop ends the hashing of a large file', async () => {
    const made = await site();
    putSparse(`${made.root}/${STATIC}/large.bin`, 300 * MEGABYTE);
    const stop = new AbortController();
    let chunks = 0;
    const files = (real: Files): Partial<Files> => ({
      stream: async function* (...given) {
        for await (const chunk of real.stream(...given)) {
          if ((chunks += 1) === 3) stop.abort(new PipeError({ code: 'TERMINATED', message: 'Stopped by SIGTERM.' }));
          yield chunk;
        }
      },
    });
    const { status } = await made.run({ files, stop: stop.signal });
    expect(status).toBe(143);
    expect(chunks).toBeLessThan(10);
    expect(made.left()).toEqual({ made: 0, uploaded: 0, alive: 0 });
  });

  it('a link whose target changes goes as it was looked at, and the record shows the difference', async () => {
    const made = await site();
    const outside = makeOutside(made);
    ends.push(outside.end);
    const link = `${made.root}/${STATIC}/link`;
    made.put(`${STATIC}/a.txt`, 'a');
    symlinkSync('a.txt', link);
    const files = just({ call: 'read', path: '/static/a.txt' }, () => {
      rmSync(link);
      symlinkSync(`${outside.folder}/small.txt`, link);
    });
    expect((await made.run({ files })).status).toBe(0);
    expect(made.deployed()).toContainEqual(
      expect.objectContaining({ file: `${STATIC}/link`, kind: 'symlink', size: 'a.txt'.length }),
    );
    const { status, printed } = await made.verify();
    expect(status).toBe(1);
    expect(printed).toMatch(/FOLDER_DIFFERS[^]*static\/link: \d+ bytes, in the manifest 5/);
    expect(printed).not.toContain(SECRET);
  });
});

describe('DIRECTORY', () => {
  it.each([
    { moment: { call: 'realPath', path: '/app/web' }, says: /VARIABLES_INVALID: DIRECTORY leads out of the clone/ },
    { moment: { call: 'list', path: OUTPUT }, says: /OUTPUT_INVALID[^]*a link on the way to \S+\/app\/web/ },
  ] as const)('that is swapped for a link before $moment.call: status 2, nothing sent', async ({ moment, says }) => {
    const made = await site({ DIRECTORY: 'app/web' });
    const outside = makeOutside(made);
    ends.push(outside.end);
    for (const folder of [`${made.root}/app/web`, `${outside.folder}/web`]) {
      mkdirSync(folder, { recursive: true });
      execFileSync('cp', ['-r', `${made.root}/.vercel`, folder]);
    }
    const app = `${made.root}/app`;
    const files = just(
      moment,
      swap(app, () => symlinkSync(outside.folder, app)),
    );
    const { status, log } = await made.run({ files });
    expect(status).toBe(2);
    expect(log).toMatch(says);
    expect(made.sandbox.journal).toEqual([]);
    expect(outside.touched()).toEqual([]);
  });

  it('that is a link inside the clone is deployed as the folder that it means', async () => {
    const made = await site({ DIRECTORY: 'current' });
    mkdirSync(`${made.root}/app`);
    renameSync(`${made.root}/.vercel`, `${made.root}/app/.vercel`);
    symlinkSync('app', `${made.root}/current`);
    expect((await made.run()).status).toBe(0);
    expect(made.left()).toMatchObject({ made: 1, alive: 0 });
  });
});
