import { describe, expect, it } from '@jest/globals';
import { verifyTimestamp } from '../../src/record/timestamp.ts';
import { encodeExtension } from '../../src/sandbox/tsa/certificate.ts';
import { octetString, oid, sequence, setOf, tlv } from '../../src/sandbox/tsa/der.ts';
import { attributesOf, encodeInfo } from '../../src/sandbox/tsa/token.ts';
import { addPart, editDer, IN_RESPONSE, replacePart, type Edit } from './support/der.ts';
import { refusal } from './support/records.ts';
import { AT, imprintOf, makeStamp, ROOT, SIGNATURE, trust, TSA, type Odd } from './support/timestamps.ts';

const GOOD = makeStamp();
const AUTHORITIES = trust(ROOT);
const VERIFIED = { at: AT, authority: 'O=Sandbox, CN=TSA' };
/** NULL, which has no place anywhere. */
const ODD = Buffer.of(0x05, 0x00);
const INFO = encodeInfo({ imprint: imprintOf(SIGNATURE), serial: 1, at: AT });

const verify = (stamp: Uint8Array): unknown => verifyTimestamp(new Uint8Array(stamp), SIGNATURE, AUTHORITIES);
const gotOf = (stamp: Uint8Array): string | undefined => refusal('RECORD_INVALID', () => verify(stamp)).got;
const withInfo = (path: readonly number[], edit: Edit): Uint8Array => makeStamp({ content: editDer(INFO, path, edit) });
const withAttribute = (at: number, edit: Edit): Uint8Array =>
  makeStamp({
    attributes: (...args) => attributesOf(...args).with(at, editDer(attributesOf(...args)[at] ?? ODD, [], edit)),
  });

describe('a timestamp with a field too many', () => {
  it.each<{ name: string; stamp: Uint8Array }>([
    { name: 'TimeStampResp', stamp: editDer(GOOD, IN_RESPONSE.response, addPart(ODD)) },
    { name: 'PKIStatusInfo', stamp: editDer(GOOD, IN_RESPONSE.status, addPart(ODD)) },
    { name: 'timeStampToken', stamp: editDer(GOOD, IN_RESPONSE.contentInfo, addPart(ODD)) },
    { name: 'SignedData', stamp: editDer(GOOD, IN_RESPONSE.signedData, addPart(ODD)) },
    { name: 'encapContentInfo', stamp: editDer(GOOD, IN_RESPONSE.encapsulated, addPart(ODD)) },
    { name: 'SignerInfo', stamp: editDer(GOOD, IN_RESPONSE.signer, addPart(ODD)) },
    { name: 'TSTInfo', stamp: withInfo([], addPart(ODD)) },
    { name: 'messageImprint', stamp: withInfo([2], addPart(ODD)) },
    { name: 'Attribute', stamp: withAttribute(1, addPart(ODD)) },
  ])('is refused: in $name', ({ name, stamp }) => {
    expect(gotOf(stamp)).toBe(`${name} has a field 0x05 too many`);
  });

  it('is refused: in an extension', () => {
    const extension = editDer(encodeExtension('1.2.3.4', false, ODD), [], addPart(ODD));
    expect(gotOf(withInfo([], addPart(tlv(0xa1, extension))))).toBe('Extension has a field 0x05 too many');
  });
});

describe('a timestamp with what its signer may add', () => {
  const attributeCertificate = tlv(0xa1, sequence());
  it.each([
    { name: 'lists of revoked certificates', stamp: editDer(GOOD, IN_RESPONSE.signedData, insertAt(4, tlv(0xa1))) },
    { name: 'attributes that nobody signed', stamp: editDer(GOOD, IN_RESPONSE.signer, addPart(tlv(0xa1, ODD))) },
    {
      name: 'certificates of other kinds',
      stamp: editDer(GOOD, IN_RESPONSE.certificates, addPart(attributeCertificate)),
    },
    {
      name: 'an extension that nobody has to know',
      stamp: withInfo([], addPart(tlv(0xa1, encodeExtension('1.2.3.4', false, ODD)))),
    },
    { name: 'sixteen certificates', stamp: makeStamp({ holders: Array.from({ length: 16 }, () => TSA) }), by: TSA },
  ])('holds: $name', ({ stamp, by = ROOT }) => {
    expect(verifyTimestamp(new Uint8Array(stamp), SIGNATURE, trust(by))).toEqual(VERIFIED);
  });

  it('holds up to 64 KiB', () => {
    const padded = (length: number): Buffer =>
      editDer(GOOD, IN_RESPONSE.signer, addPart(tlv(0xa1, octetString(Buffer.alloc(length)))));
    const room = 60_000 + 65_536 - padded(60_000).length;
    expect(padded(room)).toHaveLength(65_536);
    expect(verify(padded(room))).toEqual(VERIFIED);
    expect(gotOf(padded(room + 1))).toBe('65537 bytes');
  });
});

describe('a timestamp', () => {
  it('is refused with a critical extension, which would have to be known', () => {
    const critical = tlv(0xa1, encodeExtension('1.2.3.4', true, ODD));
    expect(gotOf(withInfo([], addPart(critical)))).toBe('TSTInfo has a critical extension 1.2.3.4, which is not known');
  });

  it('is refused with an extension twice', () => {
    const extension = encodeExtension('1.2.3.4', false, ODD);
    const twice = tlv(0xa1, extension, extension);
    expect(gotOf(withInfo([], addPart(twice)))).toBe('the extension 1.2.3.4 stands there twice');
  });

  it('is refused with an imprint by another hash, whatever its bytes are', () => {
    const stamp = withInfo([2], replacePart(0, sequence(oid('2.16.840.1.101.3.4.2.2'))));
    const error = refusal('RECORD_INVALID', () => verify(stamp));
    expect(error.message).toBe("The timestamp's imprint is of another kind.");
    expect([error.got, error.wanted]).toEqual(['2.16.840.1.101.3.4.2.2', '2.16.840.1.101.3.4.2.1 (SHA-256)']);
  });

  it.each([
    { name: 'none', values: [] },
    { name: 'two', values: [octetString(imprintOf(INFO)), octetString(Buffer.alloc(32))] },
  ])('is refused with $name in the place of one signed digest', ({ values }) => {
    const stamp = withAttribute(1, replacePart(1, setOf(...values)));
    expect(gotOf(stamp)).toBe('the attribute 1.2.840.113549.1.9.4 does not stand there once');
  });

  it('of something else shows no more of its imprint than the right one has', () => {
    const odd: Odd = { info: { imprint: Buffer.alloc(1000) } };
    expect(refusal('SIGNATURE_INVALID', () => verify(makeStamp(odd))).got).toBe(`imprint ${'00'.repeat(32)}`);
  });
});

function insertAt(at: number, part: Uint8Array): Edit {
  return (parts) => (parts as readonly Uint8Array[]).toSpliced(at, 0, part);
}
