import { matchGlob, sameUuid } from '../text.ts';
import type { AccessRequest, Claims, GrantRule, Policy } from './types.ts';

/** One thing that a grant wants, and what was got: decided and explained by the same lines. */
export interface Check {
  readonly part: 'allow' | 'when' | 'require';
  readonly name: string;
  /** Any of these. */
  readonly wanted: readonly string[];
  readonly got: string | undefined;
  readonly met: boolean;
}

export interface Judged {
  readonly rule: GrantRule;
  readonly checks: readonly Check[];
}

/** Everything that the grant wants, in its own order. */
export function judgeGrant(
  rule: GrantRule,
  exchanges: Policy['exchanges'],
  claims: Claims,
  request: AccessRequest,
): Judged {
  const { allow, when, require, exchange } = rule;
  const oneOf = (part: Check['part'], name: string, wanted: readonly string[], got: string): Check => {
    return { part, name, wanted, got, met: wanted.includes(got) };
  };
  const checks = [
    oneOf('allow', 'action', allow.actions, request.action),
    oneOf('allow', 'project', allow.projects, request.projectId),
    oneOf('allow', 'target', allow.targets, request.target),
    ...Object.entries(when).map(([claim, wanted]) => checkClaim(claim, wanted, claims)),
  ];
  if (request.exchange !== undefined) checks.push(oneOf('require', 'exchange', [exchange], request.exchange));
  if (require.signers) checks.push(oneOf('require', 'signer', require.signers, request.signer));
  if (require.actors) checks.push(oneOf('require', 'actor', require.actors, request.actor));
  if (require.noStatic === true) {
    const isStatic = exchanges[exchange]?.some((hop) => 'static' in hop) === true;
    checks.push(oneOf('require', 'credential', ['short-lived'], isStatic ? 'static' : 'short-lived'));
  }
  return { rule, checks };
}

export function findUnmet(checks: readonly Check[], part?: Check['part']): readonly Check[] {
  return checks.filter((check) => !check.met && (part === undefined || check.part === part));
}

/** A claim of the token itself, never an inherited one. An empty one says nothing, so it counts as absent. */
function checkClaim(name: string, wanted: readonly string[], claims: Claims): Check {
  const got = Object.hasOwn(claims, name) && claims[name] !== '' ? claims[name] : undefined;
  const matches = name.endsWith('Uuid') ? sameUuid : matchGlob;
  return { part: 'when', name, wanted, got, met: got !== undefined && wanted.some((value) => matches(value, got)) };
}
