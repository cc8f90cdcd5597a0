import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideAccess, type GrantRule, type Policy } from '../../src/policy/index.ts';
import { matchGlob } from '../../src/policy/match.ts';
import { identityWith, outcome, requestFor } from './support/policy.ts';

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
  require: fc.constant({}),
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
  })
  .map(requestFor);

/** Rare as it is by chance, a request that one rule allows: the others stay as they fell. */
const allowed = fc
  .tuple(policy, claims, request)
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

/** What `*` means, by definition: slow, recursive, and with nothing in common with the code. */
function naive(glob: string, text: string): boolean {
  if (glob === '') return text === '';
  if (glob.startsWith('*')) return naive(glob.slice(1), text) || (text !== '' && naive(glob, text.slice(1)));
  return text !== '' && glob.charAt(0) === text.charAt(0) && naive(glob.slice(1), text.slice(1));
}

describe('matchGlob', () => {
  it('agrees with the definition', () => {
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 10 }), (glob, text) => {
        expect(matchGlob(glob, text)).toBe(naive(glob, text));
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    ['*', '', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*ab*ab', 'ab', false],
    ['release/*', 'release/', true],
    ['release/*', 'Release/1', false],
    ['v.*', 'vx1', false],
    ['[ab]', 'a', false],
  ])('%j against %j is %j', (glob, text, expected) => {
    expect(matchGlob(glob, text)).toBe(expected);
  });

  it('takes no time for a pattern that is meant to take long', () => {
    const start = performance.now();
    expect(matchGlob(`${'a*'.repeat(8)}b`, 'a'.repeat(16 * 1024))).toBe(false);
    expect(performance.now() - start).toBeLessThan(50);
  });
});
