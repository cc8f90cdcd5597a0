import { createPublicKey } from 'node:crypto';
import type { Envelope } from './bundle.ts';
import type { ListedKey } from './key-list.ts';
import { follow, parseLoosely } from './loose-json.ts';
import { describeKey, type TrustedKey } from './public-key.ts';
import { missTrust, quote, refuseRecord, refuseSignature } from './refuse.ts';
import type { Trust } from './trust.ts';

/** The key that a record's signature is checked with, and why it is that one. */
export type Signing =
  | { readonly kind: 'bare'; readonly key: TrustedKey }
  | { readonly kind: 'listed'; readonly key: TrustedKey; readonly entries: readonly ListedKey[] }
  /** From the record's own proof, which is yet to be checked. */
  | { readonly kind: 'bound'; readonly key: TrustedKey };

const MODES: readonly unknown[] = ['keyless', 'key', 'vault', 'aws-kms', 'gcp-kms', 'azure-key-vault'];
const MAX_NAMED = 3;

/** The path to the object that has `signer` and `oidc`. */
export type Place = readonly string[];
const RECORD_PLACE: Place = ['predicate'];

/**
 * A key that is trusted; else, of a keyless record, the one that its proof names. A list says more of a key than the
 * bare key does, so where both have it, the list counts.
 * @param place where the statement tells of its signer and token; of a record by default.
 * @throws {PipeError} `TRUST_MATERIAL_MISSING` where nothing was given that could check such a record,
 * `SIGNATURE_INVALID` for a key that is not among those that were, `RECORD_INVALID`.
 */
export function findSigner(envelope: Envelope, trust: Trust, place: Place = RECORD_PLACE): Signing {
  const { keyId, payload } = envelope;
  const entries = trust.listed.get(keyId);
  if (entries?.[0]) return { kind: 'listed', key: entries[0], entries };
  const key = trust.keys.get(keyId);
  if (key) return { kind: 'bare', key };

  const { mode, proof } = peek(payload, place);
  if (mode === 'keyless' || proof !== undefined) {
    if (!trust.issuers) throw missIssuers();
    return { kind: 'bound', key: readBoundKey(proof, keyId) };
  }
  const known = [...new Set([...trust.listed.keys(), ...trust.keys.keys()])];
  if (known.length > 0) throw refuseKey(keyId, known);
  if (!MODES.includes(mode)) {
    throw refuseRecord('The payload is not a record: it names no kind of signer.', quote(mode), 'a mode of signer');
  }
  throw missTrust(
    'No key was given to check this record with.',
    `a record by a key of its own (${quote(mode)})`,
    `the public key ${quote(keyId)}`,
    'Give its public key (--key) or a list of keys (--keys), from a place that you trust.',
  );
}

export function refuseKey(keyId: string, trusted: readonly string[]): Error {
  const more = trusted.length > MAX_NAMED ? ` or ${String(trusted.length - MAX_NAMED)} others` : '';
  return refuseSignature(
    'The record was signed by another key than the one that is trusted.',
    `key id ${quote(keyId)}`,
    `${trusted.slice(0, MAX_NAMED).join(' or ')}${more}`,
    'Check the record with the public key of its own signer, if that is a key which you trust.',
  );
}

function missIssuers(): Error {
  return missTrust(
    "The record is keyless: it can only be checked with its token issuer's keys.",
    "no issuer's keys",
    "the issuer's archived keys",
    'Give them with --issuer-keys: the file that COMMAND: doctor writes.',
  );
}

/** What an unverified payload says of its signer. It chooses how to verify, and proves nothing. */
function peek(payload: Uint8Array, place: Place): { readonly mode: unknown; readonly proof: unknown } {
  const said = follow(parseLoosely(payload), ...place);
  return { mode: follow(said, 'signer', 'mode'), proof: follow(said, 'oidc', 'proof') };
}

function readBoundKey(proof: unknown, keyId: string): TrustedKey {
  if (proof === undefined) {
    throw refuseRecord('The record says that it is keyless, and carries no proof.', 'no oidc.proof', 'a proof');
  }
  const header = follow(proof, 'pkToken', 'signatures', '1', 'protected');
  const claims = typeof header === 'string' ? parseLoosely(Buffer.from(header, 'base64url')) : undefined;
  const key = importPoint(follow(claims, 'upk', 'x'), follow(claims, 'upk', 'y'));
  if (!key) {
    throw refuseRecord('The proof names no key.', 'no P-256 point in its second header', 'upk with x and y');
  }
  if (key.keyId === keyId) return key;
  throw refuseSignature(
    'The proof is of another key than the one that signed the record.',
    `a proof of ${key.keyId}`,
    `a proof of ${quote(keyId)}`,
  );
}

function importPoint(x: unknown, y: unknown): TrustedKey | undefined {
  if (typeof x !== 'string' || typeof y !== 'string') return undefined;
  try {
    return describeKey(createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' }));
  } catch {
    return undefined;
  }
}
