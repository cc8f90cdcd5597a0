import type { Policy } from '../policy/types.ts';
import { chooseGrants } from './render-grants.ts';
import { toJson } from './render-json.ts';
import { audienceOf } from './render-scopes.ts';
import type { RenderOptions } from './types.ts';

/**
 * What to write to HashiCorp Vault or OpenBao, path by path: the jwt auth method for each issuer, and a role of it for
 * each grant. Short-lived, for a login and one read.
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
    ...scopes.map(({ grant: { id }, scope: { issuer, claims } }) => ({
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
        token_num_uses: 2,
      },
    })),
  ];
  const notes = [
    'Each role gives the Vault policy named as its grant: write that policy, for the one secret that it may read.',
    ...(issuers.length > 1 ? ['A mount holds one issuer, so there is one for each.'] : []),
  ];
  return toJson({ warnings: [...warnings, ...notes], writes });
}

function hasGlob(values: readonly string[]): boolean {
  return values.some((value) => value.includes('*'));
}
