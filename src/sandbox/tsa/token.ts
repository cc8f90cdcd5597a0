import { createHash, sign } from 'node:crypto';
import { ECDSA_SHA256, type Holder } from './certificate.ts';
import { bitString, explicit, generalizedTime, integer, octetString, oid, sequence, setOf, tlv, utf8 } from './der.ts';

export const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'));
const POLICY = '1.3.6.1.4.1.99999.1.1';

/** What a timestamp says (RFC 3161 §2.4.2). */
export interface Info {
  /** SHA-256. */
  readonly imprint: Uint8Array;
  /** DER of the INTEGER, as it was asked. */
  readonly nonce?: Buffer;
  readonly serial: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export function encodeInfo({ imprint, nonce, serial, at }: Info): Buffer {
  return sequence(
    ...[integer(1), oid(POLICY), sequence(SHA256, octetString(imprint)), integer(serial), generalizedTime(at)],
    // Accurate to a second.
    ...[sequence(integer(1)), ...(nonce ? [nonce] : [])],
  );
}

export function encodeAttribute(type: string, value: Buffer): Buffer {
  return sequence(oid(type), setOf(value));
}

/** What an authority signs: the kind of content, its digest, and which certificate is its own. */
export function attributesOf(info: Uint8Array, { certificate }: Pick<Holder, 'certificate'>): Buffer[] {
  return [
    encodeAttribute('1.2.840.113549.1.9.3', oid(TST_INFO)),
    encodeAttribute('1.2.840.113549.1.9.4', octetString(sha256(info))),
    encodeAttribute('1.2.840.113549.1.9.16.2.47', sequence(sequence(sequence(octetString(sha256(certificate)))))),
  ];
}

/** CMS SignedData over TSTInfo (RFC 5652), by one signer. */
export function encodeToken(
  info: Uint8Array,
  signer: Pick<Holder, 'issuer' | 'serial' | 'privateKey'>,
  certificates: readonly Buffer[],
  attributes: readonly Buffer[],
): Buffer {
  const signed = setOf(...attributes);
  const signerInfo = sequence(
    ...[integer(1), sequence(signer.issuer, signer.serial), SHA256],
    // The same set under another tag.
    Buffer.concat([Buffer.of(0xa0), signed.subarray(1)]),
    ...[ECDSA_SHA256, octetString(sign('sha256', signed, signer.privateKey))],
  );
  const signedData = sequence(
    ...[integer(3), setOf(SHA256), sequence(oid(TST_INFO), explicit(0, octetString(info)))],
    ...[tlv(0xa0, ...certificates.toSorted((a, b) => Buffer.compare(a, b))), setOf(signerInfo)],
  );
  return sequence(oid(SIGNED_DATA), explicit(0, signedData));
}

/** TimeStampResp, granted. */
export function encodeGranted(token: Buffer): Buffer {
  return sequence(sequence(integer(0)), token);
}

/** TimeStampResp, rejected: `bit` is PKIFailureInfo's. */
export function encodeRejection(bit: number, text: string): Buffer {
  const bytes = Buffer.alloc(Math.floor(bit / 8) + 1);
  bytes[bytes.length - 1] = 0x80 >> (bit % 8);
  return sequence(sequence(integer(2), sequence(utf8(text)), bitString(bytes, 7 - (bit % 8))));
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
