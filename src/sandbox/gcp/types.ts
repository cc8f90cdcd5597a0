import type { KeyObject } from 'node:crypto';
import type { JSONWebKeySet, JWTPayload } from 'jose';

/** One OIDC provider of a workload identity pool. */
export interface GoogleProvider {
  /** `//iam.googleapis.com/projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>`. */
  readonly name: string;
  readonly issuer: string;
  /** The issuer's published keys. */
  readonly keys: () => JSONWebKeySet;
  /** Default: the provider's own name, with `https:` before it. */
  readonly allowedAudiences?: readonly string[];
  /** Claims by attribute (`attribute.repository_uuid`); default: `google.subject` from `sub`. */
  readonly mapping?: Readonly<Record<string, string>>;
  /** The attribute condition, on the token's claims. Default: none. */
  readonly condition?: (claims: JWTPayload) => boolean;
  readonly disabled?: boolean;
}

export interface GoogleAccount {
  readonly email: string;
  /** Digits; `sub` of its ID tokens. */
  readonly uniqueId: string;
  readonly disabled?: boolean;
}

export interface GoogleSecret {
  /** `projects/<project>/secrets/<secret>/versions/<number>`. `latest` is the one that stands last. */
  readonly name: string;
  readonly value: string;
  readonly state?: 'ENABLED' | 'DISABLED' | 'DESTROYED';
}

export interface GoogleKey {
  /** `projects/…/cryptoKeyVersions/<number>`. */
  readonly name: string;
  readonly algorithm: string;
  readonly privateKey: KeyObject;
  readonly state?: 'ENABLED' | 'DISABLED' | 'DESTROYED';
}

/** A role for a member on a thing: a service account's email, a secret or key without its version. */
export interface GoogleBinding {
  readonly role: string;
  /** `serviceAccount:…`, `principal://…`, or `principalSet://…`. */
  readonly member: string;
  readonly on: string;
}

export interface GoogleOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly providers: readonly GoogleProvider[];
  readonly accounts?: readonly GoogleAccount[];
  readonly secrets?: readonly GoogleSecret[];
  readonly keys?: readonly GoogleKey[];
  readonly bindings?: readonly GoogleBinding[];
  /** APIs that are not enabled in the project: `secretmanager.googleapis.com`. Default: none. */
  readonly disabledApis?: readonly string[];
}

/** An access token of this fake. */
export interface GoogleToken {
  readonly value: string;
  /** Everything that a binding may name it by. */
  readonly members: readonly string[];
  readonly scopes: readonly string[];
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** One request to an API, as Cloud Audit Logs would have it. */
export interface GoogleAudit {
  readonly api: string;
  readonly what: string;
  /** `X-Goog-Request-Reason`. */
  readonly reason: string | undefined;
}

export interface GoogleSandbox {
  readonly tokens: readonly GoogleToken[];
  readonly audit: readonly GoogleAudit[];
  /** With which ID tokens are verified; also at `https://www.googleapis.com/oauth2/v3/certs`. */
  keys(): JSONWebKeySet;
}
