/** What the pipe may be asked to do with a project. */
export type Action = 'deploy' | 'promote' | 'rollback';

export type SignerName = 'keyless' | 'key' | 'vault' | 'aws-kms' | 'gcp-kms' | 'azure-key-vault';

/** One link of an exchange chain, as a policy names it. */
export type HopConfig =
  | { readonly vercel: { readonly team?: string; readonly policy?: string } }
  | { readonly static: Readonly<Record<string, never>> };

export interface Requirements {
  readonly signers?: readonly SignerName[];
  readonly noStatic?: boolean;
}

export interface GrantRule {
  readonly id: string;
  readonly allow: {
    readonly actions: readonly Action[];
    readonly projects: readonly string[];
    readonly targets: readonly string[];
  };
  /** Claim name to the values that it may have; `*` in a value stands for any run of characters. */
  readonly when: Readonly<Record<string, readonly string[]>>;
  readonly exchange: string;
  readonly require: Requirements;
}

/** A policy file, parsed whole. `digest` is the SHA-256 of its bytes, hex. */
export interface Policy {
  readonly digest: string;
  readonly issued?: string;
  /** ISO date; the policy holds to the end of that day, UTC. */
  readonly expires?: string;
  readonly issuers: readonly string[];
  readonly audience?: string;
  readonly exchanges: Readonly<Record<string, readonly HopConfig[]>>;
  readonly grants: readonly GrantRule[];
}

/** What is asked of a policy. */
export interface AccessRequest {
  readonly action: Action;
  readonly projectId: string;
  /** `preview`, `production`, or a custom environment's slug. */
  readonly target: string;
  /** Milliseconds since 1970: expiry is judged on it. */
  readonly now: number;
  readonly signer: SignerName;
  /** The chain that the step asks for by name (`EXCHANGE`); undefined leaves it to the grant, or to the built-in `vercel`. */
  readonly exchange: string | undefined;
}

declare const granted: unique symbol;

/**
 * Leave to act, for this one request. Only `policy/decide.ts` makes one (held by the architecture test), and the
 * exchange takes nothing else: no credential without a decision.
 */
export interface Grant {
  readonly [granted]: true;
  /** The rule's id, or `built-in:preview` where there is no policy. */
  readonly id: string;
  /** SHA-256 of the policy; undefined where there is none. */
  readonly policyDigest: string | undefined;
  readonly request: AccessRequest;
  readonly exchange: readonly HopConfig[];
  readonly exchangeName: string;
  readonly require: Requirements;
}

/** Why not, in words for the log; `suggestion` is a grant in YAML to paste. */
export interface Denial {
  readonly reason: string;
  readonly nearestGrant: string | undefined;
  readonly details: readonly string[];
  readonly suggestion: string;
}
