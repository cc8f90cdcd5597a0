import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { verifyTimestamp } from '../../src/record/timestamp.ts';
import { refusal } from './support/records.ts';
import { AT, makeStamp, ROOT, SIGNATURE, trust } from './support/timestamps.ts';

const GOOD = makeStamp();
const AUTHORITIES = trust(ROOT);

function cut(length: number): PipeError {
  return refusal('RECORD_INVALID', () => verifyTimestamp(GOOD.subarray(0, length), SIGNATURE, AUTHORITIES));
}

describe('damage to a timestamp', () => {
  it('of any length is refused where the rest is missing', () => {
    const verdicts = Array.from(GOOD, (_, length) => cut(length).message);
    expect(new Set(verdicts)).toEqual(new Set(['The timestamp is malformed.']));
  });

  it.each([0, 3, 7])('of bit %i of any byte never gives another time, or an error of another kind', (bit) => {
    const passed = Array.from(GOOD, (byte, position) => {
      const changed = Uint8Array.from(GOOD);
      changed[position] = byte ^ (1 << bit);
      try {
        return verifyTimestamp(changed, SIGNATURE, AUTHORITIES);
      } catch (error) {
        if (!(error instanceof PipeError) || !['RECORD_INVALID', 'SIGNATURE_INVALID'].includes(error.code)) throw error;
        return undefined;
      }
    }).filter((stamp) => stamp !== undefined);
    for (const stamp of passed) expect(stamp).toEqual({ at: AT, authority: 'O=Sandbox, CN=TSA' });
    // Versions and lists of algorithms, which nothing depends on.
    expect(passed.length).toBeLessThan(40);
  });
});
