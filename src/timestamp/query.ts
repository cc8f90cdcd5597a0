/** DER of SHA-256's AlgorithmIdentifier, with the NULL that old authorities insist on. */
const SHA256 = Buffer.from('300d06096086480165030402010500', 'hex');
const VERSION_1 = Buffer.from('020101', 'hex');
const TRUE = Buffer.from('0101ff', 'hex');
const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const SEQUENCE = 0x30;
const SHORT_LENGTH = 0x80;

export const QUERY_TYPE = 'application/timestamp-query';
export const REPLY_TYPE = 'application/timestamp-reply';

/**
 * A TimeStampReq (RFC 3161 §2.4.1) that asks for the certificates too: a record must be checked without any network.
 * @param digest SHA-256 of what is to be stamped.
 * @param nonce the octets of a positive INTEGER in its shortest form.
 */
export function encodeQuery(digest: Uint8Array, nonce: Uint8Array): Uint8Array {
  const imprint = encode(SEQUENCE, SHA256, encode(OCTET_STRING, digest));
  return new Uint8Array(encode(SEQUENCE, VERSION_1, imprint, encode(INTEGER, nonce), TRUE));
}

/** Random bytes as the octets of an INTEGER from 2^(8n-2): never negative, never shorter. */
export function toNonce(random: Uint8Array): Uint8Array {
  const [first = 0, ...rest] = random;
  return Uint8Array.of((first & 0x7f) | 0x40, ...rest);
}

/** A request has about 70 bytes; every length in it fits into one octet. */
function encode(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts);
  if (value.length >= SHORT_LENGTH) throw new Error('too long for a short length');
  return Buffer.concat([Buffer.of(tag, value.length), value]);
}
