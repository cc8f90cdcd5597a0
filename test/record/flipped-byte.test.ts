import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { verifyRecord } from '../../src/record/index.ts';
import { MANIFEST_TEXT } from './support/facts.ts';
import { makeRecord, NO_SANDBOX, TRUST } from './support/records.ts';

const { bundleJson } = await makeRecord();
const bytes = Buffer.from(bundleJson);

function flip(source: Buffer, position: number, bit: number): string {
  const flipped = Buffer.from(source);
  flipped[position] = (flipped[position] ?? 0) ^ (1 << bit);
  return flipped.toString();
}

/** The code of the refusal; whatever else happens says so. */
function judge(work: () => unknown): string {
  try {
    work();
    return 'passed';
  } catch (error) {
    if (!(error instanceof PipeError)) return `not a PipeError: ${String(error)}`;
    return error.message === '' || error.got === undefined ? 'no reason' : error.code;
  }
}

describe('a flipped bit', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7])('number %i fails in every byte of the bundle, with a reason', (bit) => {
    const verdicts = Array.from(bytes, (_, position) =>
      judge(() => verifyRecord(flip(bytes, position, bit), TRUST, NO_SANDBOX)),
    );
    const odd = verdicts.flatMap((verdict, position) =>
      verdict === 'RECORD_INVALID' || verdict === 'SIGNATURE_INVALID' ? [] : [`${String(position)}: ${verdict}`],
    );
    expect(odd).toEqual([]);
    expect(verdicts).toHaveLength(bundleJson.length);
  });

  it('fails in every byte of the manifest', () => {
    const manifest = Buffer.from(MANIFEST_TEXT);
    const verdicts = Array.from(manifest, (_, position) =>
      judge(() => verifyRecord(bundleJson, TRUST, { ...NO_SANDBOX, manifestText: flip(manifest, position, 0) })),
    );
    expect(new Set(verdicts)).toEqual(new Set(['RECORD_INVALID']));
  });
});
