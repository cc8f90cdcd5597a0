/** A file of keys that are known without asking the issuer. `name` is for messages. */
export interface PinnedKeys {
  readonly name: string;
  readonly bytes: Uint8Array;
}

declare const verified: unique symbol;

/**
 * What the step's OIDC token proves. Only `identity/verify.ts` makes one (held by the architecture test), after
 * signature, issuer, audience, times and the comparison with the environment.
 */
export interface VerifiedIdentity {
  readonly [verified]: true;
  readonly issuer: string;
  /** True where a policy names the issuers; false where the step's own variables alone did. */
  readonly issuerPinned: boolean;
  /** `kid` of the key that signed the token. */
  readonly keyId: string;
  /** That key's public half. */
  readonly issuerKey: { readonly kid: string; readonly n: string; readonly e: string };
  /** Where that key was found: `fetched`, or the name of the pinned file. */
  readonly keySource: string;
  readonly audience: readonly string[];
  /** Every claim of the token that is a string, by its own name: what a policy may ask for. */
  readonly claims: Readonly<Record<string, string>>;
  readonly workspaceUuid: string;
  readonly repositoryUuid: string;
  readonly stepUuid: string;
  /** `pipelineUuid`, else `pipelineRunUuid`. */
  readonly pipelineUuid: string;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly verifiedAt: number;
  /** SHA-256 of the token's text, hex: names it without holding it. */
  readonly tokenDigest: string;
  /** Claims and variables that disagree where that may be. */
  readonly warnings: readonly string[];
}
