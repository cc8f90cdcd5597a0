import { PipeError } from '../errors.ts';
import type { Signer } from '../signing/types.ts';
import { writeBundle } from './bundle.ts';
import { encodePae } from './dsse.ts';
import { inspectTimestamp } from './timestamp.ts';
import { readTrust, type Trust } from './trust.ts';
import { PAYLOAD_TYPE, type TrustMaterial } from './types.ts';

/** Gets a TimeStampResp in DER for a signature; undefined where it goes without one. */
export type AskTimestamp = (signature: Uint8Array) => Promise<Uint8Array | undefined>;

/**
 * Signs the text of a statement, and verifies the outcome as a reader would before anyone relies on it.
 * @param verify what a reader does, by the signer's own key
 * @throws {PipeError} `SIGNATURE_INVALID` where the signer's own public key does not accept its signature, or the
 * timestamp is of another one; the errors of signer and timestamp.
 */
export async function signText<T>(
  text: string,
  signer: Signer,
  verify: (bundleJson: string, trust: Trust) => T,
  timestamp?: AskTimestamp,
): Promise<{ readonly bundleJson: string; readonly verified: T }> {
  const { keyId } = signer;
  const payload = new TextEncoder().encode(text);
  const signature = await signer.sign(encodePae(PAYLOAD_TYPE, payload));
  const bundleJson = writeBundle({ payload, signature, keyId });
  const verified = verifyOwn(bundleJson, signer, verify);

  const reply = await timestamp?.(signature);
  if (!reply) return { bundleJson, verified };
  inspectTimestamp(reply, signature);
  const timed = writeBundle({ payload, signature, keyId, timestamp: reply });
  verifyOwn(timed, signer, verify);
  return { bundleJson: timed, verified };
}

function verifyOwn<T>(bundleJson: string, signer: Signer, verify: (bundleJson: string, trust: Trust) => T): T {
  try {
    return verify(bundleJson, readTrust(trustOwn(signer)));
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
