import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { suggestGrant, suggestPolicy } from '../../src/boundary/suggest.ts';
import { decideAccess, type AccessRequest, type Policy } from '../../src/policy/index.ts';
import { ENVIRONMENT, GOOD, REPOSITORY, identityWith, outcome, parse, requestFor } from '../policy/support/policy.ts';

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

describe('a suggested grant beside one for the same work', () => {
  const OTHER = '{66666666-6666-4666-8666-666666666666}';
  /** Who asks, to whom the grant beside it belongs, and by which claim the two are kept apart. */
  it.each<{ name: string; claims: Claims; other: Claims; by: readonly string[] }>([
    {
      name: 'another branch names its own',
      claims: { ...IN_PRODUCTION, branchName: 'feature/pay' },
      other: { ...IN_PRODUCTION, branchName: 'main' },
      by: ['deploymentEnvironmentUuid', 'branchName'],
    },
    {
      name: 'another environment needs no branch',
      claims: { deploymentEnvironmentUuid: OTHER, branchName: 'feature/pay' },
      other: { ...IN_PRODUCTION, branchName: 'main' },
      by: ['deploymentEnvironmentUuid'],
    },
    {
      name: 'another repository needs no branch',
      claims: { ...IN_PRODUCTION, repositoryUuid: OTHER, branchName: 'feature/pay' },
      other: { ...IN_PRODUCTION, branchName: 'main' },
      by: ['deploymentEnvironmentUuid'],
    },
  ])('$name', ({ claims, other, by }) => {
    const suggestion = suggestGrant(parse(GOOD), 'direct', identityWith(claims), PRODUCTION);
    expect(suggestion).not.toContain('Not beside');
    const policy = paste(GOOD, suggestion);
    expect(Object.keys(policy.grants.at(-1)?.when ?? {}).slice(2)).toEqual(by);
    expect(outcome(decideAccess(policy, identityWith(claims), PRODUCTION))).toBe('grant deploy-production');
    expect(outcome(decideAccess(policy, identityWith(other), PRODUCTION))).toBe('grant web-production');
  });

  it.each<{ name: string; claims: Claims; wanted: string; told: string }>([
    { name: 'a tag', claims: IN_PRODUCTION, wanted: 'branchName: [main]', told: 'branchName' },
    {
      name: 'a step',
      claims: { ...IN_PRODUCTION, stepUuid: OTHER },
      wanted: `stepUuid: '${ENVIRONMENT}'`,
      told: 'stepUuid',
    },
  ])('says that $name cannot be told apart by a grant', ({ claims, wanted, told }) => {
    const text = GOOD.replace(/branchName: .*/, wanted);
    const suggestion = suggestGrant(parse(text), 'direct', identityWith(claims), PRODUCTION);
    expect(suggestion).toContain('# Not beside web-production as it is: a step that meets both is denied');
    expect(suggestion).toContain(`# grant can ask of it: ${told}. Give the step what web-production wants, or change`);
    const policy = paste(text, suggestion);
    expect(outcome(decideAccess(policy, identityWith(claims), PRODUCTION))).toBe('grant deploy-production');
  });

  /** Claims as a pushed branch and a settings page can make them. */
  const claim = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom('main', 'true', '1e3', '- a', '#'),
  );
  const claims = fc.record({ branchName: claim, deploymentEnvironment: claim, custom: claim }, { requiredKeys: [] });
  const wanted = fc.dictionary(
    fc.constantFrom('branchName', 'deploymentEnvironment', 'custom'),
    fc.constantFrom('main', 'Production', 'release/*', '*a*'),
  );

  it('is admitted, and takes nothing from the other unless it says so', () => {
    fc.assert(
      fc.property(claims, claims, wanted, (mine, theirs, when) => {
        const request = requestFor();
        const beside = { workspaceUuid: '{11111111-1111-4111-8111-111111111111}', repositoryUuid: REPOSITORY, ...when };
        const text = GOOD.replace(/when: \{.*\}/, `when: ${JSON.stringify(beside)}`);
        const before = parse(text);
        fc.pre('denial' in decideAccess(before, identityWith(mine), request));
        const suggestion = suggestGrant(before, 'direct', identityWith(mine), request);
        const after = paste(text, suggestion);
        expect(outcome(decideAccess(after, identityWith(mine), request))).toBe('grant deploy-preview');
        const [was, is] = [before, after].map((policy) => outcome(decideAccess(policy, identityWith(theirs), request)));
        if (!suggestion.includes('Not beside') && was === 'grant web-preview') expect(is).toBe(was);
      }),
      { numRuns: 300 },
    );
  });
});
