import { createPublicKey, type KeyObject } from 'node:crypto';
import { keyIdOfP256, thumbprintOfP256 } from '../digest.ts';
import { PipeError } from '../errors.ts';

const FIX =
  'Make it from the private key: openssl pkey -in key.pem -pubout (keep the private key itself out of this place).';

const PRIVATE_PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** A public key that the reader of a record trusts. */
export interface TrustedKey {
  readonly keyId: string;
  readonly jwkThumbprint: string;
  readonly key: KeyObject;
}

/**
 * The P-256 keys of an SPKI PEM, a JWK or a JWK set. Other keys of a set are left out: they cannot have signed a record.
 * @throws {PipeError} `TRUST_MATERIAL_INVALID` where none is left, or where a private key was given.
 */
export function parseTrustedKeys(text: string): readonly TrustedKey[] {
  const keys = text.trimStart().startsWith('{') ? parseJwks(text) : [parsePem(text)];
  const usable = keys.flatMap((key) => describeKey(key) ?? []);
  if (usable.length > 0) return usable;
  throw unusable(keys.length === 1 ? 'a key of another kind' : `${String(keys.length)} keys, none of them P-256`);
}

function parsePem(text: string): KeyObject | undefined {
  if (PRIVATE_PEM.test(text)) throw unusable('a private key');
  if (!text.includes('-----BEGIN PUBLIC KEY-----')) throw unusable('text that is neither a public key in PEM nor JSON');
  return toPublicKey(() => createPublicKey({ key: text, format: 'pem', type: 'spki' }));
}

function parseJwks(text: string): readonly (KeyObject | undefined)[] {
  const value = parseJson(text);
  const list = Array.isArray(value['keys']) ? (value['keys'] as readonly unknown[]) : [value];
  return list.map((item) => {
    const jwk = typeof item === 'object' && item !== null ? (item as Record<string, unknown>) : {};
    if ('d' in jwk) throw unusable('a private key');
    return toPublicKey(() => createPublicKey({ key: jwk, format: 'jwk' }));
  });
}

function parseJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw unusable('text that begins like JSON and is not');
  }
}

/**
 * The same keys, each as SPKI PEM.
 * @throws {PipeError} `TRUST_MATERIAL_INVALID`, as {@link parseTrustedKeys} does.
 */
export function toPublicPems(text: string): readonly string[] {
  return parseTrustedKeys(text).map(({ key }) => key.export({ type: 'spki', format: 'pem' }) as string);
}

/** A P-256 key from what a list of keys has of it; undefined for anything else, a private key too. */
export function readListedKey({
  jwk,
  pem,
}: {
  readonly jwk?: Record<string, unknown>;
  readonly pem?: string;
}): TrustedKey | undefined {
  if (jwk) return 'd' in jwk ? undefined : describeKey(toPublicKey(() => createPublicKey({ key: jwk, format: 'jwk' })));
  if (!pem?.includes('-----BEGIN PUBLIC KEY-----') || PRIVATE_PEM.test(pem)) return undefined;
  return describeKey(toPublicKey(() => createPublicKey({ key: pem, format: 'pem', type: 'spki' })));
}

/** The library's own error is dropped: it can hold parts of the text. */
function toPublicKey(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Undefined for a key of another kind. */
export function describeKey(key: KeyObject | undefined): TrustedKey | undefined {
  if (key?.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return undefined;
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return { key, keyId: keyIdOfP256({ x, y }), jwkThumbprint: thumbprintOfP256({ x, y }) };
}

function unusable(got: string): PipeError {
  return new PipeError({
    code: 'TRUST_MATERIAL_INVALID',
    message: 'The trusted key cannot be used.',
    got,
    wanted: 'an EC P-256 public key: SPKI PEM, JWK or JWK set',
    fix: FIX,
  });
}
