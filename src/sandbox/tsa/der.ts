/** One element of DER: its tag, and what is inside. */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag, ...lengthOctets(value.length)), value]);
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let left = length; left > 0; left >>= 8) octets.unshift(left & 0xff);
  return [0x80 + octets.length, ...octets];
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, ...parts);
/** DER sorts the elements of a SET OF. */
export const setOf = (...parts: readonly Uint8Array[]): Buffer =>
  tlv(0x31, ...parts.toSorted((a, b) => Buffer.compare(a, b)));
export const explicit = (number: number, ...parts: readonly Uint8Array[]): Buffer => tlv(0xa0 + number, ...parts);
export const octetString = (bytes: Uint8Array): Buffer => tlv(0x04, bytes);
export const bitString = (bytes: Uint8Array, unused = 0): Buffer => tlv(0x03, Buffer.of(unused), bytes);
export const utf8 = (text: string): Buffer => tlv(0x0c, Buffer.from(text));
export const boolean = (value: boolean): Buffer => tlv(0x01, Buffer.of(value ? 0xff : 0));

/** A number that is not negative. */
export function integer(value: number): Buffer {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return tlv(0x02, ...((bytes[0] ?? 0) >= 0x80 ? [Buffer.of(0)] : []), bytes);
}

export function oid(dotted: string): Buffer {
  const [root = 0, second = 0, ...arcs] = dotted.split('.').map(Number);
  return tlv(0x06, ...[root * 40 + second, ...arcs].map((arc) => Buffer.from(base128(arc))));
}

function base128(arc: number): number[] {
  const octets = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) octets.unshift((left % 128) + 128);
  return octets;
}

/** Milliseconds since 1970 as GeneralizedTime, with as few digits as it needs (RFC 3161 §2.4.2). */
export function generalizedTime(at: number): Buffer {
  const [whole = '', fraction = ''] = new Date(at)
    .toISOString()
    .replaceAll(/[-:TZ]/g, '')
    .split('.');
  const digits = fraction.replace(/0+$/, '');
  return tlv(0x18, Buffer.from(`${whole}${digits === '' ? '' : `.${digits}`}Z`));
}

/** As a certificate has it (RFC 5280 §4.1.2.5): without the century before 2050, without parts of a second. */
export function certificateTime(at: number): Buffer {
  const seconds = Math.floor(at / 1000) * 1000;
  const time = generalizedTime(seconds);
  return new Date(seconds).getUTCFullYear() < 2050 ? tlv(0x17, time.subarray(4)) : time;
}

export interface Element {
  readonly tag: number;
  readonly value: Buffer;
}

/** The elements that stand side by side in the bytes; undefined where one has a length that is not DER's, or is cut off. */
export function readElements(bytes: Buffer): readonly Element[] | undefined {
  const found: Element[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const tag = bytes[offset] ?? 0;
    const first = bytes[offset + 1] ?? 0;
    const start = offset + 2 + (first < 0x80 ? 0 : first - 0x80);
    const length = first < 0x80 ? first : Number(`0x0${bytes.subarray(offset + 2, start).toString('hex')}`);
    const value = bytes.subarray(start, start + length);
    // Written again it must be the same: that leaves one way to write a length.
    if (!tlv(tag, value).equals(bytes.subarray(offset, start + length)) || value.length !== length) return undefined;
    found.push({ tag, value });
    offset = start + length;
  }
  return found;
}
