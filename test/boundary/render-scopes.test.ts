import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { combineScopes, mayOverlap, toScopes } from '../../src/boundary/render-scopes.ts';
import type { Scope } from '../../src/boundary/types.ts';
import { matchGlob } from '../../src/text.ts';
import { sketch } from './support/policies.ts';

const TEXTS = ['a', 'b', 'ab', 'ba', 'aab', 'c'];
const patterns = fc.uniqueArray(fc.constantFrom('a', 'b', 'ab', 'a*', '*b', '*', '**', 'a*b'), {
  minLength: 1,
  maxLength: 3,
});
const scopes = fc.array(
  fc.record({
    issuer: fc.constantFrom('https://one.example', 'https://two.example'),
    claims: fc.dictionary(fc.constantFrom('x', 'y'), patterns),
    projects: fc.uniqueArray(fc.constantFrom('p', 'q'), { minLength: 1 }),
  }),
  { minLength: 1, maxLength: 5 },
);

type Claims = Readonly<Record<string, string>>;

interface Token {
  readonly issuer: string;
  readonly project: string;
  readonly claims: Claims;
}

/** Every token of two claims, and without one or both, for every issuer and project. */
const EVERY: readonly Token[] = ['https://one.example', 'https://two.example'].flatMap((issuer) =>
  ['p', 'q'].flatMap((project) =>
    [undefined, ...TEXTS].flatMap((x) =>
      [undefined, ...TEXTS].map((y) => {
        const claims = { ...(x === undefined ? {} : { x }), ...(y === undefined ? {} : { y }) };
        return { issuer, project, claims };
      }),
    ),
  ),
);

function admits(list: readonly Scope[], { issuer, project, claims }: Token): boolean {
  return list.some(
    (scope) =>
      scope.issuer === issuer &&
      scope.projects.includes(project) &&
      Object.entries(scope.claims).every(([name, values]) => {
        const got = claims[name];
        return got !== undefined && values.some((value) => matchGlob(value, got));
      }),
  );
}

describe('combined scopes', () => {
  it('admit exactly what they admitted before, and name every grant', () => {
    fc.assert(
      fc.property(scopes, (sketches) => {
        const before = sketches.map((scope, index) => ({ ...scope, grants: [`g${String(index)}`] }));
        const after = combineScopes(before);
        expect(after.length).toBeLessThanOrEqual(before.length);
        expect(new Set(after.flatMap(({ grants }) => grants)).size).toBe(before.length);
        for (const token of EVERY)
          expect({ token, ok: admits(after, token) }).toEqual({ token, ok: admits(before, token) });
      }),
    );
  });

  it('are said to be apart only where no token is in both', () => {
    fc.assert(
      fc.property(scopes, ([first, second = first]) => {
        if (!first || !second) return;
        const a: Scope = { ...first, grants: [], projects: ['p'] };
        const b: Scope = { ...second, grants: [], projects: ['p'] };
        const both = EVERY.some((token) => token.project === 'p' && admits([a], token) && admits([b], token));
        if (both) expect(mayOverlap(a, b)).toBe(true);
      }),
    );
    const apart = (x: string): Scope => ({ grants: [], issuer: 'i', claims: { x: [x] }, projects: ['p'] });
    expect(mayOverlap(apart('a'), apart('b'))).toBe(false);
    expect(mayOverlap(apart('a'), apart('a'))).toBe(true);
  });

  it('know claims only by their own names', () => {
    const scope = (claims: Scope['claims']): Scope => ({ grants: ['g'], issuer: 'i', claims, projects: ['p'] });
    const [named, plain] = [scope({ constructor: ['x'] }), scope({ x: ['y'] })];
    expect(combineScopes([named, plain])).toEqual([named, plain]);
  });

  it('are many where they differ in more than one claim', () => {
    const many = Array.from({ length: 1000 }, (_, index) => ({
      ...{ grants: [`g${String(index)}`], issuer: 'https://one.example', projects: [`p${String(index)}`] },
      claims: { x: [`r${String(index)}`], y: [`e${String(index)}`] },
    }));
    expect(combineScopes(many)).toHaveLength(1000);
  });
});

describe('the scopes of a grant', () => {
  const scopeOf = (when: Readonly<Record<string, string | readonly string[]>>): Scope | undefined => {
    const policy = sketch([{ when }]);
    const [grant] = policy.grants;
    return grant && toScopes(policy, grant)[0];
  };

  it('spell UUIDs as Bitbucket does', () => {
    expect(scopeOf({ stepUuid: 'ABCDEF00-0000-4000-8000-00000000000A' })?.claims['stepUuid']).toEqual([
      '{abcdef00-0000-4000-8000-00000000000a}',
    ]);
  });

  it.each([
    { values: ['main', 'm*'], left: ['m*'] },
    { values: ['m*', 'main'], left: ['m*'] },
    { values: ['*', '**'], left: ['*'] },
    { values: ['a*', '*b'], left: ['a*', '*b'] },
    { values: ['a*b', 'a*', 'ab'], left: ['a*'] },
  ])('of $values keep $left', ({ values, left }) => {
    expect(scopeOf({ branchName: values })?.claims['branchName']).toEqual(left);
  });
});
