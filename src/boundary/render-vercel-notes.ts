import type { GrantRule, HopConfig, Policy } from '../policy/types.ts';
import { mayOverlap } from './render-scopes.ts';
import type { Scope, WantedPolicy } from './types.ts';

/** Public id of the client "Vercel CLI": the one whose OIDC policies may deploy, as far as is known. */
export const VERCEL_CLI_CLIENT_ID = 'cl_HYyOPBNtFMfHhaUn9L4QPfTZz6TP47bp';

/** What the file says of a policy at Vercel: its team, its id and its client, where it does. */
export interface VercelHop {
  readonly team?: string;
  readonly policy?: string;
  readonly client?: string;
}

export function clientOf({ client = VERCEL_CLI_CLIENT_ID }: VercelHop): string {
  return client;
}

/** A scope, and the policy at Vercel that is to hold it. */
export interface Placed {
  readonly hop: VercelHop;
  readonly scope: Scope;
}

/** The hop by which Vercel judges the step's own token. After another hop it sees that one's token instead. */
export function vercelHopOf({ exchanges }: Policy, { exchange }: GrantRule): VercelHop | undefined {
  const hop = exchanges[exchange]?.[0];
  return hop && 'vercel' in hop ? hop.vercel : undefined;
}

/** The last hop before Vercel's, where there is one: whose issuer Vercel's policy is for. */
function issuedBy({ exchanges }: Policy, { exchange }: GrantRule): string | undefined {
  const chain: readonly HopConfig[] = exchanges[exchange] ?? [];
  const at = chain.findIndex((each) => 'vercel' in each);
  return at > 0 ? Object.keys(chain[at - 1] ?? {})[0] : undefined;
}

/** Ids that more than one wanted policy would need to have. */
export function sharedIds(policies: readonly WantedPolicy[]): ReadonlySet<string> {
  const ids = policies.flatMap(({ policyId }) => policyId ?? []);
  return new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
}

/** An id that two policies would need can be nobody's. */
export function tellShared(policies: readonly WantedPolicy[]): readonly string[] {
  return [...sharedIds(policies)].map((id) => {
    const here = policies.filter(({ policyId }) => policyId === id);
    const sets = here.map(({ grants }) => grants.join(' + ')).join(' | ');
    const issuers = new Set(here.map(({ request }) => request.issuerUrl));
    const fix =
      issuers.size > 1 ? 'A policy has one issuer: narrow each grant to its own (iss: in when), and give' : 'Give';
    return (
      `${id} is named for what ${String(here.length)} policies at Vercel must hold, because one for all would let in ` +
      `more: ${sets}. ${fix} each an exchange with a policy of its own.`
    );
  });
}

/** Vercel refuses a token that meets two policies where the exchange names none. */
export function tellUnnamed(placed: readonly Placed[]): readonly string[] {
  const clashing = placed.filter(
    (one) => one.hop.policy === undefined && placed.some((other) => other !== one && mayMeetBoth(one, other)),
  );
  if (clashing.length === 0) return [];
  const sets = clashing.map(({ scope }) => scope.grants.join(' + ')).join(' | ');
  return [
    `A step may meet another policy besides the one for ${sets}, and Vercel then asks for policy_id: name the policy of ` +
      'each in an exchange of its own, vercel: { policy: pol_... }.',
  ];
}

function mayMeetBoth(a: Placed, b: Placed): boolean {
  const teams = [a.hop.team, b.hop.team].filter((team) => team !== undefined);
  return clientOf(a.hop) === clientOf(b.hop) && new Set(teams).size < 2 && mayOverlap(a.scope, b.scope);
}

/** Grants of which Vercel holds nothing. */
export function tellUnrendered(policy: Policy, policies: readonly WantedPolicy[]): readonly string[] {
  const told = new Set(policies.flatMap(({ grants }) => grants));
  const missing = policy.grants.filter(({ id }) => !told.has(id));
  const list = (rules: readonly GrantRule[]): string => rules.map(({ id }) => id).join(', ');
  const never = missing.filter((grant) => vercelHopOf(policy, grant));
  const others = missing.filter((grant) => !vercelHopOf(policy, grant));
  const foreign = others.filter((grant) => issuedBy(policy, grant) !== undefined);
  const stored = others.filter((grant) => issuedBy(policy, grant) === undefined);
  const providers = [...new Set(foreign.map((grant) => issuedBy(policy, grant)))].join(', ');
  return [
    ...(never.length === 0
      ? []
      : [`Nothing is rendered for ${list(never)}: no token of these issuers and this audience can match.`]),
    ...(foreign.length === 0
      ? []
      : [
          `Nothing is rendered for ${list(foreign)}: Vercel sees the token of ${providers} there, not the step's. Its policy for that issuer is yours to write and to watch.`,
        ]),
    ...(stored.length === 0
      ? []
      : [`Nothing at Vercel bounds ${list(stored)}: their exchange uses a token that is stored.`]),
  ];
}

/** A loopback address is for trying a policy out. */
export function tellIssuers(policies: readonly WantedPolicy[]): readonly string[] {
  const issuers = [...new Set(policies.map(({ request }) => request.issuerUrl))];
  const refused = issuers.filter((issuer) => !/^https:\/\/[^/?#]+(?:\/[^/?#]+)*$/.test(issuer));
  return refused.length === 0
    ? []
    : [
        `Vercel will refuse ${refused.join(', ')}: it takes issuers over https alone, without an empty part in the path.`,
      ];
}
