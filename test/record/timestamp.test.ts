import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { inspectTimestamp, verifyTimestamp } from '../../src/record/timestamp.ts';
import { makeHolder } from '../../src/sandbox/tsa/certificate.ts';
import { integer } from '../../src/sandbox/tsa/der.ts';
import { refusal } from './support/records.ts';
import {
  AT,
  CA,
  makeStamp,
  readFixture,
  readTrust,
  replaceBytes,
  ROOT,
  SIGNATURE,
  trust,
  TSA,
  USAGE,
  VALIDITY,
} from './support/timestamps.ts';

describe('a timestamp of openssl', () => {
  it.each([
    { name: 'ec', by: 'ec-root', authority: 'C=DE, O=Test, CN=ec-tsa' },
    { name: 'ec', by: 'ec-chain', authority: 'C=DE, O=Test, CN=ec-tsa' },
    { name: 'ec', by: 'ec-tsa', authority: 'C=DE, O=Test, CN=ec-tsa' },
    { name: 'cms', by: 'ec-root', authority: 'C=DE, O=Test, CN=ec-tsa' },
    { name: 'leaf-only', by: 'ec-chain', authority: 'C=DE, O=Test, CN=ec-tsa' },
    { name: 'rsa', by: 'rsa-root', authority: 'C=DE, O=Test, CN=rsa-tsa' },
    { name: 'old', by: 'rsa-root', authority: 'C=DE, O=Test, CN=rsa-tsa' },
  ])('$name holds under $by', ({ name, by, authority }) => {
    const stamp = verifyTimestamp(readFixture(`${name}.tsr`), SIGNATURE, readTrust(by));
    expect(stamp.authority).toBe(authority);
    expect(new Date(stamp.at).toISOString()).toMatch(/^2026-11-25T14:5/);
  });

  it.each([
    { name: 'ec', by: 'rsa-root', says: 'from an authority that is not trusted', got: 'CN=ec-tsa, issued by C=DE' },
    { name: 'leaf-only', by: 'ec-root', says: 'from an authority that is not trusted', got: 'issued by C=DE' },
    { name: 'expired', by: 'ec-root', says: 'not valid at the time', got: 'CN=ec-expired was valid from' },
    { name: 'no-usage', by: 'ec-root', says: 'not one of a timestamp authority', got: 'usage none' },
    { name: 'mild-usage', by: 'ec-root', says: 'not one of a timestamp authority', got: 'usage not critical' },
    { name: 'two-usages', by: 'ec-root', says: 'not one of a timestamp authority', got: '1.3.6.1.5.5.7.3.3' },
  ])('$name does not hold under $by', ({ name, by, says, got }) => {
    const work = (): unknown => verifyTimestamp(readFixture(`${name}.tsr`), SIGNATURE, readTrust(by));
    const error = refusal('SIGNATURE_INVALID', work);
    expect(error.message).toContain(says);
    expect(error.got).toContain(got);
  });

  it('holds for the signature that was stamped alone', () => {
    const other = Buffer.from('the bytes of another');
    const error = refusal('SIGNATURE_INVALID', () =>
      verifyTimestamp(readFixture('ec.tsr'), other, readTrust('ec-root')),
    );
    expect(error.message).toBe('The timestamp is one of another signature.');
    expect(error.wanted).toContain(createHash('sha256').update(other).digest('hex'));
  });

  it('whose time was changed does not hold', () => {
    const der = readFixture('rsa.tsr');
    const year = Buffer.from('18', 'hex');
    const at = Buffer.from(der).indexOf(Buffer.from('20261125'));
    expect(Buffer.from(der).subarray(at - 2, at - 1)).toEqual(year);
    const changed = replaceBytes(der, Buffer.from('20261125'), Buffer.from('20251125'));
    const error = refusal('SIGNATURE_INVALID', () => verifyTimestamp(changed, SIGNATURE, readTrust('rsa-root')));
    expect(error.message).toContain('was changed after it was signed');
  });
});

describe('a timestamp made by hand', () => {
  it.each([
    { name: 'with its chain', odd: {}, by: [ROOT] },
    { name: 'under an authority between', odd: {}, by: [CA] },
    { name: 'without certificates, which the reader has', odd: { holders: [] }, by: [TSA] },
    {
      name: 'with certificates of others',
      odd: { holders: [makeHolder({ subject: 'CA', ...VALIDITY, ca: {} }), TSA, CA] },
      by: [ROOT],
    },
  ])('holds $name', ({ odd, by }) => {
    expect(verifyTimestamp(makeStamp(odd), SIGNATURE, trust(...by))).toEqual({
      at: AT,
      authority: 'O=Sandbox, CN=TSA',
    });
  });

  it('holds after all of its certificates are over: what counts is that they stood when it was made', () => {
    const long = { notBefore: Date.UTC(1999, 0), notAfter: Date.UTC(2001, 0) };
    const root = makeHolder({ subject: 'Root', ...long, ca: {} });
    const signer = makeHolder({ subject: 'Old TSA', issuer: root, ...long, usage: USAGE });
    const at = Date.UTC(2000, 1, 29, 23, 59, 59);
    const stamp = makeStamp({ info: { at }, signer, holders: [signer] });
    expect(verifyTimestamp(stamp, SIGNATURE, trust(root))).toEqual({ at, authority: 'O=Sandbox, CN=Old TSA' });
  });

  it('holds in the first and the last second of a certificate', () => {
    for (const at of [VALIDITY.notBefore, VALIDITY.notAfter]) {
      const whole = Math.floor(at / 1000) * 1000;
      expect(verifyTimestamp(makeStamp({ info: { at: whole } }), SIGNATURE, trust(ROOT)).at).toBe(whole);
    }
    for (const at of [VALIDITY.notBefore - 1000, VALIDITY.notAfter + 1000]) {
      const stamp = makeStamp({ info: { at } });
      refusal('SIGNATURE_INVALID', () => verifyTimestamp(stamp, SIGNATURE, trust(ROOT)));
    }
  });
});

describe('a timestamp that nobody vouches for', () => {
  it('says what it says, where it holds under the certificate that came with it', () => {
    const nonce = integer(0x1234);
    const stamp = inspectTimestamp(makeStamp({ info: { nonce } }), SIGNATURE);
    expect(stamp).toEqual({ at: AT, authority: 'O=Sandbox, CN=TSA', nonce: Buffer.of(0x12, 0x34) });
    expect(inspectTimestamp(makeStamp(), SIGNATURE).nonce).toBeUndefined();
  });

  it.each([
    { name: 'of another signature', odd: { info: { imprint: Buffer.alloc(32) } }, says: 'of another signature' },
    { name: 'of another key', odd: { signer: { ...TSA, privateKey: CA.privateKey } }, says: 'does not hold' },
  ])('is refused $name', ({ odd, says }) => {
    const error = refusal('SIGNATURE_INVALID', () => inspectTimestamp(makeStamp(odd), SIGNATURE));
    expect(error.message).toContain(says);
  });
});
