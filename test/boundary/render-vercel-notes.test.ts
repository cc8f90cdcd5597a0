import { describe, expect, it } from '@jest/globals';
import { renderPolicy } from '../../src/boundary/index.ts';
import { toVercelSide } from '../../src/boundary/render-vercel.ts';
import { ENVIRONMENT, OTHER_REPOSITORY, SAMPLE, policyOf, sketch } from './support/policies.ts';

/** The warnings that the given policy has beyond the usual first. */
function warningsOf(policy: Parameters<typeof toVercelSide>[0]): readonly string[] {
  return toVercelSide(policy).warnings.slice(1);
}

describe('grants of one policy at Vercel', () => {
  const env = { deploymentEnvironmentUuid: ENVIRONMENT };
  const same = { policy: 'pol_one' };
  const idsOf = (policy: ReturnType<typeof sketch>) => toVercelSide(policy).policies.map(({ grants }) => grants);

  it('are one where one lies within another', () => {
    const policy = sketch([{ when: env, ...same }, same]);
    expect(toVercelSide(policy).policies).toMatchObject([{ grants: ['g0', 'g1'], policyId: 'pol_one' }]);
    expect(toVercelSide(policy).policies[0]?.request.claims.map(({ name }) => name)).not.toContain(Object.keys(env)[0]);
  });

  it('are one where they differ in one claim', () => {
    const [policy] = toVercelSide(
      sketch([
        { when: { branchName: 'main' }, ...same },
        { when: { branchName: ['x', 'm*'] }, ...same },
      ]),
    ).policies;
    expect(policy?.request.claims.at(-1)).toEqual({
      name: 'branchName',
      values: [
        { value: 'x', wildcards: false },
        { value: 'm*', wildcards: true },
      ],
    });
  });

  it('are one where they differ in projects alone', () => {
    const policy = sketch([
      { projects: ['prj_b'], ...same },
      { projects: ['prj_a'], ...same },
    ]);
    expect(toVercelSide(policy).policies.map(({ request }) => request.resources.projectIds)).toEqual([
      ['prj_a', 'prj_b'],
    ]);
  });

  it('stay apart where one would have more values than Vercel takes', () => {
    const branches = (count: number, from: number): string[] =>
      Array.from({ length: count }, (_, index) => `b${String(from + index)}`);
    const grantsWith = (count: number) => [
      { when: { branchName: branches(30, 0) }, ...same },
      { when: { branchName: branches(count, 100) }, ...same },
    ];
    expect(idsOf(sketch(grantsWith(20)))).toEqual([['g0', 'g1']]);
    expect(idsOf(sketch(grantsWith(21)))).toEqual([['g0'], ['g1']]);
  });

  it('stay apart, with a warning, where one policy would open the projects of one to the other', () => {
    const policy = sketch([
      { projects: ['prj_a'], ...same },
      { projects: ['prj_b'], when: { repositoryUuid: OTHER_REPOSITORY }, ...same },
    ]);
    expect(idsOf(policy)).toEqual([['g0'], ['g1']]);
    expect(warningsOf(policy)[1]).toBe(
      'pol_one is named for what 2 policies at Vercel must hold, because one for all would let in more: g0 | g1. ' +
        'Give each an exchange with a policy of its own.',
    );
    // An id that two would need is nobody's.
    expect(renderPolicy(policy, 'vercel-api').match(/"policyId": null/g)).toHaveLength(2);
  });

  it('stay apart by issuer, which a grant can narrow', () => {
    const issuers = ['https://a.example', 'https://b.example'];
    expect(warningsOf(sketch([same], { issuers }))[1]).toBe(
      'pol_one is named for what 2 policies at Vercel must hold, because one for all would let in more: g0 | g0. ' +
        'A policy has one issuer: narrow each grant to its own (iss: in when), and give each an exchange with a policy of its own.',
    );
    const narrowed = [
      { when: { iss: 'https://a.example' }, policy: 'pol_one' },
      { when: { iss: 'https://b.example' }, policy: 'pol_two' },
    ];
    expect(warningsOf(sketch(narrowed, { issuers }))).toHaveLength(1);
    expect(toVercelSide(sketch(narrowed, { issuers })).policies.map(({ request }) => request.issuerUrl)).toEqual(
      issuers,
    );
  });

  it('are told apart by id where they must be, without a warning', () => {
    const policy = sketch([{ when: env, policy: 'pol_one' }, { policy: 'pol_two' }]);
    expect(idsOf(policy)).toEqual([['g0'], ['g1']]);
    expect(warningsOf(policy)).toEqual(['Enforced by the pipe alone: actions.']);
  });
});

describe('what a reader is warned of', () => {
  it('is a step that would meet two policies where none is named', () => {
    const grants = [{ projects: ['prj_a'] }, { projects: ['prj_b'], when: { branchName: 'm*' }, policy: 'pol_b' }];
    expect(warningsOf(sketch(grants))[1]).toBe(
      'A step may meet another policy besides the one for g0, and Vercel then asks for policy_id: name the policy of ' +
        'each in an exchange of its own, vercel: { policy: pol_... }.',
    );
    const apart = grants.map((grant, index) => ({
      ...grant,
      when: { branchName: `b${String(index)}*x`.replace('*', '') },
    }));
    expect(warningsOf(sketch(apart))).toHaveLength(1);
  });

  it('is a grant that no token can match', () => {
    const policy = sketch([
      {},
      { when: { iss: 'https://else.example' } },
      { when: { aud: 'x*' } },
      { when: { aud: 'https*' } },
    ]);
    expect(warningsOf(policy).at(-1)).toBe(
      'Nothing is rendered for g1, g2: no token of these issuers and this audience can match.',
    );
    expect(
      toVercelSide(policy).policies.flatMap(({ request }) => request.claims.map(({ name }) => name)),
    ).not.toContain('iss');
  });

  it('is an issuer that Vercel does not take', () => {
    const issuers = ['http://127.0.0.1:8080/oidc', 'https://a.example/x', 'https://a.example//x'];
    expect(warningsOf(sketch([{}], { issuers })).filter((line) => line.startsWith('Vercel will refuse'))).toEqual([
      'Vercel will refuse http://127.0.0.1:8080/oidc, https://a.example//x: it takes issuers over https alone, without ' +
        'an empty part in the path.',
    ]);
  });

  it('is a grant whose token is stored', () => {
    const text = SAMPLE.replace('exchange: preview', 'exchange: token');
    expect(warningsOf(policyOf(text)).at(-1)).toBe(
      'Nothing at Vercel bounds web-preview: their exchange uses a token that is stored.',
    );
  });
});

describe('a grant whose exchange has another hop before Vercel', () => {
  it("is not rendered for the step's token, and the warning says whose Vercel sees", () => {
    const policy = policyOf(SAMPLE);
    const chain = [{ okta: {} }, { vercel: { policy: 'pol_okta' } }] as unknown as (typeof policy.exchanges)[string];
    const [first] = policy.grants;
    if (!first) throw new Error('a sample without grants');
    const side = toVercelSide({ ...policy, exchanges: { [first.exchange]: chain }, grants: [first] });
    expect(side.policies).toEqual([]);
    expect(side.warnings.join('\n')).toContain(
      `Nothing is rendered for ${first.id}: Vercel sees the token of okta there, not the step's.`,
    );
  });
});
