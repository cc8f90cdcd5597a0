import { randomUUID } from 'node:crypto';
import { takeSigningKey, type SigningKey } from '../bitbucket/keys.ts';
import type { ApiOptions, ApplicationOptions, EntraDeps, FederatedCredential } from './types.ts';

const MAX_CREDENTIALS = 20;
const MAX_AUDIENCE_CHARS = 600;
/** Bitbucket's keys of this process have the first numbers. */
const KEY_INDEX = 1000;

export interface KnownCredential extends Required<FederatedCredential> {
  /** Milliseconds since 1970. */
  readonly knownFrom: number;
}

export interface Application {
  readonly clientId: string;
  readonly objectId: string;
  readonly roles: Readonly<Record<string, readonly string[]>> | undefined;
  readonly credentials: KnownCredential[];
}

export interface EntraState {
  readonly now: () => number;
  readonly fetchKeys: EntraDeps['fetchKeys'];
  readonly authority: string;
  readonly tenantId: string;
  readonly domains: readonly string[];
  readonly applications: readonly Application[];
  readonly apis: readonly ApiOptions[];
  readonly propagationMs: number;
  readonly expiresInSeconds: number;
  readonly key: SigningKey;
}

export async function createEntraState({ now, fetchKeys, options = {} }: EntraDeps): Promise<EntraState> {
  const {
    authority = 'https://login.microsoftonline.com',
    tenantId = '5f0e9a0c-3d1b-4b52-9a53-6c1f0d1e2a3b',
    domains = ['acme.onmicrosoft.com'],
    applications = [],
    apis = [],
    propagationMs = 0,
    expiresInSeconds = 3599,
  } = options;
  return {
    ...{ now, fetchKeys, authority, tenantId, domains, apis, propagationMs, expiresInSeconds },
    applications: applications.map(readApplication),
    key: await takeSigningKey(KEY_INDEX),
  };
}

function readApplication({
  clientId,
  objectId = randomUUID(),
  roles,
  credentials = [],
}: ApplicationOptions): Application {
  const application: Application = { clientId, objectId, roles, credentials: [] };
  for (const credential of credentials) addCredential(application, credential, 0);
  return application;
}

/** By Graph's rules for federated credentials. */
export function addCredential(application: Application, credential: FederatedCredential, knownFrom: number): void {
  const { issuer, subject, audience = 'api://AzureADTokenExchange' } = credential;
  const { clientId, credentials } = application;
  if (credentials.length >= MAX_CREDENTIALS) throw new Error(`${clientId} has ${String(MAX_CREDENTIALS)} credentials.`);
  if (audience.length > MAX_AUDIENCE_CHARS) throw new Error('The audience is longer than 600 characters.');
  if (credentials.some((other) => other.issuer === issuer && other.subject === subject)) {
    throw new Error(`${clientId} has a credential of ${issuer} for ${subject}.`);
  }
  credentials.push({ issuer, subject, audience, knownFrom });
}

/** Of tokens of version 2. Version 1 has another host, and a slash at its end. */
export function issuerOf({ authority, tenantId }: EntraState, version: 1 | 2): string {
  return version === 2 ? `${authority}/${tenantId}/v2.0` : `https://sts.windows.net/${tenantId}/`;
}
