import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { suggestGrant } from '../../src/boundary/suggest.ts';
import { decideAccess, type Policy } from '../../src/policy/index.ts';
import {
  ENVIRONMENT,
  GOOD,
  REPOSITORY,
  WORKSPACE,
  identityWith,
  outcome,
  parse,
  requestFor,
} from '../policy/support/policy.ts';

type Claims = Readonly<Record<string, string | undefined>>;
const PRODUCTION = requestFor({ target: 'production' });
const IN_PRODUCTION = { deploymentEnvironmentUuid: ENVIRONMENT };

/** The policy with what was printed put under its `grants:`. */
const paste = (text: string, suggestion: string): Policy => parse(text + suggestion.replace(/^/gm, '  '));

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

  const fits = (text = '', pattern: string): boolean =>
    pattern === '*a*' ? text.includes('a') : pattern === 'release/*' ? text.startsWith('release/') : text === pattern;

  it('is admitted, and takes nothing from the other unless it says so', () => {
    fc.assert(
      fc.property(claims, wanted, (mine, when) => {
        const request = requestFor();
        const beside = { workspaceUuid: WORKSPACE, repositoryUuid: REPOSITORY, ...when };
        const text = GOOD.replace(/when: \{.*\}/, `when: ${JSON.stringify(beside)}`);
        const before = parse(text);
        fc.pre('denial' in decideAccess(before, identityWith(mine), request));
        const suggestion = suggestGrant(before, 'direct', identityWith(mine), request);
        const after = paste(text, suggestion);
        expect(outcome(decideAccess(after, identityWith(mine), request))).toBe('grant deploy-preview');
        // The same step, changed as little as the grant that was there before wants.
        const met = ([name, pattern]: [string, string]): boolean => fits(mine[name as keyof typeof mine], pattern);
        const changes = Object.entries(when).filter((entry) => !met(entry));
        const theirs = {
          ...mine,
          ...Object.fromEntries(changes.map(([name, text]) => [name, text.replaceAll('*', 'a')])),
        };
        const told = suggestion.includes('Not beside') ? 'ambiguous' : 'grant web-preview';
        expect(outcome(decideAccess(after, identityWith(theirs), request))).toContain(told);
      }),
      { numRuns: 300 },
    );
  });
});
