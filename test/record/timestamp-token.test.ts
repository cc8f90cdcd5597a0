import { describe, expect, it } from '@jest/globals';
import type { PipeError } from '../../src/errors.ts';
import { verifyTimestamp } from '../../src/record/timestamp.ts';
import { encodeExtension, makeHolder, toPem } from '../../src/sandbox/tsa/certificate.ts';
import { explicit, integer, octetString, oid, sequence, setOf } from '../../src/sandbox/tsa/der.ts';
import {
  attributesOf,
  encodeAttribute,
  encodeGranted,
  encodeRejection,
  TST_INFO,
} from '../../src/sandbox/tsa/token.ts';
import { refusal } from './support/records.ts';
import {
  CA,
  makeStamp,
  makeToken,
  ROOT,
  SIGNATURE,
  trust,
  TSA,
  USAGE,
  VALIDITY,
  type Odd,
} from './support/timestamps.ts';

const GOOD = makeStamp();
const AUTHORITIES = trust(ROOT);
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const SHA1_OF_ANOTHER = sequence(sequence(sequence(octetString(Buffer.alloc(20)))));

function refuse(stamp: Uint8Array, code: 'RECORD_INVALID' | 'SIGNATURE_INVALID' = 'RECORD_INVALID'): PipeError {
  return refusal(code, () => verifyTimestamp(stamp, SIGNATURE, AUTHORITIES));
}

describe('a signature that does not bind', () => {
  it.each<{ name: string; odd: Odd; says: string; got?: string }>([
    { name: 'whose signer is missing', odd: { holders: [CA] }, says: 'signer is missing', got: 'CN=CA' },
    {
      name: 'by another key',
      odd: { signer: { ...TSA, privateKey: CA.privateKey } },
      says: 'does not hold under the certificate of its signer',
    },
    {
      name: 'that names no certificate',
      odd: { attributes: (...args) => attributesOf(...args).slice(0, 2) },
      says: 'does not name the certificate of its signer',
      got: 'no signingCertificate attribute',
    },
    {
      name: 'that names another certificate',
      odd: { attributes: (content) => attributesOf(content, CA) },
      says: 'does not name the certificate of its signer',
      got: 'the hash of another certificate',
    },
    {
      name: 'that names another certificate by SHA-1 beside its own',
      odd: {
        attributes: (...args) => [
          ...attributesOf(...args),
          encodeAttribute('1.2.840.113549.1.9.16.2.12', SHA1_OF_ANOTHER),
        ],
      },
      says: 'does not name the certificate of its signer',
    },
    {
      name: 'over the digest of other content',
      odd: { attributes: (_, signer) => attributesOf(Buffer.from('other'), signer) },
      says: 'was changed after it was signed',
    },
  ])('is refused: one $name', ({ odd, says, got = '' }) => {
    const error = refuse(makeStamp(odd), 'SIGNATURE_INVALID');
    expect(error.message).toContain(says);
    expect(error.got).toContain(got);
  });

  it('is refused by algorithms that are not taken', () => {
    const sha256 = oid('2.16.840.1.101.3.4.2.1');
    const token = makeToken({});
    const last = token.lastIndexOf(sha256);
    const changed = Buffer.concat([
      token.subarray(0, last),
      oid('2.16.840.1.101.3.4.2.9'),
      token.subarray(last + sha256.length),
    ]);
    const error = refuse(new Uint8Array(encodeGranted(changed)), 'SIGNATURE_INVALID');
    expect(error.message).toContain('by an algorithm that is not taken');
    expect(error.got).toBe('digest 2.16.840.1.101.3.4.2.9, signature 1.2.840.10045.4.3.2, key "ec"');
  });
});

describe('a timestamp of another form', () => {
  const pemInside = makeHolder({
    ...{ subject: 'Other', issuer: CA, ...VALIDITY, usage: USAGE },
    extensions: [encodeExtension('1.2.3.4', false, Buffer.from(`\n${toPem(TSA.certificate)}`))],
  });
  const twice: Odd['attributes'] = (...args) => [...attributesOf(...args), ...attributesOf(...args).slice(1, 2)];

  it.each<{ name: string; odd: Odd; got: string }>([
    {
      name: 'without a digest of its content',
      odd: { attributes: (...args) => attributesOf(...args).filter((_, index) => index !== 1) },
      got: 'the attribute message-digest is missing',
    },
    {
      name: 'with two digests of its content',
      odd: { attributes: twice },
      got: 'the attribute 1.2.840.113549.1.9.4 does not stand there once',
    },
    {
      name: 'without a kind of content among what is signed',
      odd: { attributes: (...args) => attributesOf(...args).slice(1) },
      got: 'nothing',
    },
    {
      name: 'of another kind of content',
      odd: {
        attributes: (...args) => [
          encodeAttribute(CONTENT_TYPE, oid('1.2.840.113549.1.7.1')),
          ...attributesOf(...args).slice(1),
        ],
      },
      got: '1.2.840.113549.1.7.1',
    },
    { name: 'of a later version', odd: { content: sequence(integer(2)) }, got: 'TSTInfo is of version 2' },
    {
      name: 'with a certificate that the library would read as another',
      odd: { signer: pemInside, holders: [pemInside, CA] },
      got: 'a certificate is not X.509',
    },
    {
      name: 'with many certificates',
      odd: { holders: Array.from({ length: 17 }, () => TSA) },
      got: 'more than 16 certificates came along',
    },
  ])('is refused: one $name', ({ odd, got }) => {
    expect(refuse(makeStamp(odd)).got).toBe(got);
  });

  const granted = sequence(integer(0));
  const signedData = (...parts: Buffer[]): Buffer =>
    sequence(granted, sequence(oid('1.2.840.113549.1.7.2'), explicit(0, sequence(...parts))));
  const nested = Array.from({ length: 10_000 }).reduce<Buffer>((inner) => sequence(inner), Buffer.alloc(0));

  it.each([
    { name: 'without a token', der: sequence(granted), got: 'TimeStampResp ends before timeStampToken' },
    { name: 'with bytes behind it', der: Buffer.concat([GOOD, Buffer.of(0)]), got: 'TimeStampResp is followed by' },
    { name: 'as large as no timestamp', der: Buffer.alloc(64 * 1024 + 1), got: '65537 bytes' },
    {
      name: 'of another CMS content',
      der: sequence(granted, sequence(oid('1.2.840.113549.1.7.1'))),
      got: '1.2.840.113549.1.7.1',
    },
    {
      name: 'of another signed content',
      der: signedData(integer(3), setOf(), sequence(oid('1.2.840.113549.1.7.1'))),
      got: '1.2.840.113549.1.7.1',
    },
    { name: 'nested without end', der: nested, got: 'status is of another type: 0x30 instead of 0x02' },
    { name: 'nested without end in the token', der: sequence(granted, nested), got: 'contentType is of another type' },
    { name: 'in BER', der: Buffer.from('30800000', 'hex'), got: 'a length is indefinite' },
    {
      name: 'of two signers',
      der: signedData(
        ...[integer(3), setOf(), sequence(oid(TST_INFO), explicit(0, octetString(Buffer.alloc(0))))],
        setOf(sequence(), sequence()),
      ),
      got: 'SignerInfo does not stand there once',
    },
  ])('is refused: one $name', ({ der, got }) => {
    const error = refuse(new Uint8Array(der));
    expect(error.got).toContain(got);
  });

  it('is refused with the words of the authority that did not grant it', () => {
    const error = refuse(new Uint8Array(encodeRejection(14, 'the clock\nis "away"')));
    expect(error.message).toBe('The authority did not grant the timestamp.');
    expect(error.got).toBe('rejection, timeNotAvailable, "the clock\\nis \\"away\\""');
    expect(error.wanted).toBe('granted or grantedWithMods');
    const waiting = new Uint8Array(sequence(sequence(integer(3))));
    expect(refuse(waiting).got).toBe('waiting');
  });
});
