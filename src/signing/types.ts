import type { IssuerRsaKey, PkToken } from '../openpubkey/types.ts';
import type { SignerName } from '../policy/types.ts';

/** Who signs records. ECDSA P-256 over SHA-256, always: the one algorithm that every public verifier takes. */
export interface Signer {
  readonly name: SignerName;
  /** `SHA256:…`, the SSH fingerprint of the public key, unpadded base64: key id and hint of every signature. */
  readonly keyId: string;
  /** Which key of a managed signer, version included, as its service names it; undefined for the others. */
  readonly keyUri: string | undefined;
  /** RFC 7638 thumbprint (SHA-256, base64url). */
  readonly jwkThumbprint: string;
  /** SPKI in PEM. */
  readonly publicKeyPem: string;
  /** Of a key that nobody knows: what ties it to the step's token. Undefined for keys that are known by themselves. */
  readonly binding?: TokenBinding;
  /** ASN.1 DER signature over the SHA-256 of `data`. */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/** Ties an ephemeral key to the step's OIDC token. */
export interface TokenBinding {
  /** The token's issuer, and the key of its that signed the token. */
  readonly issuer: string;
  readonly issuerKey: IssuerRsaKey;
  /**
   * The proof for one statement: that this key was held together with the token, without giving the token away.
   * @param statementDigest SHA-256, hex, of the statement's compact JSON without the proof itself.
   */
  bind(statementDigest: string): PkToken;
}
