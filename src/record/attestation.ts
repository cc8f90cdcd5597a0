import type { VerifiedIdentity } from '../identity/types.ts';
import type { Signer } from '../signing/types.ts';
import type { Attestation, SignedAttestation, SignedBy } from './attestation-types.ts';
import { describeIdentity, describeSigner } from './build-signer.ts';
import { dropSecrets } from './drop-secrets.ts';
import { present } from './present.ts';
import { makeProof } from './sign.ts';
import { signText, type AskTimestamp } from './sign-text.ts';
import { toTime } from './time.ts';
import { STATEMENT_TYPE, type Subject } from './types.ts';
import { openAttestation } from './verify-attestation.ts';
import { memberOfSigner } from './signer-member.ts';

/** What is to be signed. */
export interface AttestationFacts {
  readonly subject: readonly Subject[];
  readonly predicateType: string;
  /** Without a word on the signer. */
  readonly predicate: Readonly<Record<string, unknown>>;
  readonly signer: Signer;
  /** Of the step that signs; must be there for a keyless signer. */
  readonly identity: VerifiedIdentity | undefined;
  /** Milliseconds since 1970. */
  readonly signedAt: number;
}

/**
 * A statement that is not a record: its predicate, and in it by whom and when it is signed.
 * @throws {RangeError} for a time that is none.
 */
export function buildAttestation(facts: AttestationFacts): Attestation {
  const { subject, predicateType, identity, signer, signedAt } = facts;
  const signedBy: SignedBy = {
    signedAt: toTime(signedAt),
    signer: describeSigner(signer),
    ...present('oidc', identity && describeIdentity(identity)),
  };
  const predicate = dropSecrets({ ...facts.predicate, [memberOfSigner(predicateType)]: signedBy });
  return { _type: STATEMENT_TYPE, subject, predicateType, predicate };
}

/**
 * Signs what {@link buildAttestation} made, as records are signed, and verifies the outcome as a reader would.
 * @throws {PipeError} as {@link signText} does; `INTERNAL` for a keyless signer without an identity.
 */
export async function signAttestation(
  attestation: Attestation,
  signer: Signer,
  timestamp?: AskTimestamp,
): Promise<SignedAttestation> {
  const { predicateType } = attestation;
  const text = JSON.stringify(signer.binding ? addProof(attestation, signer.binding) : attestation);
  const { bundleJson, verified } = await signText(
    text,
    signer,
    // Only a bare key and a proof are looked at: their validity does not hang on the time.
    (bundle, trust) => openAttestation(bundle, trust, { predicateType, now: 0 }),
    timestamp,
  );
  return { statement: verified.statement, payloadDigest: verified.payloadDigest, bundleJson };
}

function addProof(attestation: Attestation, binding: NonNullable<Signer['binding']>): Attestation {
  const name = memberOfSigner(attestation.predicateType);
  const signedBy = attestation.predicate[name] as SignedBy;
  const oidc = { ...signedBy.oidc, proof: makeProof(attestation, binding) };
  return { ...attestation, predicate: { ...attestation.predicate, [name]: { ...signedBy, oidc } } };
}
