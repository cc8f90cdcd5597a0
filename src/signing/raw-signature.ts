/** Bytes of r and of s for P-256. */
const PART_BYTES = 32;
const INTEGER = 0x02;
const SEQUENCE = 0x30;

/**
 * A P-256 signature in ASN.1 DER as r and s side by side, 64 bytes, which is what a JWS holds (RFC 7518 §3.4). The
 * signers are trusted to write DER, and what comes out is verified by the caller.
 */
export function toRawSignature(der: Uint8Array): Uint8Array {
  // SEQUENCE, its length in one byte (two integers of at most 33 bytes fit), then the integers.
  const r = readInteger(der, 2);
  const s = readInteger(der, r.end);
  const raw = new Uint8Array(2 * PART_BYTES);
  raw.set(r.value, PART_BYTES - r.value.length);
  raw.set(s.value, 2 * PART_BYTES - s.value.length);
  return raw;
}

/** Without leading zeros: DER puts one before a value that would look negative, and leaves out those that say nothing. */
function readInteger(der: Uint8Array, at: number): { readonly value: Uint8Array; readonly end: number } {
  const end = at + 2 + (der[at + 1] ?? 0);
  const bytes = der.subarray(at + 2, end);
  const first = bytes.findIndex((byte) => byte !== 0);
  const value = bytes.subarray(first === -1 ? bytes.length : first);
  if (der[at] !== INTEGER || end > der.length || value.length > PART_BYTES)
    throw new Error('no DER signature of P-256');
  return { value, end };
}

/**
 * r and s side by side as ASN.1 DER, which is what a DSSE envelope holds.
 * @returns undefined for anything but 64 bytes
 */
export function toDerSignature(raw: Uint8Array): Uint8Array | undefined {
  if (raw.length !== 2 * PART_BYTES) return undefined;
  const integers = [...writeInteger(raw.subarray(0, PART_BYTES)), ...writeInteger(raw.subarray(PART_BYTES))];
  return Uint8Array.of(SEQUENCE, integers.length, ...integers);
}

/** As short as it can be, and one zero before a first bit that would make it negative. */
function writeInteger(part: Uint8Array): readonly number[] {
  const first = part.findIndex((byte) => byte !== 0);
  const bytes = first === -1 ? [0] : [...part.subarray(first)];
  const positive = (bytes[0] ?? 0) >= 0x80 ? [0, ...bytes] : bytes;
  return [INTEGER, positive.length, ...positive];
}
