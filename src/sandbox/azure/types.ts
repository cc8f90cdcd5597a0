import type { KeyObject } from 'node:crypto';

/** Who a bearer token is, as Entra signed it. */
export interface VaultCaller {
  /** `aud`. */
  readonly audience: string;
  /** The tenant's id (`tid`). */
  readonly tenant: string;
  /** The application (`appid`). */
  readonly appId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface VaultSecret {
  readonly name: string;
  readonly value: string;
  /** 32 hex digits. */
  readonly version: string;
  /** Default true. */
  readonly enabled?: boolean;
  /** Seconds since 1970. */
  readonly nbf?: number;
  readonly exp?: number;
}

export interface VaultKey {
  readonly name: string;
  /** 32 hex digits. */
  readonly version: string;
  readonly privateKey: KeyObject;
  /** Default true: `kty` ends in `-HSM`, as in a premium vault. */
  readonly hsm?: boolean;
  /** Default: sign and verify. */
  readonly operations?: readonly string[];
  /** Default true. */
  readonly enabled?: boolean;
  /** Seconds since 1970. */
  readonly nbf?: number;
  readonly exp?: number;
}

export interface KeyVaultOptions {
  /** `https://acme.vault.azure.net`, or a loopback address. */
  readonly url: string;
  readonly tenant: string;
  /** Default `https://vault.azure.net`. */
  readonly resource?: string;
  /** Default `https://login.microsoftonline.com`. */
  readonly authority?: string;
  readonly now: () => number;
  /** Undefined for a token that Entra did not sign. */
  readonly callerOf: (token: string) => VaultCaller | undefined | Promise<VaultCaller | undefined>;
  /** Applications with the role "Key Vault Secrets User". */
  readonly readers: readonly string[];
  /** Of one name the last is the newest. */
  readonly secrets: readonly VaultSecret[];
  /** Applications with the role "Key Vault Crypto User". Default: none. */
  readonly signers?: readonly string[];
  /** Of one name the last is the newest. Default: none. */
  readonly keys?: readonly VaultKey[];
  /** Refuses every caller, as a vault with a firewall does. Default false. */
  readonly firewall?: boolean;
}
