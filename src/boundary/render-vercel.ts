import { PipeError } from '../errors.ts';
import type { Policy } from '../policy/types.ts';
import { toJson } from './render-json.ts';
import { audienceOf, combineScopes, toScopes } from './render-scopes.ts';
import {
  clientOf,
  sharedIds,
  tellIssuers,
  tellShared,
  tellUnnamed,
  tellUnrendered,
  vercelHopOf,
  type VercelHop,
} from './render-vercel-notes.ts';
import { tellLimits } from './render-warnings.ts';
import type { Scope, VercelClaim, WantedPolicy } from './types.ts';

/** Limits of Vercel's API. */
const MAX_CLAIMS = 20;
const MAX_NAME = 256;

/** Vercel's side of a policy file: the OIDC policies that it wants, and what a reader should know. */
export interface VercelSide {
  readonly policies: readonly WantedPolicy[];
  readonly warnings: readonly string[];
}

/**
 * The fewest OIDC policies that admit exactly the tokens and projects of the grants that use Vercel's exchange. Grants
 * whose hop names the same policy become one where one can say what they say; where it cannot, each keeps its own.
 * @throws {PipeError} `POLICY_INVALID` where Vercel could not hold it.
 */
export function toVercelSide(policy: Policy): VercelSide {
  const groups = new Map<string, { readonly hop: VercelHop; readonly scopes: Scope[] }>();
  for (const grant of policy.grants) {
    const hop = vercelHopOf(policy, grant);
    if (!hop) continue;
    const key = JSON.stringify([hop.team, hop.policy, clientOf(hop)]);
    const group = groups.get(key) ?? { hop, scopes: [] };
    groups.set(key, group);
    group.scopes.push(...toScopes(policy, grant));
  }
  const placed = [...groups.values()].flatMap(({ hop, scopes }) =>
    combineScopes(scopes).map((scope) => ({ hop, scope })),
  );
  const policies = placed.map(({ hop, scope }) => toWanted(policy, hop, scope));
  const notes = [
    ...tellUnrendered(policy, policies),
    ...tellIssuers(policies),
    ...tellShared(policies),
    ...tellUnnamed(placed),
  ];
  return { policies, warnings: [...tellLimits(policy), ...notes] };
}

export function renderVercelApi(policy: Policy): string {
  const { policies, warnings } = toVercelSide(policy);
  const shared = sharedIds(policies);
  return toJson({
    warnings,
    policies: policies.map(({ grants, teamId, policyId, request }) => ({
      grants,
      teamId: teamId ?? null,
      policyId: policyId === undefined || shared.has(policyId) ? null : policyId,
      request,
    })),
  });
}

function toWanted(policy: Policy, hop: VercelHop, { grants, issuer, claims, projects }: Scope): WantedPolicy {
  const named = Object.entries(claims).map(([name, values]) => toClaim(name, values));
  const all = [toClaim('aud', [audienceOf(policy)], false), ...named];
  if (all.length > MAX_CLAIMS) throw tooManyClaims(grants, all.length);
  return {
    grants,
    teamId: hop.team,
    policyId: hop.policy,
    request: {
      clientId: clientOf(hop),
      issuerUrl: issuer,
      name: nameOf(grants),
      claims: all,
      // Which commands or permissions a deployment over the REST API needs is not documented.
      permissions: ['*'],
      resources: { projectIds: projects },
    },
  };
}

/** In a policy file `*` is always any run of characters; in an audience it is a letter. */
function toClaim(name: string, values: readonly string[], globs = true): VercelClaim {
  return { name, values: values.map((value) => ({ value, wildcards: globs && value.includes('*') })) };
}

function nameOf(grants: readonly string[]): string {
  const whole = grants.join(', ');
  return whole.length <= MAX_NAME ? whole : `${grants[0] ?? ''} and ${String(grants.length - 1)} more grants`;
}

function tooManyClaims(grants: readonly string[], got: number): PipeError {
  return new PipeError({
    code: 'POLICY_INVALID',
    message: `Vercel cannot hold what the grant ${grants.join(', ')} wants.`,
    got: `${String(got)} claims, aud included`,
    wanted: `at most ${String(MAX_CLAIMS)}`,
    fix: 'Leave out of when what the other claims decide already.',
  });
}
