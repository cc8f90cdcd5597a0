import { describe, expect, it } from '@jest/globals';
import { verifyTimestamp } from '../../src/record/timestamp.ts';
import {
  encodeExtension,
  makeHolder,
  type CertificateOptions,
  type Holder,
} from '../../src/sandbox/tsa/certificate.ts';
import { sequence } from '../../src/sandbox/tsa/der.ts';
import { refusal } from './support/records.ts';
import { AT, CA, makeStamp, ROOT, SIGNATURE, trust, TSA, USAGE, VALIDITY } from './support/timestamps.ts';

const OVER = { notBefore: 0, notAfter: AT - 60_000 };
/** Name constraints, which are not looked at. */
const CRITICAL = [encodeExtension('2.5.29.30', true, sequence())];
const SERVER = { critical: false, purposes: ['1.3.6.1.5.5.7.3.1'] };

const make = (changes: Partial<CertificateOptions>): Holder =>
  makeHolder({ subject: 'Other', issuer: ROOT, ...VALIDITY, ...changes });

/** A timestamp by a signer whom this issuer certified. */
function stampBelow(issuer: Holder, changes: Partial<CertificateOptions> = {}): Uint8Array {
  const signer = make({ subject: 'Stranger', issuer, usage: USAGE, ...changes });
  return makeStamp({ signer, holders: [signer, issuer, CA] });
}

describe('the chain of a timestamp', () => {
  it.each([
    {
      name: 'an authority that was over',
      stamp: stampBelow(make({ ca: {}, ...OVER })),
      got: 'CN=Other was valid from Jan  1 00:00:00 1970 GMT to Nov 23 11:59:01 2026 GMT only',
    },
    { name: 'one that is no authority', stamp: stampBelow(make({})), got: 'issued by O=Sandbox, CN=Other' },
    {
      name: 'an authority below one that allows none',
      stamp: stampBelow(make({ issuer: CA, ca: {} })),
      got: 'CN=CA may not have an authority below it',
    },
    {
      name: 'an authority for other purposes',
      stamp: stampBelow(make({ ca: {}, usage: SERVER })),
      got: 'CN=Other is not for timestamps',
    },
    {
      name: 'an authority with limits that are not known',
      stamp: stampBelow(make({ ca: {}, extensions: CRITICAL })),
      got: 'CN=Other has a critical extension 2.5.29.30',
    },
    {
      name: 'a key that took the name of an authority',
      stamp: stampBelow({ ...CA, privateKey: TSA.privateKey }),
      got: 'CN=CA did not sign the certificate of O=Sandbox, CN=Stranger',
    },
    {
      name: 'an authority of its own',
      stamp: stampBelow(makeHolder({ subject: 'Root', ...VALIDITY, ca: {} })),
      got: 'CN=Stranger, issued by O=Sandbox, CN=Root',
    },
  ])('does not lead over $name', ({ stamp, got }) => {
    const error = refusal('SIGNATURE_INVALID', () => verifyTimestamp(stamp, SIGNATURE, trust(ROOT)));
    expect(error.message).toBe('The timestamp comes from an authority that is not trusted.');
    expect(error.got).toContain(got);
    expect(error.wanted).toBe('a chain of certificates to O=Sandbox, CN=Root');
  });

  it('does not end in a root that was over', () => {
    const root = makeHolder({ subject: 'Late', ...OVER, ca: {} });
    const signer = make({ issuer: root, usage: USAGE });
    const stamp = makeStamp({ signer, holders: [signer] });
    const error = refusal('SIGNATURE_INVALID', () => verifyTimestamp(stamp, SIGNATURE, trust(root)));
    expect(error.got).toContain('CN=Late was valid from');
  });

  it('may be as long as six issuers, and no longer', () => {
    let issuer = makeHolder({ subject: 'CA 0', ...VALIDITY, ca: {} });
    const issuers = [issuer];
    for (let number = 1; number < 7; number += 1) {
      issuer = makeHolder({ subject: `CA ${String(number)}`, issuer, ...VALIDITY, ca: {} });
      issuers.push(issuer);
    }
    const signer = make({ issuer, usage: USAGE });
    const stamp = makeStamp({ signer, holders: [signer, ...issuers] });
    expect(verifyTimestamp(stamp, SIGNATURE, trust(...issuers.slice(1, 2))).at).toBe(AT);
    refusal('SIGNATURE_INVALID', () => verifyTimestamp(stamp, SIGNATURE, trust(...issuers.slice(0, 1))));
  });

  it('begins at a signer without limits that are not known', () => {
    const stamp = stampBelow(CA, { extensions: CRITICAL });
    const error = refusal('SIGNATURE_INVALID', () => verifyTimestamp(stamp, SIGNATURE, trust(ROOT)));
    expect(error.message).toContain('critical extension that is not known');
    expect(error.got).toBe('2.5.29.30, in O=Sandbox, CN=Stranger');
  });

  it('is looked at each time, whatever was found before', () => {
    const authorities = trust(ROOT);
    const forged = stampBelow({ ...CA, privateKey: TSA.privateKey });
    for (let time = 0; time < 2; time += 1) {
      expect(verifyTimestamp(makeStamp(), SIGNATURE, authorities).at).toBe(AT);
      refusal('SIGNATURE_INVALID', () => verifyTimestamp(forged, SIGNATURE, authorities));
      expect(authorities.signedBy.size).toBe(3);
    }
  });
});
