import type { JSONWebKeySet, JWK } from 'jose';
import type { SigningKey } from '../bitbucket/keys.ts';

export interface OktaClient {
  readonly clientId: string;
  /** Public keys, each with `kid`, `alg` and `kty`. */
  readonly keys: readonly JWK[];
  /** `service` is an API Services app. Default `service`. */
  readonly applicationType?: 'service' | 'web';
  /** Default `client_credentials` alone. */
  readonly grantTypes?: readonly string[];
  /** "Require DPoP header in token requests". Default false. */
  readonly dpop?: boolean;
}

/** A rule of an access policy of the authorization server. */
export interface OktaRule {
  readonly clients: readonly string[];
  readonly scopes: readonly string[];
}

export interface OktaOptions {
  /** Issuer URI of the one custom authorization server. Default `https://acme.okta.com/oauth2/default`. */
  readonly url?: string;
  readonly clients: readonly OktaClient[];
  /** Of the authorization server. Default `deploy`. */
  readonly scopes?: readonly string[];
  /** Default: one, of every client and every scope. */
  readonly rules?: readonly OktaRule[];
  /** `aud` of what it issues. Default `api://default`. */
  readonly audience?: string;
  /** Default 3600. */
  readonly expiresInSeconds?: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface OktaToken {
  readonly value: string;
  readonly clientId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  revokedAt?: number;
}

export interface OktaSandbox {
  readonly issuer: string;
  keys(): JSONWebKeySet;
  readonly tokens: readonly OktaToken[];
}

export interface OktaState extends Required<Omit<OktaOptions, 'rules' | 'url'>> {
  readonly url: string;
  readonly rules: readonly OktaRule[];
  readonly key: SigningKey;
  readonly tokens: OktaToken[];
  /** `jti` of assertions and proofs that were accepted. */
  readonly seen: Set<string>;
  /** What a proof must hold. */
  readonly nonce: string;
}
