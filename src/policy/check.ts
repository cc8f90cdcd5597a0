import { matchGlob, sameUuid } from '../text.ts';
import type { AccessRequest, Claims, GrantRule, Policy, SignerName } from './types.ts';

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
  /** The first of the step's that the grant takes; undefined for none, which leaves a check unmet. */
  readonly signer: SignerName | undefined;
}

/** Everything that the grant wants, in its own order. */
export function judgeGrant(rule: GrantRule, { exchanges }: Policy, claims: Claims, request: AccessRequest): Judged {
  const { allow, when, require, exchange } = rule;
  const oneOf = (part: Check['part'], name: string, wanted: readonly string[], got?: string): Check => {
    return { part, name, wanted, got, met: got !== undefined && wanted.includes(got) };
  };
  const given = (name: string, variable: string, isSet: boolean): Check =>
    oneOf('require', name, [variable], isSet ? variable : undefined);
  const checks = [
    oneOf('allow', 'action', allow.actions, request.action),
    oneOf('allow', 'project', allow.projects, request.projectId),
    oneOf('allow', 'target', allow.targets, request.target),
    ...Object.entries(when).map(([claim, wanted]) => checkClaim(claim, wanted, claims)),
  ];
  if (request.exchange !== undefined) checks.push(oneOf('require', 'exchange', [exchange], request.exchange));
  const takes = rule.signer === undefined ? require.signers : [rule.signer];
  const signer = request.signers.find((name) => [takes, require.signers].every((list) => list?.includes(name) ?? true));
  const got = signer ?? request.signers.join(', ');
  if (takes) checks.push({ part: 'require', name: 'signer', wanted: takes, got, met: signer !== undefined });
  if (require.timestamp) checks.push(given('timestamp', 'TIMESTAMP_URL', request.timestamp));
  if (require.store) checks.push(given('store', 'RECORD_STORE', request.store));
  if (require.actors) checks.push(oneOf('require', 'actor', require.actors, request.actor));
  const credential = exchanges[exchange]?.some((hop) => 'static' in hop) === true ? 'static' : 'short-lived';
  if (require.noStatic) checks.push(oneOf('require', 'credential', ['short-lived'], credential));
  return { rule, checks, signer };
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
