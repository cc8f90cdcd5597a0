import { describe, expect, it } from '@jest/globals';
import { verifyAttestation } from '../../src/record/index.ts';
import { make, SUBJECT, TYPE } from './support/attestations.ts';
import { changeStatement, NOW, refusal, TRUST } from './support/records.ts';

const { bundleJson: GOOD } = await make();
const HEX = 'ab'.repeat(32);
const OPTIONS = { predicateType: TYPE, now: NOW, signer: undefined };
const change = (fields: object): string => changeStatement(GOOD, (statement) => Object.assign(statement, fields));

describe('an attestation, signed as it is,', () => {
  it.each<{ name: string; subject: unknown }>([
    { name: 'no list', subject: SUBJECT[0] },
    { name: 'one without a digest', subject: [{ name: 'a' }] },
    { name: 'one whose digest is null', subject: [{ name: 'a', digest: null }] },
    { name: 'one whose digest is a text', subject: [{ name: 'a', digest: 'ab' }] },
    { name: 'one with an empty set of digests', subject: [{ name: 'a', digest: {} }] },
    { name: 'one with a bad digest beside a good one', subject: [{ name: 'a', digest: { sha256: HEX, sha1: 'x' } }] },
    { name: 'one whose digest is a number', subject: [{ name: 'a', digest: { sha256: 12 } }] },
    { name: 'one without a name', subject: [{ digest: { sha256: HEX } }] },
    { name: 'a bad one beside a good one', subject: [...SUBJECT, { name: 'a', digest: { sha256: 'x' } }] },
  ])('is refused with subjects that cannot be found: $name', ({ subject }) => {
    const error = refusal('RECORD_INVALID', () => verifyAttestation(change({ subject }), TRUST, OPTIONS));
    expect(error.message).toBe('The statement has no subjects that can be found.');
    expect(error.wanted).toBe('names with digests in hex');
  });

  it('may have a second digest of a subject', () => {
    const subject = [{ name: 'a', digest: { sha256: HEX, sha512: HEX + HEX } }];
    expect(verifyAttestation(change({ subject }), TRUST, OPTIONS).statement.subject).toEqual(subject);
  });

  it('is refused as another kind of statement', () => {
    const bundle = change({ _type: 'https://in-toto.io/Statement/v0.1' });
    const { message, got } = refusal('RECORD_INVALID', () => verifyAttestation(bundle, TRUST, OPTIONS));
    expect([message, got]).toEqual(["The statement's _type is another one.", '"https://in-toto.io/Statement/v0.1"']);
  });
});
