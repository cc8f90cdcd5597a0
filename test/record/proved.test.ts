import { describe, expect, it } from '@jest/globals';
import { writeBundle } from '../../src/record/bundle.ts';
import {
  buildStatement,
  holdsNamedIntent,
  readClaimedBundle,
  readProvedBundle,
  signRecord,
  verifyRecord,
} from '../../src/record/index.ts';
import { makeFacts } from './support/facts.ts';
import { makeRecord, NO_SANDBOX, NOW, parseBundle, payloadText, SIGNER, TRUST } from './support/records.ts';
import { stampAt } from './support/stamped.ts';

const { bundleJson: TEXT, payloadDigest: DIGEST } = await makeRecord();
const STAMPED = await signRecord(buildStatement(makeFacts(SIGNER)), SIGNER, stampAt(NOW - 1000));

/** Other ways to write the same bundle, all of which `verify` takes. */
const WRITTEN = [
  { name: 'as the pipe does', text: TEXT },
  { name: 'with a timestamp', text: STAMPED.bundleJson },
  { name: 'with white space', text: JSON.stringify(JSON.parse(TEXT), undefined, 2) },
  { name: 'with white space before a colon', text: TEXT.replace('"payload":', '"payload" :') },
  { name: 'with its members in another order', text: turn(TEXT) },
  { name: 'with an escape in the name of the payload', text: TEXT.replace('"payload":', '"p\\u0061yload":') },
  { name: 'with an escape in the payload', text: TEXT.replace('"payload":"e', '"payload":"\\u0065') },
  { name: 'with an escape in the key', text: TEXT.replace('"hint":"SHA', '"hint":"\\u0053HA') },
  {
    name: 'with a timestamp whose name has an escape',
    text: STAMPED.bundleJson.replace('"timestampV', '"timestamp\\u0056'),
  },
];

function turn(text: string): string {
  const { mediaType, verificationMaterial, dsseEnvelope } = parseBundle(text) as unknown as Record<string, object>;
  const envelope = Object.fromEntries(Object.entries(dsseEnvelope ?? {}).reverse());
  return JSON.stringify({ dsseEnvelope: envelope, verificationMaterial, mediaType });
}

describe('a bundle that was proved before', () => {
  it.each(WRITTEN)('says in its bytes what it says parsed: $name', ({ text }) => {
    expect(() => verifyRecord(text, TRUST, NO_SANDBOX)).not.toThrow();
    const read = readProvedBundle(Buffer.from(text));
    expect(read).toEqual(readClaimedBundle(text));
    expect(read).toMatchObject({
      statement: JSON.parse(payloadText(text)) as object,
      keyId: SIGNER.keyId,
      stamped: /timestamp/.test(text),
    });
  });

  it('has no timestamp because its payload spells one', () => {
    const payload = Buffer.from('timestampVerificationDataAAA', 'base64');
    const text = writeBundle({ payload, signature: Buffer.of(1), keyId: SIGNER.keyId });
    expect(text).toContain('timestampVerificationData');
    expect(readProvedBundle(Buffer.from(text))).toMatchObject({ stamped: false });
  });

  it.each(['', '{}', '{"dsseEnvelope":{"payload":"', 'no JSON'])('is nothing where it cannot be one: %j', (text) => {
    expect(readProvedBundle(Buffer.from(text))).toBeUndefined();
  });
});

describe('an intent that a result names', () => {
  const { statement: result } = verifyRecord(TEXT, TRUST, NO_SANDBOX);
  const naming = (sha256: string): typeof result => ({
    ...result,
    predicate: { ...result.predicate, intent: { digest: { sha256 } } },
  });

  it('is known by the digest of its payload, of whatever bytes', () => {
    expect(holdsNamedIntent(Buffer.from(TEXT), naming(DIGEST), true)).toBe(true);
    expect(holdsNamedIntent(Buffer.from(TEXT), naming('0'.repeat(64)), true)).toBe(false);
    expect(holdsNamedIntent(Buffer.from('no JSON'), naming(DIGEST), true)).toBe(false);
    expect(holdsNamedIntent(Buffer.from('{"payload":"'), naming(DIGEST), true)).toBe(false);
  });
});
