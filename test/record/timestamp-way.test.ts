import { describe, expect, it } from '@jest/globals';
import type { PipeError } from '../../src/errors.ts';
import { verifyTimestamp } from '../../src/record/timestamp.ts';
import type { Authorities } from '../../src/record/timestamp-authorities.ts';
import { makeHolder, TIME_STAMPING, type CertificateOptions, type Holder } from '../../src/sandbox/tsa/certificate.ts';
import { certificateTime, oid, sequence } from '../../src/sandbox/tsa/der.ts';
import { editDer, IN_TBS, recertify, replacePart } from './support/der.ts';
import { refusal } from './support/records.ts';
import { AT, CA, makeStamp, ROOT, SIGNATURE, trust, TSA, USAGE, VALIDITY } from './support/timestamps.ts';

const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

const make = (changes: Partial<CertificateOptions>): Holder =>
  makeHolder({ subject: 'Other', issuer: ROOT, ...VALIDITY, ...changes });

/** A timestamp by a new signer below the first of these authorities, all of which come along. */
function stampBelow(authorities: readonly Holder[], changes: Partial<CertificateOptions> = {}): Uint8Array {
  const signer = make({ subject: 'Signer', issuer: authorities[0] ?? ROOT, usage: USAGE, ...changes });
  return makeStamp({ signer, holders: [signer, ...authorities] });
}

const verify = (stamp: Uint8Array, by: Authorities): unknown => verifyTimestamp(stamp, SIGNATURE, by);
const refuse = (stamp: Uint8Array, by: Authorities = trust(ROOT)): PipeError =>
  refusal('SIGNATURE_INVALID', () => verify(stamp, by));

describe('the way up from a timestamp', () => {
  it('leads over nothing that is marked as no authority, whatever it may sign by its other marks', () => {
    // Without key usage too: nothing else in it would stop it.
    const leaf = recertify(make({}), ROOT.privateKey, (tbs) =>
      editDer(tbs, IN_TBS.extensions, (extensions) => extensions.slice(1)),
    );
    const { message, got } = refuse(stampBelow([leaf]));
    expect(message).toBe('The timestamp comes from an authority that is not trusted.');
    expect(got).toBe(
      'O=Sandbox, CN=Signer, issued by O=Sandbox, CN=Other; O=Sandbox, CN=Other is no authority (CA flag)',
    );
  });

  it('leads over as many authorities as the one above allows', () => {
    const upper = make({ subject: 'Upper', ca: { pathLength: 1 } });
    const middle = make({ subject: 'Middle', issuer: upper, ca: {} });
    const lower = make({ subject: 'Lower', issuer: middle, ca: {} });
    expect(verify(stampBelow([middle, upper]), trust(ROOT))).toEqual({ at: AT, authority: 'O=Sandbox, CN=Signer' });
    expect(refuse(stampBelow([lower, middle, upper])).got).toContain('CN=Upper may not have an authority below it');
  });

  it('leads over no certificate that is signed with SHA-1', () => {
    const algorithm = sequence(oid('1.2.840.10045.4.1'));
    const old = recertify(make({ subject: 'Old', ca: {} }), ROOT.privateKey, (tbs) => tbs, { hash: 'sha1', algorithm });
    const { got } = refuse(stampBelow([old]));
    expect(got).toContain('; O=Sandbox, CN=Root signed by 1.2.840.10045.4.1, not SHA-2');
  });

  it('is told where it ends, and nothing besides', () => {
    const stranger = makeHolder({ subject: 'Stranger', ...VALIDITY, ca: { pathLength: 0 } });
    expect(refuse(stampBelow([stranger])).got).toBe('O=Sandbox, CN=Signer, issued by O=Sandbox, CN=Stranger');
  });

  it('is told with five ends at most', () => {
    const ended = Array.from({ length: 7 }, (_, day) => {
      const validity = sequence(certificateTime(0), certificateTime(86_400_000 * (day + 1)));
      return recertify(CA, ROOT.privateKey, (tbs) => editDer(tbs, [], replacePart(4, validity)));
    });
    const ends = refuse(stampBelow(ended)).got?.split('; ') ?? [];
    expect(ends).toHaveLength(5);
    expect(new Set(ends.slice(1).map((end) => /^O=Sandbox, CN=CA was valid from .* 1970 GMT only$/.test(end)))).toEqual(
      new Set([true]),
    );
  });

  it('is remembered for a thousand certificates, and found beyond them all the same', () => {
    const authorities = trust(ROOT);
    for (let number = 0; number < 1000; number += 1) authorities.signedBy.set(String(number), false);
    expect(verify(makeStamp(), authorities)).toMatchObject({ at: AT });
    expect(authorities.signedBy.size).toBe(1000);
  });
});

describe('the signer of a timestamp', () => {
  it('was valid at its time, or is refused with its own dates', () => {
    const stamp = stampBelow([CA], { notBefore: 0, notAfter: AT - 60_000 });
    const { message, got, wanted } = refuse(stamp);
    expect(message).toBe("The authority's certificate was not valid at the time that the timestamp names.");
    expect(got).toBe('O=Sandbox, CN=Signer was valid from Jan  1 00:00:00 1970 GMT to Nov 23 11:59:01 2026 GMT only');
    expect(wanted).toBe('valid at 2026-11-23T12:00:01.000Z');
  });

  it.each([
    {
      name: 'another purpose alone',
      usage: { critical: true, purposes: [CODE_SIGNING] },
      got: `critical: ${CODE_SIGNING}`,
    },
    {
      name: 'another purpose too',
      usage: { critical: true, purposes: [TIME_STAMPING, CODE_SIGNING] },
      got: `critical: ${TIME_STAMPING}, ${CODE_SIGNING}`,
    },
    {
      name: 'a purpose that is not critical',
      usage: { critical: false, purposes: [TIME_STAMPING] },
      got: `not critical: ${TIME_STAMPING}`,
    },
  ])('is refused with $name', ({ usage, got }) => {
    const error = refuse(stampBelow([CA], { usage }));
    expect(error.message).toBe("The signer's certificate is not one of a timestamp authority.");
    expect(error.got).toBe(`extended key usage ${got}, in O=Sandbox, CN=Signer`);
  });

  it('is named in 200 characters at most', () => {
    const stamp = stampBelow([CA], { subject: 'x'.repeat(300) });
    const authority = `O=Sandbox, CN=${'x'.repeat(186)}`;
    expect(verify(stamp, trust(ROOT))).toEqual({ at: AT, authority });
  });
});

describe('a certificate that comes with a timestamp', () => {
  const change = (edit: (tbs: Buffer) => Buffer): Holder => recertify(CA, ROOT.privateKey, edit);
  const along = (holder: Holder): Uint8Array => makeStamp({ holders: [TSA, CA, holder] });

  it('may be of the first version, without extensions', () => {
    const old = change((tbs) => editDer(tbs, [], (parts) => parts.slice(1, -1)));
    expect(verify(along(old), trust(ROOT))).toMatchObject({ at: AT });
  });

  it.each([
    {
      name: 'ends behind its issuer',
      holder: change((tbs) => editDer(tbs, [], (parts) => parts.slice(0, 4))),
      got: 'a certificate is not X.509',
    },
    {
      name: 'has an extension twice',
      holder: change((tbs) => editDer(tbs, IN_TBS.extensions, (parts) => [...parts, ...parts.slice(-1)])),
      got: 'the extension 2.5.29.35 stands there twice',
    },
  ])('is refused where it $name', ({ holder, got }) => {
    const error = refusal('RECORD_INVALID', () => verify(along(holder), trust(ROOT)));
    expect([error.message, error.got]).toEqual(['The timestamp is malformed.', got]);
  });
});
