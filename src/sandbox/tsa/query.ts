import { oid, readElements, tlv, type Element } from './der.ts';

/** A request that can be granted. */
export interface Query {
  readonly imprint: Buffer;
  /** DER of the INTEGER. */
  readonly nonce: Buffer;
}

/** Why a request is rejected: the bit of PKIFailureInfo, and words. */
export interface Fault {
  readonly bit: number;
  readonly text: string;
}

const BAD_ALGORITHM = 0;
const BAD_REQUEST = 2;
const BAD_FORMAT = 5;
const UNACCEPTED_POLICY = 15;
const UNACCEPTED_EXTENSION = 16;
const SHA256 = oid('2.16.840.1.101.3.4.2.1');
const NULL = Buffer.of(5, 0);
const MIN_NONCE_BYTES = 8;

/** Reads a TimeStampReq (RFC 3161 §2.4.1): of SHA-256, with a nonce that nobody guesses, and with the certificates. */
export function readQuery(body: Buffer): Query | Fault {
  const [request, ...behind] = readElements(body) ?? [];
  const parts = request?.tag === 0x30 ? readElements(request.value) : undefined;
  if (!parts || behind.length > 0) return { bit: BAD_FORMAT, text: 'the request is not one TimeStampReq in DER' };
  const [version, imprint, ...options] = parts;
  if (version?.tag !== 0x02 || !version.value.equals(Buffer.of(1))) return { bit: BAD_REQUEST, text: 'not version 1' };
  const digest = readImprint(imprint);
  return Buffer.isBuffer(digest) ? readOptions(digest, options) : digest;
}

function readImprint(imprint: Element | undefined): Buffer | Fault {
  const [algorithm, digest, ...more] = (imprint?.tag === 0x30 ? readElements(imprint.value) : undefined) ?? [];
  if (algorithm?.tag !== 0x30 || digest?.tag !== 0x04 || more.length > 0) {
    return { bit: BAD_FORMAT, text: 'messageImprint is malformed' };
  }
  const isSha256 = [SHA256, Buffer.concat([SHA256, NULL])].some((known) => known.equals(algorithm.value));
  if (!isSha256) return { bit: BAD_ALGORITHM, text: 'only SHA-256 is stamped' };
  return digest.value.length === 32 ? digest.value : { bit: BAD_FORMAT, text: 'hashedMessage has not 32 bytes' };
}

/** Each of the optional fields has a tag of its own, and they stand in this order. */
function readOptions(imprint: Buffer, options: readonly Element[]): Query | Fault {
  const tags = options.map(({ tag }) => tag);
  if (tags.includes(0x06))
    return { bit: UNACCEPTED_POLICY, text: 'there is one policy, which is not asked for by name' };
  if (tags.includes(0xa0)) return { bit: UNACCEPTED_EXTENSION, text: 'no extension is known' };
  const [nonce, certReq, ...more] = options;
  if (nonce?.tag !== 0x02) return { bit: BAD_REQUEST, text: 'the nonce is missing' };
  const [first = 0, second = 0] = nonce.value;
  if (first >= 0x80 || (first === 0 && second < 0x80))
    return { bit: BAD_FORMAT, text: 'the nonce is not a positive DER integer' };
  if (nonce.value.length < MIN_NONCE_BYTES) return { bit: BAD_REQUEST, text: 'the nonce has less than 64 bits' };
  if (certReq?.tag !== 0x01 || !certReq.value.equals(Buffer.of(0xff)) || more.length > 0) {
    return { bit: BAD_REQUEST, text: 'certReq is not TRUE, or something follows it' };
  }
  return { imprint, nonce: tlv(0x02, nonce.value) };
}
