/** Castagnoli's polynomial, reversed. */
const POLYNOMIAL = 0x82f63b78;
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
});

/** CRC-32C (RFC 3720 §12.1): the checksum that Google's services give with what they send. Proof against accidents alone. */
export function crc32c(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (TABLE[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

/** Whether a checksum as Google writes it, an int64 in JSON: digits in quotes, is the one of these bytes. */
export function fitsCrc32c(bytes: Uint8Array, told: unknown): boolean {
  return (typeof told === 'string' || typeof told === 'number') && String(told) === String(crc32c(bytes));
}
