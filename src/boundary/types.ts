import type { HttpClient } from '../http/index.ts';
import type { Secret } from '../secret.ts';

export const RENDER_FORMS = ['vercel-api', 'terraform', 'vault', 'aws', 'gcp', 'entra'] as const;
export type RenderForm = (typeof RENDER_FORMS)[number];

/** What a policy file does not say, and some form needs. */
export interface RenderOptions {
  /** `gcp`, `vault`, `aws`, `entra`: this grant alone. */
  readonly grant?: string | undefined;
  /** `aws`: the account's number; a placeholder stands in its place without it. */
  readonly account?: string | undefined;
  /** `vault`: where the jwt auth method is mounted. Default `jwt`. */
  readonly mount?: string | undefined;
  /** `entra`: `iss` and `sub` of the token that a hop before Entra gives. */
  readonly hopIssuer?: string | undefined;
  readonly hopSubject?: string | undefined;
}

/**
 * What one object of a server can say: tokens of one issuer that have all of these claims (any of the values; `*` as in
 * the policy file), and the projects that they open.
 */
export interface Scope {
  readonly grants: readonly string[];
  readonly issuer: string;
  readonly claims: Readonly<Record<string, readonly string[]>>;
  readonly projects: readonly string[];
}

/** An OIDC policy as Vercel's API takes it: `POST /v1/oauth-apps/oidc-federation/policies`. */
export interface VercelPolicy {
  readonly clientId: string;
  readonly issuerUrl: string;
  readonly name: string;
  readonly claims: readonly VercelClaim[];
  readonly permissions: readonly string[];
  readonly resources: { readonly projectIds: readonly string[] };
}

export interface VercelClaim {
  readonly name: string;
  readonly values: readonly { readonly value: string; readonly wildcards: boolean }[];
}

/** An OIDC policy that the file wants. Team and id are those of the `vercel` hop, where it names them. */
export interface WantedPolicy {
  readonly grants: readonly string[];
  readonly teamId: string | undefined;
  readonly policyId: string | undefined;
  readonly request: VercelPolicy;
}

/** An OIDC policy as Vercel lists it, as far as it is compared. */
export interface LivePolicy {
  readonly policyId: string;
  readonly teamId: string | undefined;
  readonly name: string | undefined;
  readonly clientId: string;
  readonly issuerUrl: string;
  readonly claims: readonly VercelClaim[];
  readonly permissions: readonly string[] | undefined;
  readonly commands: readonly string[] | undefined;
  /** Undefined: no boundary, so every project. */
  readonly projectIds: readonly string[] | undefined;
}

/** Where a team's policies are read. */
export interface VercelSource {
  readonly http: HttpClient;
  /** No trailing slash. */
  readonly apiUrl: string;
  readonly teamId: string;
  readonly token: Secret;
}
