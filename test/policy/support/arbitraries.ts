import fc from 'fast-check';
import { decideAccess, type GrantRule, type Policy } from '../../../src/policy/index.ts';
import { identityWith, outcome, requestFor } from './policy.ts';

/** Small alphabets, so that matches are as common as misses. */
export const word = fc.string({ unit: fc.constantFrom('a', 'b', '/'), minLength: 1, maxLength: 4 });
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 8 });
const uuid = fc.constantFrom('{AAAAAAAA-0000-4000-8000-000000000000}', 'bbbbbbbb-0000-4000-8000-000000000000');
const some = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { minLength: 1, maxLength: 3 });

export const SIGNERS = ['keyless', 'key', 'vault', 'aws-kms'] as const;
export const signerName = fc.constantFrom(...SIGNERS);
export const signerLists = fc.shuffledSubarray([...SIGNERS], { minLength: 1 });

const bare = fc.record({
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
      signers: fc.subarray([...SIGNERS], { minLength: 1 }),
      noStatic: fc.boolean(),
      timestamp: fc.boolean(),
      store: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
});
/** A grant may name one signer, within its own bounds. */
export const rule: fc.Arbitrary<GrantRule> = fc
  .tuple(bare, fc.option(fc.nat(), { nil: undefined }))
  .map(([one, choice]): GrantRule => {
    const bounds = one.require.signers ?? SIGNERS;
    const signer = choice === undefined ? undefined : bounds[choice % bounds.length];
    return signer === undefined ? one : { ...one, signer };
  });
export const policy: fc.Arbitrary<Policy> = fc.array(rule, { minLength: 1, maxLength: 6 }).map((grants) => ({
  ...{ digest: 'd', issuers: [], exchanges: { direct: [{ vercel: {} }] }, signers: {}, grants },
}));
export const claims = fc.record(
  { workspaceUuid: uuid, repositoryUuid: uuid, branchName: word, other: word },
  { requiredKeys: ['workspaceUuid', 'repositoryUuid'] },
);
export const request = fc
  .record({
    action: fc.constantFrom('deploy', 'promote', 'rollback'),
    projectId: fc.constantFrom('prj_a', 'prj_b'),
    target: fc.constantFrom('preview', 'production', 'staging'),
    actor: fc.constantFrom('human', 'agent', 'schedule', 'unknown'),
    signers: signerLists,
    timestamp: fc.boolean(),
    store: fc.boolean(),
  })
  .map(requestFor);

/** A request that one rule allows, made from that rule, as chance seldom would: the other rules stay as they fell. */
export const allowed = fc
  .tuple(policy, fc.nat())
  .map(([one, number]) => {
    const { allow, when, require, signer: own } = one.grants[number % one.grants.length] as GrantRule;
    const [action = 'deploy'] = allow.actions;
    const [[projectId = ''], [target = '']] = [allow.projects, allow.targets];
    const [[actor = 'unknown'], [listed = 'key']] = [require.actors ?? [], require.signers ?? []] as const;
    const proof = { signers: [own ?? listed], timestamp: true, store: true };
    const who = Object.entries(when).map(([claim, [value = '']]) => [claim, value.replaceAll('*', 'ab')] as const);
    return [one, Object.fromEntries(who), requestFor({ action, projectId, target, actor, ...proof })] as const;
  })
  .filter(([one, who, what]) => outcome(decideAccess(one, identityWith(who), what)).startsWith('grant '));
