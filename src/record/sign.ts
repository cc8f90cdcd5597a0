import { sha256Hex } from '../digest.ts';
import type { Signer, TokenBinding } from '../signing/types.ts';
import type { RecordedProof } from './predicate.ts';
import { signText, type AskTimestamp } from './sign-text.ts';
import type { SignedRecord, Statement } from './types.ts';
import { verifyRecord } from './verify.ts';

/**
 * Signs a statement, by a key that nobody knows together with the proof of what it is bound to, and verifies the outcome
 * as a reader would before anyone relies on it.
 * @param timestamp gets a TimeStampResp in DER for the signature; undefined where it goes without one.
 * @throws {PipeError} as {@link signText} does.
 */
export async function signRecord(
  statement: Statement,
  signer: Signer,
  timestamp?: AskTimestamp,
): Promise<SignedRecord> {
  const { binding } = signer;
  const text = JSON.stringify(binding ? addProof(statement, binding) : statement);
  // Only a bare key and a proof are looked at: their validity does not hang on the time.
  const options = { allowSandbox: true, now: 0 };
  const { bundleJson, verified } = await signText(
    text,
    signer,
    (bundle, trust) => verifyRecord(bundle, trust, options),
    timestamp,
  );
  const { statement: signed, payloadDigest } = verified;
  const { recordId, phase } = signed.predicate;
  return { recordId, phase, statement: signed, payloadDigest, bundleJson };
}

/** The proof names the digest of the statement without it, and is its last word on the token. */
function addProof(statement: Statement, binding: TokenBinding): Statement {
  const { predicate } = statement;
  const oidc = { ...predicate.oidc, proof: makeProof(statement, binding) };
  return { ...statement, predicate: { ...predicate, oidc } };
}

/** @param statement without a proof */
export function makeProof(statement: object, binding: TokenBinding): RecordedProof {
  return { type: 'openpubkey-gq256', pkToken: binding.bind(sha256Hex(JSON.stringify(statement))) };
}
