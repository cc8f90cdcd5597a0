import { expect, it } from '@jest/globals';
import { JUDGING } from '../src/audit/index.ts';
import type { JudgedBatch } from '../src/audit/records/judge-batch.ts';
import { createThreads } from '../src/platform/threads.ts';
import { buildBundle } from '../tools/bundle.ts';
import { makeFolder, makePair, nameFiles } from './audit/records/support/folder.ts';
import { NOW, SIGNER } from './record/support/records.ts';

it('the shipped program judges records in a thread', async () => {
  const { main } = await buildBundle();
  const files = nameFiles(await makePair());
  const folder = makeFolder(files);
  const task = { material: { publicKey: SIGNER.publicKeyPem }, now: NOW, allowSandbox: false };
  const thread = createThreads(main).start(JUDGING, task);
  const batch = Object.keys(files).map((name) => ({ path: `${folder}/${name}`, name }));
  const answer = await thread.ask(JSON.stringify(batch));
  await thread.end();
  const { items } = JSON.parse(String(answer)) as JudgedBatch;
  const verdicts = items.map((item) => 'judged' in item && [item.judged.seen.file, item.judged.seen.verdict.state]);
  expect(verdicts).toEqual([
    ['a.intent.sigstore.json', 'verified'],
    ['a.result.sigstore.json', 'verified'],
  ]);
});
