import { describe, expect, it } from '@jest/globals';
import { decideAccess, judgeAccess } from '../../src/policy/index.ts';
import { ENVIRONMENT, GOOD, identityWith, parse, requestFor } from './support/policy.ts';

const POLICY = parse(GOOD);
const WHO = identityWith({ deploymentEnvironmentUuid: ENVIRONMENT, branchName: 'main' });
const AFTER = Date.UTC(2026, 11, 1);

describe('a rollback under an expired policy', () => {
  it('is granted, and the grant says so', () => {
    const rollback = { target: 'production', action: 'rollback' } as const;
    const expired = decideAccess(POLICY, WHO, requestFor({ ...rollback, now: AFTER }));
    expect(expired).toMatchObject({ grant: { id: 'web-production', expiredPolicy: true } });
    const before = decideAccess(POLICY, WHO, requestFor({ ...rollback, now: AFTER - 1 }));
    expect(before).toMatchObject({ grant: { id: 'web-production', expiredPolicy: false } });
  });
});

describe('judgeAccess', () => {
  it('answers for claims that nobody verified as decideAccess does for verified ones', () => {
    for (const request of [requestFor({ target: 'production' }), requestFor({ target: 'staging' })]) {
      expect(judgeAccess(POLICY, WHO.claims, request)).toEqual(decideAccess(POLICY, WHO, request));
    }
  });
});
