import { describe, expect, it } from '@jest/globals';
import { suggestGrant, suggestPolicy } from '../../src/boundary/suggest.ts';
import { decideAccess, type AccessRequest, type Policy } from '../../src/policy/index.ts';
import { ENVIRONMENT, GOOD, identityWith, outcome, parse, requestFor } from '../policy/support/policy.ts';

type Claims = Readonly<Record<string, string | undefined>>;
const PRODUCTION = requestFor({ target: 'production' });
const IN_PRODUCTION = { deploymentEnvironmentUuid: ENVIRONMENT };

describe('a suggested policy', () => {
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
      name: 'an exchange by a name of its own',
      claims: {},
      request: requestFor({ exchange: 'our-own' }),
    },
    {
      name: 'an environment by its name, where its UUID is none',
      claims: { deploymentEnvironmentUuid: 'production', deploymentEnvironment: 'Production' },
      request: PRODUCTION,
    },
    {
      name: 'an environment by an odd name',
      claims: { deploymentEnvironment: 'it\'s: #1 "prod" - {x}' },
      request: PRODUCTION,
    },
    {
      name: 'an environment by its name, where its UUID says nothing',
      claims: { deploymentEnvironmentUuid: '', deploymentEnvironment: 'Production' },
      request: PRODUCTION,
    },
  ])('is a whole file that allows $name, to this repository alone', ({ claims, request }) => {
    const policy = parse(suggestPolicy(identityWith(claims), request));
    const outcomeFor = (more: Claims): string =>
      outcome(decideAccess(policy, identityWith({ ...claims, ...more }), request));
    expect(outcomeFor({})).toBe(`grant ${request.action}-${request.target}`);
    expect(outcomeFor({ repositoryUuid: ENVIRONMENT })).toContain('No grant');
    expect(outcomeFor({ workspaceUuid: ENVIRONMENT })).toContain('No grant');
    expect(policy.issuers).toEqual([identityWith({}).issuer]);
    expect(policy.grants).toHaveLength(1);
  });

  it.each<{ name: string; claims: Claims }>([
    { name: 'no environment', claims: { branchName: 'main' } },
    { name: 'an environment without a word', claims: { deploymentEnvironment: '' } },
    { name: 'an environment whose name would be a pattern', claims: { deploymentEnvironment: '*' } },
    { name: 'an environment whose name does not show', claims: { deploymentEnvironment: 'prod\u200b' } },
    { name: 'an environment whose name is too long', claims: { deploymentEnvironment: 'p'.repeat(1025) } },
  ])('for production with $name says what the step needs, and allows nothing as it stands', ({ claims }) => {
    const suggestion = suggestPolicy(identityWith(claims), PRODUCTION);
    expect(suggestion).toContain('"deployment: ..."');
    expect(() => parse(suggestion)).toThrow(expect.objectContaining({ code: 'POLICY_INVALID' }));
  });

  it('for a preview asks for no environment', () => {
    expect(suggestPolicy(identityWith({}), requestFor())).not.toContain('"deployment: ..."');
  });
});

/** The policy with what was printed put under its `grants:`. */
const paste = (text: string, suggestion: string): Policy => parse(text + suggestion.replace(/^/gm, '  '));

describe('a suggested grant', () => {
  const suggest = (text: string, request: AccessRequest, claims: Claims = IN_PRODUCTION): string =>
    suggestGrant(parse(text), 'direct', identityWith(claims), request);

  it('is one for the list of the policy', () => {
    const request = requestFor({ target: 'production', projectId: 'prj_other' });
    const policy = paste(GOOD, suggest(GOOD, request));
    expect(outcome(decideAccess(policy, identityWith(IN_PRODUCTION), request))).toBe('grant deploy-production');
    expect(policy.grants.at(-1)?.exchange).toBe('direct');
  });

  it('takes the exchange that the step asks for, where the policy has it', () => {
    expect(suggest(GOOD, requestFor({ exchange: 'token' }))).toContain('exchange: token\n');
  });

  it.each(['constructor', 'elsewhere'])(
    'says that the exchange %s, which the policy lacks, stands in the way',
    (name) => {
      const suggestion = suggest(GOOD, requestFor({ exchange: name }));
      expect(suggestion).toContain(
        `# The policy has no exchange ${name}: add it, or leave EXCHANGE out of the step.\n`,
      );
      expect(suggestion).toContain('exchange: direct\n');
    },
  );

  it('has an id that is still free', () => {
    const text = GOOD.replace('id: web-production', 'id: deploy-staging').replace(
      'id: web-preview',
      'id: deploy-staging-2',
    );
    expect(suggest(text, requestFor({ target: 'staging' }))).toContain('id: deploy-staging-3\n');
  });

  it('has an id that is not too long, however long the target is', () => {
    const request = requestFor({ action: 'rollback', target: 'a'.repeat(64) });
    const policy = paste(GOOD, suggest(GOOD, request));
    expect(outcome(decideAccess(policy, identityWith(IN_PRODUCTION), request))).toBe(
      `grant rollback-${'a'.repeat(47)}`,
    );
  });
});
