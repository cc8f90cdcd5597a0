import { PipeError } from '../errors.ts';
import type { GrantRule, Policy } from '../policy/types.ts';
import { toScopes } from './render-scopes.ts';
import { tellLimits } from './render-warnings.ts';
import type { RenderOptions, Scope } from './types.ts';

/** The grants that a form is written for, with one scope for each issuer. */
export interface GrantScopes {
  readonly scopes: readonly { readonly grant: GrantRule; readonly scope: Scope }[];
  readonly warnings: readonly string[];
}

/** @throws {PipeError} `USAGE` for a grant that the policy lacks. */
export function chooseGrants(policy: Policy, { grant: wanted }: RenderOptions): GrantScopes {
  const grants = policy.grants.filter(({ id }) => wanted === undefined || id === wanted);
  if (grants.length === 0) {
    throw new PipeError({
      code: 'USAGE',
      message: 'The policy has no such grant.',
      got: `--grant ${JSON.stringify(wanted)}`,
      wanted: `one of ${policy.grants.map(({ id }) => id).join(', ')}`,
    });
  }
  const scopes = grants.flatMap((grant) => toScopes(policy, grant).map((scope) => ({ grant, scope })));
  const never = grants.filter(({ id }) => !scopes.some(({ grant }) => grant.id === id)).map(({ id }) => id);
  const warnings = [...tellLimits(policy)];
  if (never.length > 0) {
    warnings.push(
      `Nothing is rendered for ${never.join(', ')}: no token of these issuers and this audience can match.`,
    );
  }
  return { scopes, warnings };
}
