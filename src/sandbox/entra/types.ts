import type { JSONWebKeySet } from 'jose';

/** Compared letter for letter with what a token says. */
export interface FederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  /** Default `api://AzureADTokenExchange`. */
  readonly audience?: string;
}

export interface ApplicationOptions {
  readonly clientId: string;
  /** Default: of the service principal, made up. */
  readonly objectId?: string;
  /** Application roles that were consented to, by the API's Application ID URI. Default: `deploy` of every API. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
  readonly credentials?: readonly FederatedCredential[];
}

export interface ApiOptions {
  /** Application ID URI: the scope without `/.default`. */
  readonly uri: string;
  readonly clientId: string;
  /** `requestedAccessTokenVersion` of its manifest. Default 2; null is 1, as in the portal. */
  readonly tokenVersion?: 1 | 2 | null;
  /** Whether only assigned applications get a token. Default false. */
  readonly assignmentRequired?: boolean;
}

export interface EntraOptions {
  /** Default `https://login.microsoftonline.com`. */
  readonly authority?: string;
  readonly tenantId?: string;
  readonly domains?: readonly string[];
  readonly applications?: readonly ApplicationOptions[];
  readonly apis?: readonly ApiOptions[];
  /** How long a federated credential that was added is unknown. Default 0. */
  readonly propagationMs?: number;
  /** Default 3599. */
  readonly expiresInSeconds?: number;
}

export interface EntraDeps {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What an issuer publishes; undefined where Entra cannot reach it. */
  readonly fetchKeys: (issuer: string) => Promise<JSONWebKeySet | undefined> | JSONWebKeySet | undefined;
  readonly options?: EntraOptions;
}

export interface EntraSandbox {
  readonly authority: string;
  readonly tenantId: string;
  /** Of tokens of version 2: what others trust. */
  readonly issuer: string;
  readonly tokenUrl: string;
  keys(): JSONWebKeySet;
  /** Throws where Graph would refuse it: the 21st, or the same issuer and subject twice. */
  addCredential(clientId: string, credential: FederatedCredential): void;
}
