import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideAccess, type GrantRule, type Policy } from '../../src/policy/index.ts';
import { ENVIRONMENT, GOOD, REPOSITORY, identityWith, outcome, parse, requestFor } from './support/policy.ts';

/** Small alphabets, so that matches are as common as misses. */
const word = fc.string({ unit: fc.constantFrom('a', 'b', '/'), minLength: 1, maxLength: 4 });
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 8 });
const uuid = fc.constantFrom('{AAAAAAAA-0000-4000-8000-000000000000}', 'bbbbbbbb-0000-4000-8000-000000000000');
const some = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { minLength: 1, maxLength: 3 });

const rule: fc.Arbitrary<GrantRule> = fc.record({
  id: fc.uuid(),
  allow: fc.record({
    actions: some(fc.constantFrom('deploy', 'promote', 'rollback')),
    projects: some(fc.constantFrom('prj_a', 'prj_b')),
    targets: some(fc.constantFrom('preview', 'production', 'staging')),
  }),
  when: fc.record(
    { workspaceUuid: some(uuid), repositoryUuid: some(uuid), branchName: some(pattern), other: some(pattern) },
    { requiredKeys: ['workspaceUuid', 'repositoryUuid'] },
  ),
  exchange: fc.constant('direct'),
  require: fc.record(
    {
      actors: some(fc.constantFrom('human', 'agent', 'schedule')),
      signers: some(fc.constantFrom('key', 'vault')),
      noStatic: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
});
const policy: fc.Arbitrary<Policy> = fc.array(rule, { minLength: 1, maxLength: 6 }).map((grants) => ({
  ...{ digest: 'd', issuers: [], exchanges: { direct: [{ vercel: {} }] }, grants },
}));
const claims = fc.record(
  { workspaceUuid: uuid, repositoryUuid: uuid, branchName: word, other: word },
  { requiredKeys: ['workspaceUuid', 'repositoryUuid'] },
);
const request = fc
  .record({
    action: fc.constantFrom('deploy', 'promote', 'rollback'),
    projectId: fc.constantFrom('prj_a', 'prj_b'),
    target: fc.constantFrom('preview', 'production', 'staging'),
    actor: fc.constantFrom('human', 'agent', 'schedule', 'unknown'),
  })
  .map(requestFor);

/** A request that one rule allows, made from that rule, as chance seldom would: the other rules stay as they fell. */
const allowed = fc
  .tuple(policy, fc.nat())
  .map(([one, number]) => {
    const { allow, when, require } = one.grants[number % one.grants.length] as GrantRule;
    const [action = 'deploy'] = allow.actions;
    const [[projectId = ''], [target = '']] = [allow.projects, allow.targets];
    const [[actor = 'unknown'], [signer = 'key']] = [require.actors ?? [], require.signers ?? []] as const;
    const who = Object.entries(when).map(([claim, [value = '']]) => [claim, value.replaceAll('*', 'ab')] as const);
    return [one, Object.fromEntries(who), requestFor({ action, projectId, target, actor, signer })] as const;
  })
  .filter(([one, who, what]) => outcome(decideAccess(one, identityWith(who), what)).startsWith('grant '));
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
