import { sha256Hex } from '../digest.ts';
import { sameUuid } from '../text.ts';
import type { Attested, ExpectedSigner, VerifyAttestationOptions } from './attestation-types.ts';
import { describeTimestamp } from './found.ts';
import { judgeSigner } from './judge-signer.ts';
import { openEnvelope } from './open-bundle.ts';
import { parseAttestation, wordOfAttestation } from './parse-attestation.ts';
import { present } from './present.ts';
import { missTrust, quote, refuseSignature } from './refuse.ts';
import { memberOfSigner } from './signer-member.ts';
import { verifyTimestamp } from './timestamp.ts';
import type { Trust } from './trust.ts';
import type { Predicate } from './types.ts';

/**
 * Verifies a statement that is not a record, offline, as strictly as {@link verifyRecord} does: shape of the bundle,
 * signature, the key's standing, timestamp, and that it is of the type that is wanted. A keyless one must be by a token
 * of the step that is expected. What the predicate says besides is the caller's to check.
 * @throws {PipeError} `SIGNATURE_INVALID`, `RECORD_INVALID` (malformed, or of another type), `TRUST_MATERIAL_MISSING`.
 */
export function verifyAttestation(bundleText: string, trust: Trust, options: VerifyAttestationOptions): Attested {
  const { bound, ...attested } = openAttestation(bundleText, trust, options);
  if (bound) expectSigner(attested.signedBy.oidc?.claims ?? {}, options.signer);
  return attested;
}

/** All but whose token it was. `bound`: nothing but the token says who signed. */
export function openAttestation(
  bundleText: string,
  trust: Trust,
  { predicateType, now }: Omit<VerifyAttestationOptions, 'signer'>,
): Attested & { readonly bound: boolean } {
  const { envelope, signing } = openEnvelope(bundleText, trust, ['predicate', memberOfSigner(predicateType)]);
  const { payload, signature, keyId, timestamp: der } = envelope;
  const { statement, signedBy } = parseAttestation(payload, predicateType, signing.key);
  const timestamp = der && trust.authorities && verifyTimestamp(der, signature, trust.authorities);
  const word = wordOfAttestation(statement, signedBy);
  const standing = judgeSigner(signing, word, payload, { provenAt: timestamp?.at, now }, trust);
  return {
    statement,
    payloadDigest: sha256Hex(payload),
    keyId,
    assurance: standing.assurance,
    ...present('timestamp', timestamp),
    signedBy,
    checks: [
      { name: 'envelope', found: 'a Sigstore bundle v0.3 with one signature' },
      { name: 'signature', found: `good, by ${keyId}` },
      ...standing.checks,
      { name: 'timestamp', found: describeTimestamp(envelope, timestamp) },
      { name: 'statement', found: `of type ${predicateType}` },
    ],
    bound: standing.token !== undefined,
  };
}

/** The claims were compared with those of the token: any step of the workspace has such a token, so it must be the right one. */
function expectSigner(claims: Predicate['oidc']['claims'], expected: ExpectedSigner | undefined): void {
  if (!expected) {
    throw missTrust(
      'The statement is keyless, and was not said whose step may sign it: any step of the workspace could.',
      'a token of a step, and no expectation',
      'the workspace and the repository of the step',
      'Name the repository (and its deployment environment) whose pipeline signs it, or give the key.',
    );
  }
  for (const name of ['workspaceUuid', 'repositoryUuid', 'deploymentEnvironmentUuid'] as const) {
    const wanted = expected[name];
    if (wanted === undefined || sameUuid(claims[name] ?? '', wanted)) continue;
    throw refuseSignature(
      'The statement was signed by another step than the one that may.',
      `${name} ${quote(claims[name])}`,
      `${name} ${quote(wanted)}`,
    );
  }
}
