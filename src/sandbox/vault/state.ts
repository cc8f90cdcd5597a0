import { randomUUID, type KeyObject } from 'node:crypto';
import { takeSigningKey, type SigningKey } from '../bitbucket/keys.ts';
import type { Call } from '../router.ts';
import { makeTransitKey } from './transit-keys.ts';
import type {
  TransitType,
  VaultAuthConfig,
  VaultDeps,
  VaultOptions,
  VaultPolicy,
  VaultRole,
  VercelTokens,
} from './types.ts';

/** Beside the keys that other fakes of this process take. */
const IDENTITY_KEY = 2000;

export interface Token {
  readonly value: string;
  readonly policies: readonly string[];
  readonly entityId: string;
  readonly batch: boolean;
  readonly expiresAt: number;
  /** Undefined: as often as it likes. */
  usesLeft: number | undefined;
  revoked: boolean;
}

export interface Lease {
  readonly id: string;
  readonly owner: Token;
  /** The token's id at Vercel. */
  readonly tokenId: string;
  readonly expiresAt: number;
  revoked: boolean;
}

export interface AuthMount {
  config: VaultAuthConfig | undefined;
  readonly roles: Map<string, VaultRole>;
}

export interface TransitKey {
  readonly type: TransitType;
  /** Version 1 first. */
  readonly versions: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }[];
}

export interface VaultState {
  readonly now: () => number;
  readonly fetchKeys: VaultDeps['fetchKeys'];
  readonly vercelTokens: VercelTokens;
  readonly options: VaultOptions;
  readonly address: string;
  readonly namespace: string;
  readonly operatorToken: string;
  readonly mounts: Map<string, AuthMount>;
  readonly policies: Map<string, VaultPolicy>;
  readonly transit: ReadonlyMap<string, ReadonlyMap<string, TransitKey>>;
  readonly identityKey: SigningKey;
  readonly tokens: Token[];
  readonly leases: Lease[];
  readonly entities: Map<string, string>;
  sealed: boolean;
}

/** A request below `/v1/`, with who asks. */
export interface VaultCall extends Call {
  readonly path: string;
  readonly token: Token;
}

/** As Vault has it of itself; a policy of the test's own adds to it. */
const DEFAULT_POLICY: VaultPolicy = {
  'auth/token/lookup-self': ['read'],
  'auth/token/revoke-self': ['update'],
  'sys/leases/lookup': ['update'],
};

export async function createVaultState(deps: VaultDeps): Promise<VaultState> {
  const { now, fetchKeys, options = {}, vercelTokens = nobodysTokens() } = deps;
  const { address = 'https://vault.example.com', namespace = '', jwt = {}, policies = {}, transit = {} } = options;
  return {
    ...{ now, fetchKeys, vercelTokens, options, address, namespace },
    operatorToken: `hvs.operator-${randomUUID()}`,
    mounts: mapOf(jwt, ({ config, roles = {} }) => ({ config, roles: new Map(Object.entries(roles)) })),
    policies: new Map([['default', DEFAULT_POLICY], ...Object.entries(policies)]),
    transit: mapOf(transit, (keys) => mapOf(keys, (type) => ({ type, versions: [makeTransitKey(type)] }))),
    identityKey: await takeSigningKey(IDENTITY_KEY),
    ...{ tokens: [], leases: [], entities: new Map(), sealed: false },
  };
}

/** The same for one value of a user_claim, for ever: the entity that its alias belongs to. */
export function entityOf(state: VaultState, mount: string, name: string): string {
  const alias = JSON.stringify([mount, name]);
  const known = state.entities.get(alias);
  if (known !== undefined) return known;
  const id = randomUUID();
  state.entities.set(alias, id);
  return id;
}

function mapOf<From, To>(values: Readonly<Record<string, From>>, change: (value: From) => To): Map<string, To> {
  return new Map(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

function nobodysTokens(): VercelTokens {
  return {
    issue: () => ({ id: randomUUID(), token: `vcp_${randomUUID().replaceAll('-', '')}` }),
    revoke: () => undefined,
  };
}
