import { describe, expect, it } from '@jest/globals';
import { readTrust, verifyRecord, type Trust, type VerifiedRecord } from '../../src/record/index.ts';
import type { SignedRecord } from '../../src/record/types.ts';
import { makeUserKey } from '../openpubkey/support/issuer.ts';
import { INTENT } from './support/facts.ts';
import {
  ARCHIVE,
  CLAIMS,
  EXPIRES_AT,
  ISSUED_AT,
  makeKeyless,
  startStep,
  startWithKey,
  STEP,
} from './support/keyless.ts';
import { makeEntry, makeManaged } from './support/key-lists.ts';
import { changeBundle, makeRecord, NO_SANDBOX, parseBundle, refusal, TRUST } from './support/records.ts';
import { stampAt, TSA_PEM } from './support/stamped.ts';

const KEYLESS = readTrust({ issuerKeys: ARCHIVE, tsa: TSA_PEM });
const WITHIN = Date.UTC(2026, 10, 23, 12, 30);
const AFTER = EXPIRES_AT + 3_600_000;

function verify(record: SignedRecord, intent?: SignedRecord, trust: Trust = KEYLESS): VerifiedRecord {
  return verifyRecord(record.bundleJson, trust, { ...NO_SANDBOX, intentText: intent?.bundleJson });
}

describe('a keyless record with a timestamp', () => {
  it.each([
    { name: "in the token's life", at: WITHIN },
    { name: 'at its first moment', at: ISSUED_AT },
    { name: 'at its last', at: EXPIRES_AT },
  ])('is timed $name', async ({ at }) => {
    const record = verify(await makeKeyless({}, STEP, stampAt(at)));
    expect(record).toMatchObject({ assurance: 'timed', timestamp: { at }, warnings: [] });
    const { authority = '' } = record.timestamp ?? {};
    expect(authority).toContain('TSA');
    const found = `${new Date(at).toISOString()}, by ${authority}`;
    expect(record.checks).toContainEqual({ name: 'timestamp', found });
  });

  it.each([
    { name: "a second before the token's life", at: ISSUED_AT - 1000 },
    { name: 'a second after it', at: EXPIRES_AT + 1000 },
  ])('is held-token $name', async ({ at }) => {
    expect(verify(await makeKeyless({}, STEP, stampAt(at)))).toMatchObject({
      assurance: 'held-token',
      timestamp: { at },
      warnings: [],
    });
  });

  it('is held-token where no authority is trusted, and says so', async () => {
    const record = verify(await makeKeyless({}, STEP, stampAt(WITHIN)), undefined, readTrust({ issuerKeys: ARCHIVE }));
    expect(record.assurance).toBe('held-token');
    expect(record).not.toHaveProperty('timestamp');
    expect(record.checks).toContainEqual({
      name: 'timestamp',
      found: 'there, and not checked: no authority is trusted',
    });
    expect(record.warnings).toEqual(['The record has a timestamp that was not checked: no --tsa.']);
  });
});

describe('a keyless result after the end of its token', () => {
  const pair = async (intentAt: number | undefined, resultAt?: number): Promise<[SignedRecord, SignedRecord]> => {
    const intent = await makeKeyless(INTENT, STEP, intentAt === undefined ? undefined : stampAt(intentAt));
    const { payloadDigest } = intent;
    const stamp = resultAt === undefined ? undefined : stampAt(resultAt);
    return [await makeKeyless({ intentDigest: payloadDigest }, STEP, stamp), intent];
  };

  it.each([
    { name: 'with a timestamp of its own', at: AFTER },
    { name: 'without one', at: undefined },
  ])('is timed by its intent: $name', async ({ at }) => {
    const [result, intent] = await pair(WITHIN, at);
    expect(verify(result, intent)).toMatchObject({ assurance: 'timed' });
    expect(verify(result)).toMatchObject({ assurance: 'held-token' });
  });

  it('is held-token with an intent that has no time either', async () => {
    const [result, intent] = await pair(undefined, AFTER);
    expect(verify(result, intent).assurance).toBe('held-token');
    const [late, lateIntent] = await pair(AFTER);
    expect(verify(late, lateIntent).assurance).toBe('held-token');
  });

  it('is refused with the intent of another step, however well timed', async () => {
    const [, intent] = await pair(WITHIN);
    const other = startStep();
    const result = await makeKeyless({ intentDigest: intent.payloadDigest }, other);
    const error = refusal('SIGNATURE_INVALID', () => verify(result, intent));
    expect(error.got).toBe(`key id "${STEP.signer.keyId}"`);
    expect(error.wanted).toBe(other.signer.keyId);
  });

  it("is refused where its key was bound to another token than the intent's", async () => {
    const key = makeUserKey();
    const first = startWithKey(key, CLAIMS);
    const later = startWithKey(key, { ...CLAIMS, iat: CLAIMS.iat + 60, exp: CLAIMS.exp + 60 });
    const intent = await makeKeyless(INTENT, first, stampAt(WITHIN));
    const { tokenDigest } = first.identity;
    const step = { ...later, identity: { ...later.identity, tokenDigest } };
    const result = await makeKeyless({ intentDigest: intent.payloadDigest }, step);
    expect(verify(result).keyId).toBe(verify(intent).keyId);
    const error = refusal('RECORD_INVALID', () => verify(result, intent));
    expect([error.message, error.got]).toEqual([
      'The intent is not the one of this result.',
      'a proof of another token',
    ]);
  });
});

describe('a retired key', () => {
  const validFor = { start: '2026-11-23T12:00:00Z', end: '2026-11-23T12:59:59Z' };
  const trust = readTrust({ keyList: JSON.stringify([makeEntry({ validFor })]), tsa: TSA_PEM });

  it('is believed where a timestamp lies in its time', async () => {
    const bundle = await makeManaged({}, 'vault', stampAt(WITHIN));
    expect(verifyRecord(bundle, trust, NO_SANDBOX)).toMatchObject({
      assurance: 'managed-key',
      timestamp: { at: WITHIN },
    });
  });

  it.each([
    { name: 'before', at: Date.UTC(2026, 10, 23, 11, 59, 59) },
    { name: 'after', at: Date.UTC(2026, 10, 23, 13) },
  ])('is not believed where it lies $name', async ({ at }) => {
    const bundle = await makeManaged({}, 'vault', stampAt(at));
    const error = refusal('SIGNATURE_INVALID', () => verifyRecord(bundle, trust, NO_SANDBOX));
    expect(error.message).toBe('The key was not valid at the time of the timestamp.');
    expect(error.got).toBe(new Date(at).toISOString());
  });

  it('is not believed where the timestamp was taken away, or its authority is not trusted', async () => {
    const bundle = await makeManaged({}, 'vault', stampAt(WITHIN));
    const bare = changeBundle(bundle, (b) => delete b.verificationMaterial['timestampVerificationData']);
    const keysOnly = readTrust({ keyList: JSON.stringify([makeEntry({ validFor })]) });
    for (const [given, by] of [
      [bare, trust],
      [bundle, keysOnly],
    ] as const) {
      const error = refusal('SIGNATURE_INVALID', () => verifyRecord(given, by, NO_SANDBOX));
      expect(error.message).toContain('The key is no longer valid, and no timestamp shows');
    }
  });

  it('is believed for an intent that a timestamped result names, and not for the intent alone', async () => {
    const intentText = await makeManaged(INTENT);
    const now = Date.UTC(2026, 10, 23, 12, 30);
    const { payloadDigest } = verifyRecord(intentText, trust, { ...NO_SANDBOX, now });
    const bundle = await makeManaged({ intentDigest: payloadDigest }, 'vault', stampAt(WITHIN));
    expect(verifyRecord(bundle, trust, { ...NO_SANDBOX, intentText }).assurance).toBe('managed-key');
    const error = refusal('SIGNATURE_INVALID', () => verifyRecord(intentText, trust, NO_SANDBOX));
    expect(error.message).toContain('no longer valid');
  });
});

describe('a timestamp', () => {
  it('of another signature is refused', async () => {
    const [one, two] = [await makeKeyless({}, STEP, stampAt(WITHIN)), await makeKeyless()];
    const stamp = parseBundle(one.bundleJson).verificationMaterial['timestampVerificationData'];
    const bundle = changeBundle(two.bundleJson, (b) =>
      Object.assign(b.verificationMaterial, { timestampVerificationData: stamp }),
    );
    const error = refusal('SIGNATURE_INVALID', () => verifyRecord(bundle, KEYLESS, NO_SANDBOX));
    expect(error.message).toBe('The timestamp is one of another signature.');
  });

  it('changes nothing for a bare public key', async () => {
    const { bundleJson } = await makeRecord();
    expect(verifyRecord(bundleJson, TRUST, NO_SANDBOX).checks).toContainEqual({ name: 'timestamp', found: 'none' });
  });

  it('by nobody that is trusted is named as what it is', () => {
    const error = refusal('TRUST_MATERIAL_INVALID', () => readTrust({ tsa: 'no certificate' }));
    expect(error.exitStatus).toBe(2);
  });
});
