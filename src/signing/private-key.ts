import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { Secret } from '../secret.ts';
import { readKeyText } from './key-text.ts';
import { unusableKey } from './unusable-key.ts';

/** As OpenSSL and as JWK name them. */
const CURVES: readonly (readonly [openssl: string, jwk: string])[] = [
  ['secp224r1', 'P-224'],
  ['secp384r1', 'P-384'],
  ['secp521r1', 'P-521'],
  ['secp256k1', 'secp256k1'],
];
const PROBE = new TextEncoder().encode('vercel-oidc-deploy: does this key fit itself?');

/**
 * The P-256 key pair in the value of `SIGNING_KEY`.
 * @throws {PipeError} `SIGNING_KEY_INVALID`; it says what was got by kind.
 */
export function readPrivateKey(value: Secret): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  const { form, text } = readKeyText(value);
  const privateKey = form === 'jwk' ? importJwk(text) : importPem(text);
  checkCurve(privateKey);
  const publicKey = createPublicKey(privateKey);
  // A key file may name the public half of another key; its records would verify under neither.
  if (!fits(privateKey, publicKey)) throw unusableKey('a private key with the public part of another key');
  return { privateKey, publicKey };
}

/** A number that is none of the curve's is read like any other, and only whoever signs with it hears of it. */
function fits(privateKey: KeyObject, publicKey: KeyObject): boolean {
  try {
    return verify('sha256', PROBE, publicKey, sign('sha256', PROBE, privateKey));
  } catch {
    return false;
  }
}

function importPem(pem: Secret): KeyObject {
  try {
    return createPrivateKey({ key: pem.reveal(), format: 'pem' });
  } catch {
    // The library's own error is dropped: nothing of the key may be in an error of ours.
    throw unusableKey('a PEM that holds no readable private key');
  }
}

function importJwk(json: Secret): KeyObject {
  const jwk = parseJwk(json);
  checkJwk(jwk);
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' });
  } catch {
    throw unusableKey('a JWK whose d, x and y are no P-256 key');
  }
}

function parseJwk(json: Secret): Record<string, unknown> {
  try {
    return JSON.parse(json.reveal()) as Record<string, unknown>;
  } catch {
    throw unusableKey('text that begins like a JWK and is not JSON (a shell may have taken its quotes: use base64)');
  }
}

function checkJwk({ keys, kty, crv, d }: Record<string, unknown>): void {
  if (keys !== undefined) throw unusableKey('a JWK set');
  if (kty === 'RSA') throw unusableKey('an RSA key');
  if (kty === 'oct') throw unusableKey('a symmetric key');
  if (kty === 'OKP') throw unusableKey('an Ed25519 key or another of kind OKP');
  if (kty !== 'EC') throw unusableKey('JSON that is not a key');
  if (crv !== 'P-256') throw unusableKey(nameCurve(crv));
  if (d === undefined) throw unusableKey('a public key');
}

function checkCurve({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): void {
  if (asymmetricKeyType === 'rsa' || asymmetricKeyType === 'rsa-pss') throw unusableKey('an RSA key');
  if (asymmetricKeyType === 'ed25519') throw unusableKey('an Ed25519 key');
  if (asymmetricKeyType !== 'ec') throw unusableKey('a private key of another algorithm');
  const curve = asymmetricKeyDetails?.namedCurve;
  if (curve !== 'prime256v1') throw unusableKey(nameCurve(curve));
}

/** Only names that we know: a text from the key's own JSON could be anything. */
function nameCurve(curve: unknown): string {
  const known = CURVES.find(([openssl, jwk]) => openssl === curve || jwk === curve);
  return `an EC key on ${known?.[1] ?? 'another curve'}`;
}
