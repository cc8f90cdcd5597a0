import { show } from './faults.ts';
import { findUncovered, findUnmet, readClaim } from './match.ts';
import type { AccessRequest, GrantRule } from './types.ts';

type Claims = Readonly<Record<string, string>>;

/** A policy may have hundreds of grants, and a claim dozens of values: the first tell enough. */
const MAX_TOLD = 20;

/**
 * What each grant misses, one line each, and for the nearest every claim, wanted and got. The nearest misses least: first
 * in `allow`, then in `when`; the id settles the rest, never the order of the file.
 */
export function explainGrants(rules: readonly GrantRule[], claims: Claims, request: AccessRequest): Explanation {
  const judged = rules.map((rule) => ({ rule, allow: findUncovered(rule, request), when: findUnmet(rule, claims) }));
  const byId = (a: GrantRule, b: GrantRule): number => (a.id < b.id ? -1 : 1);
  judged.sort((a, b) => a.allow.length - b.allow.length || a.when.length - b.when.length || byId(a.rule, b.rule));
  const lines = judged.slice(0, MAX_TOLD).flatMap(({ rule, allow, when }, index) => {
    const uncovered = allow.length > 0 ? [`does not allow ${allow.map(show).join(', ')}`] : [];
    const unmet = when.length > 0 ? [`claims not met: ${when.join(', ')}`] : [];
    const line = `grant ${rule.id}${index === 0 ? ' (nearest)' : ''}: ${[...uncovered, ...unmet].join('; ')}`;
    return index === 0 ? [line, ...explainClaims(rule, when, claims)] : [line];
  });
  const rest = judged.length > MAX_TOLD ? [`and ${String(judged.length - MAX_TOLD)} grants further off`] : [];
  return { nearest: judged[0]?.rule, details: [...lines, ...rest] };
}

interface Explanation {
  readonly nearest: GrantRule | undefined;
  readonly details: readonly string[];
}

function explainClaims({ when }: GrantRule, unmet: readonly string[], claims: Claims): readonly string[] {
  return Object.entries(when).map(([claim, values]) => {
    const got = readClaim(claims, claim);
    const told = got === undefined ? 'nothing: the token has no such claim' : show(got);
    const wanted = values.slice(0, MAX_TOLD).map(show).join(' or ');
    return unmet.includes(claim) ? `  ${claim}: wanted ${wanted}, got ${told}` : `  ${claim}: met by ${told}`;
  });
}
