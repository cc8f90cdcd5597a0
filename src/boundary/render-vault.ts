import type { GrantRule, Policy } from '../policy/types.ts';
import { listGrantLogins } from './drift-vault-wanted.ts';
import { chooseGrants } from './render-grants.ts';
import { toJson } from './render-json.ts';
import { audienceOf } from './render-scopes.ts';
import type { RenderOptions } from './types.ts';

/** Of a login's token: the one read of the hop `vault`, and its end. */
const HOP_USES = 2;
/** As often as it likes: a remote key is read, signs more than once where a server asks again, and is let go. */
const KEY_USES = 0;

/**
 * What to write to HashiCorp Vault or OpenBao, path by path: the jwt auth method for each issuer, and a role of it for
 * each grant. Short-lived, for a login and what the hop or the remote key does with it.
 */
export function renderVault(policy: Policy, options: RenderOptions): string {
  const { scopes, warnings } = chooseGrants(policy, options);
  const issuers = [...new Set(scopes.map(({ scope }) => scope.issuer))];
  const mountOf = (issuer: string): string => {
    const number = issuers.indexOf(issuer) + 1;
    return `${options.mount ?? 'jwt'}${number === 1 ? '' : `-${String(number)}`}`;
  };
  const writes = [
    ...issuers.map((issuer) => ({
      path: `auth/${mountOf(issuer)}/config`,
      data: { oidc_discovery_url: issuer, bound_issuer: issuer },
    })),
    ...scopes.map(({ grant, grant: { id }, scope: { issuer, claims } }) => ({
      path: `auth/${mountOf(issuer)}/role/${id}`,
      data: {
        role_type: 'jwt',
        user_claim: 'repositoryUuid',
        bound_audiences: [audienceOf(policy)],
        bound_claims_type: Object.values(claims).some(hasGlob) ? 'glob' : 'string',
        bound_claims: claims,
        token_policies: [id],
        token_ttl: '5m',
        token_max_ttl: '5m',
        token_num_uses: usesOf(policy, grant),
      },
    })),
  ];
  const notes = [
    'Each role gives the Vault policy named as its grant: write that policy, for the one secret that it may read.',
    `token_num_uses: ${String(HOP_USES)} fits the hop vault (a read, and the end of the login); a role that reaches a remote key (signer: vault) needs 0, or at least 5, and a Vault policy that allows read on the key and update on its sign path.`,
    ...(issuers.length > 1 ? ['A mount holds one issuer, so there is one for each.'] : []),
  ];
  return toJson({ warnings: [...warnings, ...notes], writes });
}

/** By who logs in as the role of this name; where nobody does yet, by the grant's own exchange and signer. */
function usesOf(policy: Policy, grant: GrantRule): number {
  const all = policy.grants.flatMap((one) => listGrantLogins(policy, one));
  const named = all.filter(({ login }) => login.role.toLowerCase() === grant.id.toLowerCase());
  const logins = named.length > 0 ? named : listGrantLogins(policy, grant);
  return logins.some(({ signs }) => signs) ? KEY_USES : HOP_USES;
}

function hasGlob(values: readonly string[]): boolean {
  return values.some((value) => value.includes('*'));
}
