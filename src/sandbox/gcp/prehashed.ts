import { constants, createECDH, privateEncrypt, type KeyObject } from 'node:crypto';

/** The order of P-256. */
const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
/** `DigestInfo` of SHA-256 (RFC 8017 §9.2), which the digest follows. */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/**
 * A signature over a SHA-256 digest. Node signs what it hashes itself; a key service gets the digest alone, so the last
 * step of each algorithm stands here.
 */
export function signPrehashed(privateKey: KeyObject, digest: Uint8Array): Buffer {
  if (privateKey.asymmetricKeyType !== 'rsa') return signEcdsa(privateKey, digest);
  const padded = Buffer.concat([DIGEST_INFO, digest]);
  return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, padded);
}

/** ECDSA on P-256, in DER (FIPS 186-5 §6.4.1). */
function signEcdsa(privateKey: KeyObject, digest: Uint8Array): Buffer {
  const { d = '' } = privateKey.export({ format: 'jwk' });
  const once = createECDH('prime256v1');
  const point = once.generateKeys();
  const k = toNumber(once.getPrivateKey());
  const r = toNumber(point.subarray(1, 33)) % ORDER;
  const s = (power(k, ORDER - 2n) * (toNumber(digest) + r * toNumber(Buffer.from(d, 'base64url')))) % ORDER;
  const body = Buffer.concat([derInteger(r), derInteger(s)]);
  return Buffer.concat([Buffer.of(0x30, body.byteLength), body]);
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base % ORDER];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % ORDER;
    square = (square * square) % ORDER;
  }
  return result;
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex');
  const positive = (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]);
  return Buffer.concat([Buffer.of(0x02, positive.byteLength), positive]);
}
