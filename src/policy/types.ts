import type { HopConfig, RecordKeys } from '../exchange/config.ts';

export type { HopConfig };

/** What the pipe may be asked to do with a project. An audit reads alone, and is asked of the target production. */
export type Action = 'deploy' | 'promote' | 'rollback' | 'audit';

export type SignerName = 'keyless' | 'key' | 'vault' | 'aws-kms' | 'gcp-kms' | 'azure-key-vault';

/** Who started the pipeline, by what Bitbucket's API says of it; `unknown` where nobody asked it. */
export type Actor = 'human' | 'agent' | 'schedule' | 'unknown';

export interface Requirements {
  readonly signers?: readonly SignerName[];
  readonly timestamp?: boolean;
  readonly store?: boolean;
  readonly noStatic?: boolean;
  /** Of promote and rollback: the deployment's own record must hold, and a grant must cover the step that made it. */
  readonly recordedOnly?: boolean;
  readonly actors?: readonly Exclude<Actor, 'unknown'>[];
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
  /** The one that signs; else the first of the step's that `require` lets sign. */
  readonly signer?: SignerName;
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
  /** The issuers' keys: a file beside the policy, and its SHA-256, hex. */
  readonly keys?: { readonly file: string; readonly sha256: string };
  readonly exchanges: Readonly<Record<string, readonly HopConfig[]>>;
  /** The keys for records, in the order of the file: the first is preferred. */
  readonly signers: RecordKeys;
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
  /** What this step can sign with, best first; never empty. */
  readonly signers: readonly SignerName[];
  /** Whether the step has TIMESTAMP_URL, and RECORD_STORE. */
  readonly timestamp: boolean;
  readonly store: boolean;
  readonly actor: Actor;
  /** The chain that the step asks for by name (`EXCHANGE`); undefined leaves it to the grant, or to the built-in `vercel`. */
  readonly exchange: string | undefined;
}

/** The claims of a token that are texts. */
export type Claims = Readonly<Record<string, string>>;

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
  /** True for a rollback under a policy that has expired: allowed, and to be told loudly. */
  readonly expiredPolicy: boolean;
  readonly request: AccessRequest;
  readonly exchange: readonly HopConfig[];
  readonly exchangeName: string;
  /** Of the request's signers, the one that the grant takes. */
  readonly signer: SignerName;
  readonly require: Requirements;
}

/** Why not, in words for the log. */
export interface Denial {
  readonly reason: string;
  readonly nearestGrant: string | undefined;
  /** Every grant, the nearest first, each followed by what it wants and what was got. */
  readonly details: readonly string[];
  /** What to change, in a line or two. */
  readonly fix: string;
  /** True where a grant to paste would help. */
  readonly suggest: boolean;
}
