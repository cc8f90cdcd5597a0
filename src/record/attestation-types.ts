import type { Assurance, Predicate, STATEMENT_TYPE, Subject } from './types.ts';

/** in-toto Statement v1 with another predicate than a record's: what an audit signs. */
export interface Attestation {
  readonly _type: typeof STATEMENT_TYPE;
  /** Found by digest: `{"name": …, "digest": {"sha256": hex}}`. */
  readonly subject: readonly Subject[];
  readonly predicateType: string;
  readonly predicate: Readonly<Record<string, unknown>>;
}

/**
 * By whom and when a statement was signed, inside the signed bytes. It stands in the predicate as `signedBy`, and where
 * the predicate's type is not ours under a name that no other can have: {@link placeOfSigner}.
 */
export interface SignedBy {
  /** RFC 3339, by the signer's own clock. */
  readonly signedAt: string;
  readonly signer: Predicate['signer'];
  /** Of the step; with its proof where the signer is keyless. Without proof it is the signer's word alone. */
  readonly oidc?: Predicate['oidc'];
}

/** An attestation that was signed, ready to be written. */
export interface SignedAttestation {
  readonly statement: Attestation;
  /** SHA-256 of the DSSE payload, hex. */
  readonly payloadDigest: string;
  /** The Sigstore bundle v0.3, as JSON text. */
  readonly bundleJson: string;
}

/**
 * Whose tokens may sign, as Bitbucket names them: any step of a workspace could sign a statement otherwise. UUIDs with or
 * without braces.
 */
export interface ExpectedSigner {
  readonly workspaceUuid: string;
  readonly repositoryUuid: string;
  readonly deploymentEnvironmentUuid?: string | undefined;
}

export interface VerifyAttestationOptions {
  /** The one that is wanted; another is refused. */
  readonly predicateType: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Undefined: no keyless statement is believed. */
  readonly signer: ExpectedSigner | undefined;
}

/** What is known of a statement whose signature holds. */
export interface Attested {
  readonly statement: Attestation;
  /** SHA-256 of the DSSE payload, hex. */
  readonly payloadDigest: string;
  readonly keyId: string;
  readonly assurance: Assurance;
  readonly timestamp?: { readonly at: number; readonly authority: string };
  readonly signedBy: SignedBy;
  readonly checks: readonly { readonly name: string; readonly found: string }[];
}
