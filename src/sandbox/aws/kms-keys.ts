import { createECDH, generateKeyPairSync, privateEncrypt, randomBytes, type KeyObject } from 'node:crypto';

/** Order of the group of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** ASN.1 of "a SHA-256 follows" (RFC 8017 §9.2). */
const SHA256_PREFIX = Buffer.from('3031300d060960864801650304020105000420', 'hex');

export function makeP256Key(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
}

/** Signs a digest as it is. Node's own signing hashes what it gets, so a digest would be hashed twice. */
export function signDigest(key: KeyObject, digest: Buffer): Buffer {
  return key.asymmetricKeyType === 'rsa'
    ? privateEncrypt(key, Buffer.concat([SHA256_PREFIX, digest]))
    : signEcdsa(key, digest);
}

/** ECDSA (FIPS 186-5 §6.4.1), in DER. */
function signEcdsa(key: KeyObject, digest: Buffer): Buffer {
  const d = toNumber(Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url'));
  const once = createECDH('prime256v1');
  const nonce = 1n + (toNumber(randomBytes(40)) % (ORDER - 1n));
  once.setPrivateKey(toBytes(nonce));
  // Of the point's uncompressed form, behind its first byte.
  const r = toNumber(once.getPublicKey().subarray(1, 33)) % ORDER;
  const s = (power(nonce, ORDER - 2n) * (toNumber(digest) + r * d)) % ORDER;
  const integers = Buffer.concat([toInteger(r), toInteger(s)]);
  return Buffer.concat([Buffer.of(0x30, integers.length), integers]);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % ORDER;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % ORDER;
    square = (square * square) % ORDER;
  }
  return result;
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function toBytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}

function toInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  // A first bit that is set would make it negative.
  const positive = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([Buffer.of(0x02, positive.length), positive]);
}
