import { expect, it } from '@jest/globals';
import { makeFolder, makePair, nameFiles, readAll } from './support/folder.ts';

it('names records in printable ASCII, and none like another', async () => {
  const [one, other] = [await makePair(), await makePair({ recordId: '7d9f1c2e-3b4a-4c5d-8e6f-0a1b2c3d4e5f' })];
  const folder = makeFolder({ ...nameFiles(one, 'M\u00e4rz/a'), ...nameFiles(other, 'M\\u00e4rz/a') });
  const { states } = await readAll(folder);
  expect(states).toEqual([
    ...['intent', 'result'].map((phase) => `M\\u005cu00e4rz/a.${phase} verified`),
    ...['intent', 'result'].map((phase) => `M\\u00e4rz/a.${phase} verified`),
  ]);
});
