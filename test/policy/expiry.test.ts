import { describe, expect, it } from '@jest/globals';
import { decideAccess, policyWarnings } from '../../src/policy/index.ts';
import { GOOD, NOW, identityWith, parse, requestFor } from './support/policy.ts';

const POLICY = parse(GOOD);
/** The first moment after the policy's last day. */
const AFTER = Date.UTC(2026, 11, 1);
const RENEW = 'Review the policy, then set new dates: vercel-oidc-deploy policy renew deploy-policy.yml --write';
const EXPIRES = `The policy expires at the end of 2026-11-30 (UTC); afterwards only rollback is allowed. ${RENEW}`;
const EXPIRED = `The policy expired at the end of 2026-11-30 (UTC): only rollback is allowed. ${RENEW}`;

describe('policyWarnings', () => {
  it.each([
    { name: 'eight days before', now: Date.UTC(2026, 10, 23) - 1, says: [] },
    { name: 'seven days before', now: Date.UTC(2026, 10, 23), says: [EXPIRES] },
    { name: 'on the last day', now: AFTER - 1, says: [EXPIRES] },
    { name: 'afterwards', now: AFTER, says: [EXPIRED] },
    { name: 'at a time that is none', now: NaN, says: [EXPIRED] },
  ])('$name', ({ now, says }) => {
    expect(policyWarnings(POLICY, now)).toEqual(says);
  });

  it('says when the environment chooses the issuer, and nothing of a policy without end', () => {
    const text = GOOD.replace(/^(expires|issuers):.*\n/gm, '');
    expect(policyWarnings(parse(text), NOW)).toEqual([
      "The policy names no issuers, so the step's own environment does. Add issuers to the policy.",
    ]);
  });
});

it('a denial after expiry names the command that renews, and suggests no grant', () => {
  const decision = decideAccess(POLICY, identityWith({}), requestFor({ now: AFTER }));
  expect(decision).toMatchObject({ denial: { fix: RENEW, suggest: false, details: [] } });
});
