import { createPublicKey } from 'node:crypto';
import type { JSONWebKeySet, JWK } from 'jose';
import type { Asked } from './asked.ts';
import { createEntra, type EntraSandbox } from './entra/entra.ts';
import { createHoop, type HoopSandbox } from './hoop/hoop.ts';
import { createOkta, type OktaSandbox } from './okta/okta.ts';
import type { Route } from './router.ts';
import { createTsa, type TsaSandbox } from './tsa/tsa.ts';
import type { SandboxIssuer } from './types.ts';
import type { PolicyOptions } from './vercel/types.ts';
import { createVault, type VaultSandbox, type VercelTokens } from './vault/vault.ts';

/** Where each stands; an origin of its own for each, as in the world. */
export interface ProviderUrls {
  readonly vault: string;
  readonly entra: string;
  readonly okta: string;
  readonly hoop: string;
  readonly hoopProxy: string;
  readonly tsa: string;
}

export const PROVIDER_URLS: ProviderUrls = {
  vault: 'https://vault.example.com',
  entra: 'https://login.microsoftonline.com',
  okta: 'https://acme.okta.com',
  hoop: 'https://hoop.example.com',
  hoopProxy: 'https://hoop.example.com:18888',
  tsa: 'https://tsa.example.com',
};

/**
 * The identity providers of a team, set up so that the step of the sandbox may use each, and nobody else; and an
 * authority for timestamps, which anybody may ask.
 */
export interface Providers {
  readonly vault: VaultSandbox;
  readonly entra: EntraSandbox;
  readonly okta: OktaSandbox;
  readonly hoop: HoopSandbox;
  readonly tsa: TsaSandbox;
}

export const VAULT_ROLE = 'pipelines';
export const IDENTITY_ROLE = 'entra-bridge';
export const TRANSIT_KEY = 'okta-client';
/** Signs records. */
export const RECORD_KEY = 'deploy-records';
export const ENTRA_CLIENT = '22222222-0000-4000-8000-00000000c11e';
export const ENTRA_SCOPE = 'api://deploy/.default';
export const OKTA_CLIENT = '0oa1deploy';
const OKTA_SERVER = '/oauth2/default';
const FEDERATION = 'api://AzureADTokenExchange';

export interface ProviderDeps {
  readonly urls: ProviderUrls;
  readonly issuer: SandboxIssuer;
  /** Of the step's token, for Vault. */
  readonly audience: string;
  readonly vercelUrl: string;
  /** A user's token, as hoop keeps it. */
  readonly vercelToken: () => string;
  readonly vercelTokens: VercelTokens;
  readonly now: () => number;
}

export interface OpenProviders {
  readonly providers: Providers;
  readonly routes: readonly Route[];
  readonly passOn: (asked: Asked) => Asked | undefined;
  readonly keysOf: (issuer: string) => JSONWebKeySet | undefined;
  /** Vercel's policies for the tokens of Entra and Okta. */
  readonly policies: readonly PolicyOptions[];
}

export async function createProviders(deps: ProviderDeps): Promise<OpenProviders> {
  const { urls, issuer, now } = deps;
  const known = new Map<string, () => JSONWebKeySet>([[issuer.url, () => issuer.keys()]]);
  const keysOf = (url: string): JSONWebKeySet | undefined => known.get(url)?.();
  const { vault, routes: vaultRoutes } = await openVault(deps, keysOf);
  known.set(vault.issuer, () => vault.keys());
  const { entra, routes: entraRoutes } = await openEntra(deps, vault, keysOf);
  known.set(entra.issuer, () => entra.keys());
  const { okta, routes: oktaRoutes } = await createOkta({
    url: `${urls.okta}${OKTA_SERVER}`,
    clients: [{ clientId: OKTA_CLIENT, keys: [publicJwk(vault.publicKeyOf('transit', TRANSIT_KEY))] }],
    now,
  });
  known.set(okta.issuer, () => okta.keys());
  const { hoop, routes: hoopRoutes, passOn } = openHoop(deps, okta);
  const { tsa, routes: tsaRoutes } = createTsa({ url: urls.tsa, now });
  return {
    providers: { vault, entra, okta, hoop, tsa },
    routes: [...vaultRoutes, ...entraRoutes, ...oktaRoutes, ...hoopRoutes, ...tsaRoutes],
    passOn,
    keysOf,
    policies: [
      { policyId: 'pol_entra', issuerUrl: entra.issuer, claims: [{ name: 'azp', values: [{ value: ENTRA_CLIENT }] }] },
      { policyId: 'pol_okta', issuerUrl: okta.issuer, claims: [{ name: 'cid', values: [{ value: OKTA_CLIENT }] }] },
    ],
  };
}

/** One application, for the identity tokens that Vault gives this repository. */
function openEntra(
  { urls, issuer, now }: ProviderDeps,
  vault: VaultSandbox,
  fetchKeys: (issuer: string) => JSONWebKeySet | undefined,
): ReturnType<typeof createEntra> {
  const subject = vault.entityOf('jwt', issuer.step.repositoryUuid);
  const credentials = [{ issuer: vault.issuer, subject, audience: FEDERATION }];
  return createEntra({
    ...{ now, fetchKeys },
    options: {
      authority: urls.entra,
      applications: [{ clientId: ENTRA_CLIENT, credentials }],
      apis: [{ uri: 'api://deploy', clientId: '33333333-0000-4000-8000-0000000000a9' }],
    },
  });
}

/** Its one identity provider is Okta. */
function openHoop(
  { urls, vercelUrl, vercelToken, now }: ProviderDeps,
  { tokens }: OktaSandbox,
): ReturnType<typeof createHoop> {
  const subjectOf = (token: string): string | undefined =>
    tokens.find(({ value, expiresAt }) => value === token && expiresAt > now())?.clientId;
  return createHoop({ url: urls.hoop, proxyUrl: urls.hoopProxy, vercelUrl, vercelToken, subjectOf, now });
}

/** One role, for the step's repository alone; what it may do is what the chains need. */
function openVault(
  { urls, issuer, audience, vercelTokens, now }: ProviderDeps,
  fetchKeys: (issuer: string) => JSONWebKeySet | undefined,
): ReturnType<typeof createVault> {
  const { workspaceUuid, repositoryUuid } = issuer.step;
  return createVault({
    ...{ now, fetchKeys, vercelTokens },
    options: {
      address: urls.vault,
      jwt: {
        jwt: {
          config: { oidc_discovery_url: issuer.url, bound_issuer: issuer.url },
          roles: {
            [VAULT_ROLE]: {
              ...{ role_type: 'jwt', user_claim: 'repositoryUuid', bound_audiences: [audience] },
              bound_claims: { workspaceUuid, repositoryUuid },
              ...{ token_policies: ['deploy'], token_ttl: '10m' },
            },
          },
        },
      },
      policies: {
        deploy: {
          [`identity/oidc/token/${IDENTITY_ROLE}`]: ['read'],
          'transit/*': ['read', 'update'],
          'vercel-secrets/token': ['read'],
          'kv/data/vercel': ['read'],
          'sys/leases/revoke': ['update'],
        },
      },
      vercel: { 'vercel-secrets': { max_ttl: 3600 } },
      identity: { [IDENTITY_ROLE]: { client_id: FEDERATION } },
      transit: { transit: { [TRANSIT_KEY]: 'ecdsa-p256', [RECORD_KEY]: 'ecdsa-p256' } },
    },
  });
}

function publicJwk(pem: string): JWK {
  return { ...createPublicKey(pem).export({ format: 'jwk' }), kid: TRANSIT_KEY, alg: 'ES256', use: 'sig' };
}
