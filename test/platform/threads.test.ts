import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createThreads, serveThread } from '../../src/platform/threads.ts';
import { ROOT } from '../../tools/root.ts';

const folder = mkdtempSync(`${tmpdir()}/threads-`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that does as the door does. */
const PROGRAM = `${folder}/main.ts`;
writeFileSync(
  PROGRAM,
  `import { serveThread } from ${JSON.stringify(`${ROOT}src/platform/threads.ts`)};
serveThread({
  tell: (task) => async (question) => {
    if (question === 'slowly') await new Promise((resolve) => setTimeout(resolve, 50));
    if (question === 'fail') throw new Error('broken');
    if (question === 'leave') process.exit(0);
    if (question === 'bytes') return new Uint8Array([1, 2, 3]);
    if (question === 'share') new Uint8Array(task.room)[0] = 7;
    return JSON.stringify({ question, task: task.name, env: process.env, argv: process.argv.slice(2) });
  },
});
`,
);
const lost: string[] = [];
const threads = createThreads(PROGRAM, (why) => lost.push(why));
beforeEach(() => void lost.splice(0));

describe('a second thread', () => {
  it('answers in the order of the questions, and knows neither environment nor arguments', async () => {
    process.env['THREADS_TEST_TOKEN'] = 'secret-of-the-environment';
    const thread = threads.start('tell', { name: 'a' });
    const answers = await Promise.all(['slowly', 'quickly'].map((question) => thread.ask(question)));
    delete process.env['THREADS_TEST_TOKEN'];
    await thread.end();
    expect(answers.map((answer) => JSON.parse(String(answer)) as unknown)).toEqual(
      ['slowly', 'quickly'].map((question) => ({ question, task: 'a', env: {}, argv: ['thread'] })),
    );
  });

  it('answers with bytes too', async () => {
    const thread = threads.start('tell', {});
    expect(await thread.ask('bytes')).toEqual(new Uint8Array([1, 2, 3]));
    expect(await thread.ask('text')).toContain('"question":"text"');
    await thread.end();
  });

  it('shares memory that can be shared', async () => {
    const room = new SharedArrayBuffer(1);
    const thread = threads.start('tell', { room });
    await thread.ask('share');
    await thread.end();
    expect(new Uint8Array(room)[0]).toBe(7);
  });

  it.each([
    ['fail', 'broken'],
    ['leave', 'exit status 0'],
  ])('that has ended (%s) answers nothing, then and later, and is told once', async (question, why) => {
    const thread = threads.start('tell', {});
    expect(await thread.ask('first')).toBeDefined();
    const answers = await Promise.all([thread.ask(question), thread.ask('behind')]);
    expect([...answers, await thread.ask('later')]).toEqual([undefined, undefined, undefined]);
    await thread.end();
    expect(lost).toEqual([why]);
  });

  it('that is ended answers nothing', async () => {
    const thread = threads.start('tell', {});
    const asked = thread.ask('slowly');
    await thread.end();
    expect([await asked, await thread.ask('later')]).toEqual([undefined, undefined]);
    expect(lost).toEqual([]);
  });

  it('that has no such work, or no program, answers nothing', async () => {
    // Of a path that is not absolute Node makes no thread at all, as where the system allows none.
    const programs = [`${folder}/none.js`, 'none.js'].map((program) =>
      createThreads(program, (why) => lost.push(why)).start('tell', {}),
    );
    for (const thread of [threads.start('other', {}), ...programs]) {
      expect(await thread.ask('first')).toBeUndefined();
      await thread.end();
    }
    expect(lost.map((why) => why.split(':')[0]).sort()).toEqual([
      'ERR_WORKER_PATH',
      'MODULE_NOT_FOUND',
      'a thread has no work other',
    ]);
  });

  it('is offered with the number of cores, and is never the first one', () => {
    expect(threads.cores).toBe(availableParallelism());
    expect(serveThread({})).toBe(false);
  });
});
