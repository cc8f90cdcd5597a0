import { describe, expect, it } from '@jest/globals';
import { asCheckpoint, makeFolder, makePair, nameFiles, proveAll, readAll } from './support/folder.ts';

const PAIR = await makePair();
const OTHER = await makePair({ recordId: '11111111-d9cb-469f-a165-70867728950e' });

describe('an intent that waits for its result', () => {
  it('keeps its bytes while copies of what was counted are read between the two', async () => {
    const folder = makeFolder({
      ...nameFiles(OTHER, '0'),
      ...nameFiles(PAIR),
      'a.intent.x.sigstore.json': OTHER.result.bundleJson,
      'a.intent.y.sigstore.json': OTHER.intent.bundleJson,
    });
    const { states, reading } = await readAll(folder);
    expect(states).toEqual(['0.intent verified', '0.result verified', 'a.intent verified', 'a.result verified']);
    expect(reading.populations()[0]?.notes).toHaveLength(2);
    const again = await readAll(folder, { previous: asCheckpoint(await proveAll(folder)) });
    expect(again.states).toEqual(['0.result verified carried', 'a.result verified carried']);
  });
});
