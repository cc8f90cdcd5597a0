import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { NOW } from '../../record/support/records.ts';
import { failure, makeEntry, makeLedger, read, statesOf, write } from './support/checkpoints.ts';

const [A, B] = [makeEntry('a'), makeEntry('b')];

it('the next checkpoint is written when the lines of the one before are forgotten, and only where its list is still the same', async () => {
  const first = await write(makeLedger([A, B]));
  const previous = await read(first);
  previous.list.close();
  expect([previous.list.size, previous.list.find(A.digest), [...previous.list.entries()]]).toEqual([2, undefined, []]);
  const second = await write(makeLedger([A]), { previous });
  expect(statesOf(await read(second))).toEqual(['a here', 'b gone']);
  const { path } = previous.listFile;
  writeFileSync(path, readFileSync(path, 'utf8').replace(/ here/, ' gone'));
  const changed = {
    code: 'SIGNATURE_INVALID',
    got: expect.stringMatching(/was changed while the audit ran$/) as unknown,
  };
  expect(await failure(write(makeLedger([A]), { previous, now: NOW + 5000 }))).toMatchObject(changed);
  rmSync(path);
  const missing = { code: 'SIGNATURE_INVALID', got: expect.stringMatching(/^ENOENT for /) as unknown };
  expect(await failure(write(makeLedger([A]), { previous, now: NOW + 5000 }))).toMatchObject(missing);
});
