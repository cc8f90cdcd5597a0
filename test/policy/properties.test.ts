import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideAccess, type GrantRule } from '../../src/policy/index.ts';
import { allowed, claims, policy, request, rule, word } from './support/arbitraries.ts';
import { ENVIRONMENT, GOOD, REPOSITORY, identityWith, outcome, parse, requestFor } from './support/policy.ts';

const runs = { numRuns: 300 };

describe('every policy', () => {
  it('grants nothing once a claim that the grant names is gone', () => {
    fc.assert(
      fc.property(allowed, ([one, who, what]) => {
        const id = outcome(decideAccess(one, identityWith(who), what)).slice('grant '.length);
        const granted = one.grants.find((grant) => grant.id === id);
        for (const claim of Object.keys(granted?.when ?? {})) {
          const after = decideAccess(one, identityWith({ ...who, [claim]: undefined }), what);
          expect(outcome(after)).not.toBe(`grant ${id}`);
        }
      }),
      runs,
    );
  });

  it('never lets one grant widen another: it stays the one, or nothing is granted', () => {
    fc.assert(
      fc.property(fc.tuple(policy, claims, request), rule, ([one, who, what], added) => {
        const before = outcome(decideAccess(one, identityWith(who), what));
        const after = outcome(decideAccess({ ...one, grants: [...one.grants, added] }, identityWith(who), what));
        const possible = before.startsWith('grant ') ? [before] : [`grant ${added.id}`];
        if (after.startsWith('grant ')) expect(possible).toContain(after);
      }),
      { numRuns: 1000 },
    );
  });

  it('grants nothing where a second grant matches too, whichever stands first', () => {
    fc.assert(
      fc.property(allowed, ([one, who, what]) => {
        const id = outcome(decideAccess(one, identityWith(who), what)).slice('grant '.length);
        const { when, ...granted } = one.grants.find((grant) => grant.id === id) as GrantRule;
        // Wider than the first: it lacks the claims that the first asks for besides.
        const wider = { ...granted, id: 'wider', when: { workspaceUuid: when['workspaceUuid'] ?? [] } };
        for (const grants of [
          [wider, ...one.grants],
          [...one.grants, wider],
        ]) {
          expect(outcome(decideAccess({ ...one, grants }, identityWith(who), what))).toContain('is ambiguous');
        }
      }),
      runs,
    );
  });

  it('decides and explains the same in any order of its grants', () => {
    fc.assert(
      fc.property(policy, claims, request, (one, who, what) => {
        const turned = { ...one, grants: one.grants.toReversed() };
        expect(decideAccess(turned, identityWith(who), what)).toEqual(decideAccess(one, identityWith(who), what));
      }),
      { numRuns: 1000 },
    );
  });

  it('covers exactly what its allow lists', () => {
    fc.assert(
      fc.property(allowed, ([one, who, what]) => {
        const id = outcome(decideAccess(one, identityWith(who), what)).slice('grant '.length);
        const { allow } = one.grants.find((grant) => grant.id === id) as GrantRule;
        expect(allow.actions).toContain(what.action);
        expect(allow.projects).toContain(what.projectId);
        expect(allow.targets).toContain(what.target);
      }),
      runs,
    );
  });
});

/** A step of the repository: on a branch, on a tag (no branch), or for a pull request (the branch that it comes from). */
const step = fc.record({
  branchName: fc.oneof(fc.constantFrom('main', 'release/1', 'Main', 'main2', undefined), word),
  tagName: fc.option(word, { nil: undefined }),
  pullRequestId: fc.option(word, { nil: undefined }),
  deploymentEnvironmentUuid: fc.constantFrom(ENVIRONMENT, REPOSITORY, '', undefined),
});

describe('a preview and a production grant of one repository', () => {
  it('live together on branches, tags and pull requests: never ambiguous, and each for its own steps', () => {
    const both = parse(GOOD);
    fc.assert(
      fc.property(step, fc.constantFrom('preview', 'production'), (who, target) => {
        const { branchName = '', deploymentEnvironmentUuid } = who;
        const mayBeLive = branchName === 'main' || branchName.startsWith('release/');
        const live = target === 'production' && mayBeLive && deploymentEnvironmentUuid === ENVIRONMENT;
        const wanted = { preview: 'grant web-preview', production: live ? 'grant web-production' : 'No grant' }[target];
        expect(outcome(decideAccess(both, identityWith(who), requestFor({ target })))).toContain(wanted);
      }),
      { numRuns: 1000 },
    );
  });
});
