import { constants, createHash, createPublicKey, publicEncrypt, type KeyObject } from 'node:crypto';
import { countBits, toBytes, toInteger } from './modular.ts';
import { readBase64url } from './parts.ts';
import { Unfit } from './unfit.ts';
import type { IssuerRsaKey } from './types.ts';

/** The same bounds as for the token itself: below too weak, above a waste. */
const MODULUS_BITS = { min: 2048, max: 8192 };
const MAX_EXPONENT = 2n ** 32n;
/** DER of what comes before a SHA-256 in a PKCS #1 v1.5 signature (RFC 8017 §9.2, note 1). */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** A public RSA key, ready to compute with. */
export interface RsaKey {
  readonly n: bigint;
  readonly e: bigint;
  /** Length of n. */
  readonly bytes: number;
  /** base^e mod n, by OpenSSL. The base is below n and as long as it. */
  raise(base: Uint8Array): Buffer;
}

/** An issuer's key, which has a name. */
export interface ReadIssuerKey extends RsaKey {
  readonly kid: string;
  /** RFC 7638 thumbprint, SHA-256, base64url. */
  readonly jkt: string;
}

/** A reader of records reads its issuers' keys once and checks thousands of records with them. */
const known = new WeakMap<IssuerRsaKey, ReadIssuerKey>();

export function readIssuerKey(issuerKey: IssuerRsaKey): ReadIssuerKey {
  const read = known.get(issuerKey) ?? readNew(issuerKey);
  known.set(issuerKey, read);
  return read;
}

function readNew({ kid, n: modulus, e: exponent }: IssuerRsaKey): ReadIssuerKey {
  const n = toInteger(readBase64url(modulus, "the modulus of the issuer's key"));
  const e = toInteger(readBase64url(exponent, "the exponent of the issuer's key"));
  const bits = countBits(n);
  if (bits < MODULUS_BITS.min || bits > MODULUS_BITS.max || n % 2n === 0n) {
    const sizes = `${String(MODULUS_BITS.min)} to ${String(MODULUS_BITS.max)}`;
    throw new Unfit(`the issuer's key has a modulus of ${String(bits)} bits, not an odd one of ${sizes}`);
  }
  if (e < 3n || e % 2n === 0n || e > MAX_EXPONENT) {
    throw new Unfit(`the issuer's key has the exponent ${String(e).slice(0, 20)}, not an odd one from 3 to 2^32`);
  }
  return { kid, jkt: thumbprint(n, e), ...makeRsaKey(n, e) };
}

export function makeRsaKey(n: bigint, e: bigint): RsaKey {
  const key = createPublicKey({ key: { kty: 'RSA', n: encode(n), e: encode(e) }, format: 'jwk' });
  return { n, e, bytes: Math.ceil(countBits(n) / 8), raise: (base) => raise(key, base) };
}

function raise(key: KeyObject, base: Uint8Array): Buffer {
  return publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, base);
}

function thumbprint(n: bigint, e: bigint): string {
  return createHash('sha256')
    .update(JSON.stringify({ e: encode(e), kty: 'RSA', n: encode(n) }))
    .digest('base64url');
}

/** Without leading zeros (RFC 7518 §6.3.1): the thumbprint must not hang on how the issuer writes its key. */
function encode(value: bigint): string {
  return toBytes(value, Math.ceil(countBits(value) / 8)).toString('base64url');
}

/** What RS256 raises to the private exponent: EMSA-PKCS1-v1_5 of the text's SHA-256 (RFC 8017 §9.2). */
export function encodeForRs256(text: string, { bytes }: RsaKey): Buffer {
  const digest = createHash('sha256').update(text).digest();
  const encoded = Buffer.alloc(bytes, 0xff);
  encoded.set([0x00, 0x01]);
  const start = bytes - DIGEST_INFO.length - digest.length;
  encoded[start - 1] = 0x00;
  encoded.set(DIGEST_INFO, start);
  encoded.set(digest, start + DIGEST_INFO.length);
  return encoded;
}
