import type { HopConfig, VaultLogin } from '../exchange/config.ts';
import type { Policy } from '../policy/types.ts';
import { audienceOf, combineScopes, toScopes } from './render-scopes.ts';
import type { Scope } from './types.ts';

/** A role of Vault's jwt auth method that the file's exchanges log in as, and whom it should admit. */
export interface WantedVaultRole {
  readonly server: Pick<VaultLogin, 'address' | 'namespace'>;
  readonly mount: string;
  readonly role: string;
  readonly audience: string;
  readonly grants: readonly string[];
  /** More than one: no single role says it. */
  readonly scopes: readonly Scope[];
}

/** Of every login with the step's own token: the first hop of a chain, and the remote keys of any. */
export function listVaultRoles(policy: Policy): readonly WantedVaultRole[] {
  const roles = new Map<string, WantedVaultRole>();
  for (const grant of policy.grants) {
    // To a role a project is nothing.
    const scopes = toScopes(policy, grant).map((scope) => ({ ...scope, projects: [] }));
    for (const { address, namespace, mount = 'jwt', role } of (policy.exchanges[grant.exchange] ?? []).flatMap(
      loginsOf,
    )) {
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
  return [...roles.values()];
}

function loginsOf(hop: HopConfig, index: number): readonly VaultLogin[] {
  const {
    vault,
    okta,
    'token-exchange': exchange,
  } = hop as {
    readonly vault?: VaultLogin;
    readonly okta?: { readonly signer: { readonly vault?: VaultLogin } };
    readonly 'token-exchange'?: { readonly signer?: { readonly vault?: VaultLogin } };
  };
  // Behind another hop Vault sees that hop's token, of which the file says nothing.
  const logins = [index === 0 ? vault : undefined, okta?.signer.vault, exchange?.signer?.vault];
  return logins.filter((login) => login !== undefined);
}
