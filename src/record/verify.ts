import { sha256Hex } from '../digest.ts';
import { readBundle } from './bundle.ts';
import { checkIntent, checkManifest } from './companions.ts';
import { refuseRecord } from './refuse.ts';
import { verifySignature } from './signature.ts';
import { parseStatement } from './statement.ts';
import type { TrustedKey } from './public-key.ts';
import type { Trust } from './trust.ts';
import type { VerifiedRecord, VerifyOptions } from './types.ts';
import { findUnknownFields } from './unknown-fields.ts';

/**
 * Verifies a record offline, with a public key given from outside: shape of the bundle, signature, statement, and the
 * files beside it that are given.
 * @param bundleText the `.sigstore.json` file.
 * @throws {PipeError} `TRUST_MATERIAL_INVALID` (the key cannot be used), `SIGNATURE_INVALID` (the signature does not
 * hold under it), `RECORD_INVALID` (malformed, contradicting itself or its companions, or a sandbox record).
 */
export function verifyRecord(bundleText: string, trust: Trust, options: VerifyOptions): VerifiedRecord {
  const { keys } = trust;
  const record = verifyBundle(bundleText, keys, options.allowSandbox);
  if (options.manifestText !== undefined) checkManifest(record.statement, options.manifestText);
  if (options.intentText !== undefined) {
    const signer = keys.filter(({ keyId }) => keyId === record.keyId);
    checkIntent(record.statement, verifyBundle(options.intentText, signer, options.allowSandbox));
  }
  return record;
}

function verifyBundle(text: string, keys: readonly TrustedKey[], allowSandbox: boolean): VerifiedRecord {
  const envelope = readBundle(text);
  const signer = verifySignature(envelope, keys);
  // The bytes that were verified are the bytes that are parsed.
  const statement = parseStatement(envelope.payload, signer);
  if (statement.predicate.sandbox && !allowSandbox) {
    throw refuseRecord(
      'The record comes from a sandbox: its issuer or API was a loopback address. It proves no deployment.',
      'sandbox: true',
      'sandbox: false',
      'To check a trial run, allow sandbox records explicitly.',
    );
  }
  return {
    statement,
    payloadDigest: sha256Hex(envelope.payload),
    keyId: signer.keyId,
    assurance: 'static-key',
    checks: [{ name: 'signature', found: `good, by ${signer.keyId}` }],
    warnings: findUnknownFields(statement).map((place) => `The field ${place} is not known to this version; ignored.`),
  };
}
