/**
 * An OpenPubkey PK token: a JWS in general JSON serialization over the payload of an OIDC token. The first signature is a
 * GQ256 proof in place of the issuer's own, the second is by the key that the token is bound to (`typ` CIC). Source:
 * github.com/openpubkey/openpubkey, docs/pktoken.md, "GQ-Commitment PK Tokens".
 */
export interface PkToken {
  /** base64url, as the issuer signed it. */
  readonly payload: string;
  readonly signatures: readonly [PkSignature, PkSignature];
}

export interface PkSignature {
  /** base64url. */
  readonly protected: string;
  /** base64url. */
  readonly signature: string;
}

/** An issuer's RS256 key, as its JWKS has it. */
export interface IssuerRsaKey {
  readonly kid: string;
  readonly n: string;
  readonly e: string;
}
