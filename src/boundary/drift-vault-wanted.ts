import type { HopConfig, VaultLogin } from '../exchange/config.ts';
import type { GrantRule, Policy, SignerName } from '../policy/types.ts';
import { audienceOf, combineScopes, toScopes } from './render-scopes.ts';
import type { Scope } from './types.ts';

/** A role of Vault's jwt auth method that the file's exchanges and signers log in as, and whom it should admit. */
export interface WantedVaultRole {
  readonly server: Pick<VaultLogin, 'address' | 'namespace'>;
  readonly mount: string;
  readonly role: string;
  readonly audience: string;
  readonly grants: readonly string[];
  /** More than one: no single role says it. */
  readonly scopes: readonly Scope[];
  /** The file's other roles of this mount. */
  readonly beside: readonly string[];
}

/** A login with the step's own token. */
export interface StepLogin {
  readonly login: VaultLogin;
  /** For a remote key; else for what the hop `vault` takes. */
  readonly signs: boolean;
}

/** Of every login with the step's own token: the first hop of a chain, and the remote keys of any, those for records too. */
export function listVaultRoles(policy: Policy): readonly WantedVaultRole[] {
  const roles = new Map<string, Omit<WantedVaultRole, 'beside'>>();
  for (const grant of policy.grants) {
    const logins = listGrantLogins(policy, grant);
    // To a role a project is nothing.
    const scopes = logins.length === 0 ? [] : toScopes(policy, grant).map((scope) => ({ ...scope, projects: [] }));
    for (const { address, namespace, mount = 'jwt', role } of logins.map(({ login }) => login)) {
      const key = JSON.stringify([address, namespace, mount, role.toLowerCase()]);
      const known = roles.get(key);
      roles.set(key, {
        server: { address, ...(namespace === undefined ? {} : { namespace }) },
        // Vault writes names of roles in small letters.
        ...{ mount, role: role.toLowerCase(), audience: audienceOf(policy) },
        grants: [...new Set([...(known?.grants ?? []), grant.id])],
        scopes: combineScopes([...(known?.scopes ?? []), ...scopes]),
      });
    }
  }
  const all = [...roles.values()];
  return all.map((role) => ({
    ...role,
    beside: all.filter((other) => other !== role && isSameMount(other, role)).map((other) => other.role),
  }));
}

function isSameMount(a: Omit<WantedVaultRole, 'beside'>, b: Omit<WantedVaultRole, 'beside'>): boolean {
  return a.server.address === b.server.address && a.server.namespace === b.server.namespace && a.mount === b.mount;
}

export function listGrantLogins(policy: Policy, grant: GrantRule): readonly StepLogin[] {
  const takes = (name: SignerName): boolean =>
    grant.signer === undefined ? grant.require.signers?.includes(name) !== false : grant.signer === name;
  const { vault, 'azure-key-vault': azure } = policy.signers;
  return [
    ...listLogins(policy.exchanges[grant.exchange]),
    ...(vault && takes('vault') ? [{ login: vault, signs: true }] : []),
    ...(azure && takes('azure-key-vault') ? listLogins(policy.exchanges[azure.exchange]) : []),
  ];
}

function listLogins(chain: readonly HopConfig[] = []): readonly StepLogin[] {
  return chain.flatMap((hop, index) => {
    const {
      vault,
      okta,
      'token-exchange': exchange,
    } = hop as {
      readonly vault?: VaultLogin;
      readonly okta?: { readonly signer: { readonly vault?: VaultLogin } };
      readonly 'token-exchange'?: { readonly signer?: { readonly vault?: VaultLogin } };
    };
    return [
      // Behind another hop Vault sees that hop's token, of which the file says nothing.
      { login: index === 0 ? vault : undefined, signs: false },
      { login: okta?.signer.vault, signs: true },
      { login: exchange?.signer?.vault, signs: true },
    ].flatMap(({ login, signs }) => (login ? [{ login, signs }] : []));
  });
}
