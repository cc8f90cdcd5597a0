import { describe, expect, it } from '@jest/globals';
import { decideAccess, type AccessRequest, type Denial, type Policy } from '../../src/policy/index.ts';
import { ENVIRONMENT, GOOD, identityWith, outcome, parse, requestFor } from './support/policy.ts';

type Claims = Readonly<Record<string, string | undefined>>;
const PRODUCTION = requestFor({ target: 'production' });
const POLICY = parse(GOOD);

function deny(policy: Policy | undefined, claims: Claims, request: AccessRequest): Denial {
  const decision = decideAccess(policy, identityWith(claims), request);
  if ('grant' in decision) throw new Error(`granted: ${decision.grant.id}`);
  return decision.denial;
}

describe('a denial explains itself', () => {
  it('grant by grant, and claim by claim for the nearest', () => {
    const denial = deny(POLICY, { branchName: 'feature\u001b[2K' }, PRODUCTION);
    expect(denial.nearestGrant).toBe('web-production');
    expect(denial.details).toEqual([
      'grant web-production (nearest): claims not met: deploymentEnvironmentUuid, branchName',
      '  workspaceUuid: met by "{11111111-1111-4111-8111-111111111111}"',
      '  repositoryUuid: met by "{22222222-2222-4222-8222-222222222222}"',
      `  deploymentEnvironmentUuid: wanted "${ENVIRONMENT}", got nothing: the token has no such claim`,
      '  branchName: wanted "main" or "release/*", got "feature\\u001b[2K"',
      'grant web-preview: does not allow "production"',
    ]);
  });

  it('within bounds, for a policy of hundreds of grants', () => {
    const [grant] = POLICY.grants;
    const grants = Array.from({ length: 500 }, (_, index) => ({
      ...(grant as (typeof POLICY.grants)[0] & object),
      id: `g${String(index)}`,
    }));
    const start = performance.now();
    const denial = deny({ ...POLICY, grants }, {}, PRODUCTION);
    expect(performance.now() - start).toBeLessThan(250);
    expect(denial.details.length).toBeLessThan(30);
    expect(denial.details.at(-1)).toBe('and 480 grants further off');
  });
});

const IN_PRODUCTION = { deploymentEnvironmentUuid: ENVIRONMENT };
const ODD_NAME = 'it\'s: #1 "prod"\n- {x}';

describe('the suggestion', () => {
  it.each<{ name: string; claims: Claims; request: AccessRequest }>([
    { name: 'production', claims: IN_PRODUCTION, request: PRODUCTION },
    { name: 'a custom environment', claims: {}, request: requestFor({ target: 'no' }) },
    { name: 'a rollback', claims: IN_PRODUCTION, request: requestFor({ target: 'production', action: 'rollback' }) },
    {
      name: 'a static token',
      claims: IN_PRODUCTION,
      request: requestFor({ target: 'production', exchange: 'static' }),
    },
    {
      name: 'an environment by an odd name',
      claims: { deploymentEnvironment: ODD_NAME.replace('\n', ' ') },
      request: PRODUCTION,
    },
  ])('without a policy is a whole file that allows $name', ({ claims, request }) => {
    const { suggestion, details } = deny(undefined, claims, request);
    const policy = parse(suggestion);
    expect(details).toEqual([]);
    expect(outcome(decideAccess(policy, identityWith(claims), request))).toBe(
      `grant ${request.action}-${request.target}`,
    );
    expect(outcome(decideAccess(policy, identityWith({ ...claims, repositoryUuid: ENVIRONMENT }), request))).toContain(
      'No grant',
    );
    expect(policy.issuers).toEqual([identityWith({}).issuer]);
  });

  it('with a policy is a grant for its list', () => {
    const request = requestFor({ target: 'production', projectId: 'prj_other' });
    const { suggestion } = deny(POLICY, IN_PRODUCTION, request);
    const policy = parse(GOOD + suggestion.replace(/^/gm, '  '));
    expect(outcome(decideAccess(policy, identityWith(IN_PRODUCTION), request))).toBe('grant deploy-production');
  });

  it('has an id that is still free', () => {
    const text = GOOD.replace('id: web-preview', 'id: deploy-staging');
    expect(deny(parse(text), {}, requestFor({ target: 'staging' })).suggestion).toContain('id: deploy-staging-2');
  });

  it.each<{ name: string; claims: Claims }>([
    { name: 'no environment', claims: { branchName: 'main' } },
    { name: 'an environment whose name would be a pattern', claims: { deploymentEnvironment: '*' } },
  ])('for production with $name says what the step needs, and allows nothing as it stands', ({ claims }) => {
    const { suggestion } = deny(undefined, claims, PRODUCTION);
    expect(suggestion).toContain('"deployment: ..."');
    expect(() => parse(suggestion)).toThrow(expect.objectContaining({ code: 'POLICY_INVALID' }));
  });
});
