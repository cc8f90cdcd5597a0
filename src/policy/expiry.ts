import type { Policy } from './types.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const WARNED_DAYS = 7;
export const RENEW = 'Review the policy, then set new dates: vercel-oidc-deploy policy renew deploy-policy.yml --write';

/** True after the last day, UTC, of the policy. `now` in milliseconds since 1970. */
export function isExpired({ expires }: Policy, now: number): boolean {
  // Not `now >=`: a date that cannot be read must count as expired.
  return expires !== undefined && !(now < startOfDay(expires) + DAY_MS);
}

/** What the reader of a log should know of a policy that still decides. `now` in milliseconds since 1970. */
export function policyWarnings(policy: Policy, now: number): string[] {
  const { expires, issuers } = policy;
  const warnings: string[] = [];
  const day = `at the end of ${String(expires)} (UTC)`;
  if (isExpired(policy, now)) {
    warnings.push(`The policy expired ${day}: only rollback is allowed. ${RENEW}`);
  } else if (expires !== undefined && now >= startOfDay(expires) - WARNED_DAYS * DAY_MS) {
    warnings.push(`The policy expires ${day}; afterwards only rollback is allowed. ${RENEW}`);
  }
  if (issuers.length === 0) {
    warnings.push("The policy names no issuers, so the step's own environment does. Add issuers to the policy.");
  }
  return warnings;
}

function startOfDay(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}
