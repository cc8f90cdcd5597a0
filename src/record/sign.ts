import { sha256Hex } from '../digest.ts';
import { PipeError } from '../errors.ts';
import type { Signer, TokenBinding } from '../signing/types.ts';
import { writeBundle } from './bundle.ts';
import { encodePae } from './dsse.ts';
import { inspectTimestamp } from './timestamp.ts';
import { readTrust } from './trust.ts';
import { PAYLOAD_TYPE, type SignedRecord, type Statement, type TrustMaterial, type VerifiedRecord } from './types.ts';
import { verifyRecord } from './verify.ts';

/**
 * Signs a statement, by a key that nobody knows together with the proof of what it is bound to, and verifies the outcome
 * as a reader would before anyone relies on it.
 * @param timestamp gets a TimeStampResp in DER for the signature; undefined where it goes without one.
 * @throws {PipeError} `SIGNATURE_INVALID` where the signer's own public key does not accept its signature, or the
 * timestamp is of another one; the errors of signer and timestamp.
 */
export async function signRecord(
  statement: Statement,
  signer: Signer,
  timestamp?: (signature: Uint8Array) => Promise<Uint8Array | undefined>,
): Promise<SignedRecord> {
  const { binding, keyId } = signer;
  const text = JSON.stringify(binding ? addProof(statement, binding) : statement);
  const payload = new TextEncoder().encode(text);
  const signature = await signer.sign(encodePae(PAYLOAD_TYPE, payload));
  const bundleJson = writeBundle({ payload, signature, keyId });
  const { statement: signed, payloadDigest } = verifyOwnRecord(bundleJson, signer);
  const { recordId, phase } = signed.predicate;
  const record = { recordId, phase, statement: signed, payloadDigest, bundleJson };

  const reply = await timestamp?.(signature);
  if (!reply) return record;
  inspectTimestamp(reply, signature);
  const timed = writeBundle({ payload, signature, keyId, timestamp: reply });
  verifyOwnRecord(timed, signer);
  return { ...record, bundleJson: timed };
}

/** The proof names the digest of the statement without it, and is its last word on the token. */
function addProof(statement: Statement, binding: TokenBinding): Statement {
  const pkToken = binding.bind(sha256Hex(JSON.stringify(statement)));
  const { predicate } = statement;
  const oidc = { ...predicate.oidc, proof: { type: 'openpubkey-gq256' as const, pkToken } };
  return { ...statement, predicate: { ...predicate, oidc } };
}

function verifyOwnRecord(bundleJson: string, signer: Signer): VerifiedRecord {
  try {
    // Only a bare key and a proof are looked at: their validity does not hang on the time.
    return verifyRecord(bundleJson, readTrust(trustOwn(signer)), { allowSandbox: true, now: 0 });
  } catch (error) {
    if (!(error instanceof PipeError) || error.code === 'SIGNATURE_INVALID') throw error;
    throw new PipeError({
      code: 'INTERNAL',
      message: 'The pipe made a record that its own verifier refuses. This is a bug in the pipe.',
      got: error.describe(),
      fix: 'Please report it with the log of a run with DEBUG: true.',
    });
  }
}

/** What a reader would be given: the issuer's key where the record's own is known to nobody. */
function trustOwn({ binding, publicKeyPem }: Signer): TrustMaterial {
  if (!binding) return { publicKey: publicKeyPem };
  const { issuer, issuerKey } = binding;
  return { issuerKeys: JSON.stringify({ [issuer]: { keys: [{ kty: 'RSA', ...issuerKey }] } }) };
}
