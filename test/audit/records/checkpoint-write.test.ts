import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { SIGNER } from '../../record/support/records.ts';
import { failure, makeEntry, makeLedger, write } from './support/checkpoints.ts';
import { makeFolder } from './support/folder.ts';

const A = makeEntry('a');

describe('a checkpoint', () => {
  it('leaves nothing where it cannot be signed', async () => {
    const folder = makeFolder({});
    const signer = { ...SIGNER, sign: () => Promise.reject(new Error('no key')) };
    await expect(write(makeLedger([A]), { folder, signer })).rejects.toThrow('no key');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is never written over another', async () => {
    const { folder } = await write(makeLedger([]));
    expect(await failure(write(makeLedger([A]), { folder }))).toMatchObject({
      code: 'OUTPUT_INVALID',
      got: expect.stringMatching(/^EEXIST for .*\.checkpoint\.list$/) as unknown,
    });
  });
});
