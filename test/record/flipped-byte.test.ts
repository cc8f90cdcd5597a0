import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { readTrust, verifyRecord } from '../../src/record/index.ts';
import { MANIFEST_TEXT } from './support/facts.ts';
import { ARCHIVE, makeKeyless, STEP } from './support/keyless.ts';
import { makeRecord, NO_SANDBOX, TRUST } from './support/records.ts';
import { stampAt, TSA_PEM } from './support/stamped.ts';

const { bundleJson } = await makeRecord();
const bytes = Buffer.from(bundleJson);
const stamped = await makeKeyless({}, STEP, stampAt(Date.UTC(2026, 10, 23, 12, 1)));
const KEYLESS = readTrust({ issuerKeys: ARCHIVE, tsa: TSA_PEM });

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

  it('fails in every third byte of a keyless bundle, with a reason; its timestamp has a test of its own', () => {
    const keyless = Buffer.from(stamped.bundleJson);
    const start = stamped.bundleJson.indexOf('"signedTimestamp":"') + '"signedTimestamp":"'.length;
    const end = stamped.bundleJson.indexOf('"', start);
    const places = Array.from(keyless, (_, at) => at).filter((at) => at % 3 === 0 && (at < start || at >= end));
    const verdicts = places.map((at) => judge(() => verifyRecord(flip(keyless, at, at % 8), KEYLESS, NO_SANDBOX)));
    expect(verdicts.length).toBeGreaterThan(4000);
    expect(new Set(verdicts)).toEqual(new Set(['RECORD_INVALID', 'SIGNATURE_INVALID']));
  });

  it('fails in every byte of the manifest', () => {
    const manifest = Buffer.from(MANIFEST_TEXT);
    const verdicts = Array.from(manifest, (_, position) =>
      judge(() => verifyRecord(bundleJson, TRUST, { ...NO_SANDBOX, manifestText: flip(manifest, position, 0) })),
    );
    expect(new Set(verdicts)).toEqual(new Set(['RECORD_INVALID']));
  });
});
