import type { JSONWebKeySet } from 'jose';

/** A role of the jwt auth method, in the words of Vault's API. */
export interface VaultRole {
  readonly role_type: 'jwt' | 'oidc';
  readonly user_claim: string;
  readonly bound_audiences?: readonly string[];
  readonly bound_subject?: string;
  readonly bound_claims?: Readonly<Record<string, string | readonly string[]>>;
  readonly bound_claims_type?: 'string' | 'glob';
  readonly token_policies?: readonly string[];
  /** `5m`, `300s` or seconds. */
  readonly token_ttl?: string | number;
  readonly token_max_ttl?: string | number;
  /** 0: as often as it likes. */
  readonly token_num_uses?: number;
  readonly token_type?: 'service' | 'batch' | 'default';
  readonly clock_skew_leeway?: number;
}

export interface VaultAuthConfig {
  readonly oidc_discovery_url: string;
  readonly bound_issuer?: string;
}

export interface VaultMount {
  readonly config?: VaultAuthConfig;
  readonly roles?: Readonly<Record<string, VaultRole>>;
}

/** Path (with `*` at its end, or `+` for a segment) to what may be done there. */
export type VaultPolicy = Readonly<Record<string, readonly ('read' | 'create' | 'update' | 'delete' | 'list')[]>>;

/** Of a versioned secret, the oldest first; null was deleted. */
export type VaultVersions = readonly (Readonly<Record<string, unknown>> | null)[];

export interface VaultOptions {
  /** Default `https://vault.example.com`; may have a path. */
  readonly address?: string;
  /** Everything lies in it. Default: the root. */
  readonly namespace?: string;
  /** By mount. */
  readonly jwt?: Readonly<Record<string, VaultMount>>;
  readonly policies?: Readonly<Record<string, VaultPolicy>>;
  /** KV version 2, by mount and path. */
  readonly kv?: Readonly<Record<string, Readonly<Record<string, VaultVersions>>>>;
  /** KV version 1, by mount and path. */
  readonly kv1?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  /** Mounts of the engine that makes Vercel tokens, each with the life of a token in seconds. */
  readonly vercel?: Readonly<Record<string, { readonly max_ttl: number }>>;
  /** Roles of identity tokens. */
  readonly identity?: Readonly<Record<string, { readonly client_id: string; readonly ttl?: number }>>;
  /** Keys of the transit engine, by mount and name. */
  readonly transit?: Readonly<Record<string, Readonly<Record<string, TransitType>>>>;
}

export type TransitType = 'ecdsa-p256' | 'ecdsa-p384' | 'rsa-2048' | 'ed25519';

/** What the engine does at Vercel. */
export interface VercelTokens {
  issue(lifeSeconds: number): { readonly id: string; readonly token: string };
  revoke(id: string): void;
}

export interface VaultDeps {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What an issuer publishes; undefined where Vault cannot reach it. */
  readonly fetchKeys: (issuer: string) => Promise<JSONWebKeySet | undefined> | JSONWebKeySet | undefined;
  /** Default: tokens that nobody knows. */
  readonly vercelTokens?: VercelTokens;
  readonly options?: VaultOptions;
}

/** What can be seen of a token; never the token. */
export interface VaultTokenView {
  readonly policies: readonly string[];
  readonly entityId: string;
  readonly expiresAt: number;
  readonly revoked: boolean;
}

export interface VaultSandbox {
  readonly address: string;
  /** Of identity tokens: what others trust. */
  readonly issuer: string;
  /** An operator's, who may read how roles are written. */
  readonly operatorToken: string;
  readonly tokens: readonly VaultTokenView[];
  readonly leases: readonly { readonly id: string; readonly revoked: boolean }[];
  keys(): JSONWebKeySet;
  /** The `sub` of identity tokens for this value of the role's user_claim; stays the same. */
  entityOf(mount: string, userClaim: string): string;
  /** The operator's `vault write`, as `policy render --as vault` lists it. */
  write(path: string, data: object): void;
  /** Public half of the newest version of a transit key. */
  publicKeyOf(mount: string, key: string): string;
  rotate(mount: string, key: string): void;
  seal(): void;
}
