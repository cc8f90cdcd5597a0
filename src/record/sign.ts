import { PipeError } from '../errors.ts';
import type { Signer } from '../signing/types.ts';
import { writeBundle } from './bundle.ts';
import { encodePae } from './dsse.ts';
import { readTrust } from './trust.ts';
import { PAYLOAD_TYPE, type SignedRecord, type Statement, type VerifiedRecord } from './types.ts';
import { verifyRecord } from './verify.ts';

/**
 * Signs a statement, and verifies the outcome as a reader would before anyone relies on it.
 * @throws {PipeError} `SIGNATURE_INVALID` where the signer's own public key does not accept its signature; the
 * signer's own errors.
 */
export async function signRecord(statement: Statement, signer: Signer): Promise<SignedRecord> {
  const payload = new TextEncoder().encode(JSON.stringify(statement));
  const signature = await signer.sign(encodePae(PAYLOAD_TYPE, payload));
  const bundleJson = writeBundle({ payload, signature, keyId: signer.keyId });
  const verified = verifyOwnRecord(bundleJson, signer);
  const { recordId, phase } = verified.statement.predicate;
  return { recordId, phase, statement: verified.statement, payloadDigest: verified.payloadDigest, bundleJson };
}

function verifyOwnRecord(bundleJson: string, { publicKeyPem }: Signer): VerifiedRecord {
  try {
    return verifyRecord(bundleJson, readTrust({ publicKey: publicKeyPem }), { allowSandbox: true, now: 0 });
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
