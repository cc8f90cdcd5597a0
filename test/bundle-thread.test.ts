import { afterEach, expect, it } from '@jest/globals';
import { JUDGING, writeOutputs } from '../src/audit/index.ts';
import type { JudgedBatch } from '../src/audit/records/judge-batch.ts';
import { nodeFiles } from '../src/platform/files.ts';
import { createThreads } from '../src/platform/threads.ts';
import type { Threads } from '../src/platform/types.ts';
import { buildBundle } from '../tools/bundle.ts';
import { makeRow, makeSummary, sourceOf } from './audit/outputs/support/samples.ts';
import { makeFolder, makePair, nameFiles } from './audit/records/support/folder.ts';
import { NOW, SIGNER } from './record/support/records.ts';

const lost: string[] = [];
afterEach(() => expect(lost).toEqual([]));

it('the shipped program judges records in a thread', async () => {
  const { main } = await buildBundle();
  const files = nameFiles(await makePair());
  const folder = makeFolder(files);
  const task = { material: { publicKey: SIGNER.publicKeyPem }, now: NOW, allowSandbox: false };
  const thread = createThreads(main, (why) => lost.push(why)).start(JUDGING, task);
  const batch = Object.keys(files).map((name) => ({ path: `${folder}/${name}`, name }));
  const answer = await thread.ask(JSON.stringify(batch));
  await thread.end();
  const { items } = JSON.parse(Buffer.from(answer as Uint8Array).toString()) as JudgedBatch;
  const verdicts = items.map((item) => 'judged' in item && [item.judged.seen.file, item.judged.seen.verdict.state]);
  expect(verdicts).toEqual([
    ['a.intent.sigstore.json', 'verified'],
    ['a.result.sigstore.json', 'verified'],
  ]);
});

it('the shipped program writes tables in a thread', async () => {
  const { main } = await buildBundle();
  const rows = Array.from({ length: 1000 }, (_, index) => makeRow(index, { reasons: ['x'.repeat(4000)] }));
  const files = { files: nodeFiles, folder: makeFolder() };
  const alone = await writeOutputs(makeSummary(rows), sourceOf(rows), files);
  const replies: unknown[] = [];
  const real = createThreads(main, (why) => lost.push(why));
  const threads: Threads = {
    ...real,
    start: (work, task) => {
      const thread = real.start(work, task);
      const ask = async (question: string): ReturnType<typeof thread.ask> => {
        const reply = await thread.ask(question);
        replies.push(reply);
        return reply;
      };
      return { ...thread, ask };
    },
  };
  expect(await writeOutputs(makeSummary(rows), sourceOf(rows), { ...files, threads })).toEqual(alone);
  expect(replies.length).toBeGreaterThan(2);
  // Its own work, and not what is done where it has failed.
  expect(replies.every((reply) => typeof reply === 'string')).toBe(true);
});
