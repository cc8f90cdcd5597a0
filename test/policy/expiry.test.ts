import { describe, expect, it } from '@jest/globals';
import { policyWarnings } from '../../src/policy/index.ts';
import { GOOD, NOW, parse } from './support/policy.ts';

const POLICY = parse(GOOD);
/** The first moment after the policy's last day. */
const AFTER = Date.UTC(2026, 11, 1);

describe('policyWarnings', () => {
  it.each([
    { name: 'eight days before', now: Date.UTC(2026, 10, 23) - 1, says: [] },
    {
      name: 'seven days before',
      now: Date.UTC(2026, 10, 23),
      says: [expect.stringContaining('expires at the end of 2026-11-30 (UTC)')],
    },
    {
      name: 'on the last day',
      now: AFTER - 1,
      says: [expect.stringContaining('expires at the end of 2026-11-30 (UTC)')],
    },
    { name: 'afterwards', now: AFTER, says: [expect.stringContaining('expired at the end of 2026-11-30 (UTC)')] },
  ])('$name', ({ now, says }) => {
    expect(policyWarnings(POLICY, now)).toEqual(says);
  });

  it('says when the environment chooses the issuer, and nothing of a policy without end', () => {
    const text = GOOD.replace(/^(expires|issuers):.*\n/gm, '');
    expect(policyWarnings(parse(text), NOW)).toEqual([expect.stringContaining('names no issuers')]);
  });
});
