import { describe, expect, it } from '@jest/globals';
import { Across } from '../../src/audit/across.ts';
import type { Shelf } from '../../src/audit/spool/index.ts';
import type { RecordVerdict, SeenRecord } from '../../src/audit/types.ts';

const DIGEST = 'd'.repeat(64);
const VERIFIED: RecordVerdict = {
  state: 'verified',
  keyId: 'SHA256:a',
  trust: 'a'.repeat(64),
  assurance: 'static-key',
};
const REFUSED: RecordVerdict = { state: 'refused', code: 'SIGNATURE_INVALID', reason: 'Bad.' };

/** Keeps what is put on it in memory. */
function shelf(): Shelf<SeenRecord> {
  const values: SeenRecord[] = [];
  return {
    add: (value) => values.push(value) - 1,
    settle: () => Promise.resolve(),
    flush: () => Promise.resolve(),
    read: (number) => Promise.resolve(values[number] as SeenRecord),
    get data(): never {
      throw new Error('it is in memory');
    },
  };
}

const intent = (file: string, verdict: RecordVerdict): SeenRecord =>
  ({
    ...{ file, digest: file, payloadDigest: DIGEST, verdict },
    facts: { phase: 'intent', recordId: 'r', repositoryUuid: 'a', pipelineUuid: 'p', stepUuid: 's' },
  }) as SeenRecord;

describe('intents that several files have', () => {
  it.each([
    { name: 'one that holds before one that does not', records: [VERIFIED, REFUSED], wanted: '0' },
    { name: 'one that holds behind one that does not', records: [REFUSED, VERIFIED], wanted: '1' },
    { name: 'the first of two that hold', records: [VERIFIED, VERIFIED], wanted: '0' },
    { name: 'the last of two that do not', records: [REFUSED, REFUSED], wanted: '1' },
  ])('are known by $name', async ({ records, wanted }) => {
    const across = new Across(shelf());
    records.forEach((verdict, at) => across.addRecord(intent(String(at), verdict), false));
    await across.endRecords();
    expect(await across.lookup.intent(DIGEST)).toMatchObject({ file: wanted });
  });

  it('are not kept where their result is there', async () => {
    const across = new Across(shelf());
    across.addRecord(intent('0', VERIFIED), true);
    expect(await across.lookup.intent(DIGEST)).toBeUndefined();
  });
});
