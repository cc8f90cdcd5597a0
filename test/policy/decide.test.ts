import { describe, expect, it } from '@jest/globals';
import { decideAccess, type AccessRequest } from '../../src/policy/index.ts';
import { ENVIRONMENT, GOOD, REPOSITORY, identityWith, outcome, parse, requestFor } from './support/policy.ts';

const POLICY = parse(GOOD);
const PRODUCTION = { target: 'production' } as const;
const IN_PRODUCTION = { deploymentEnvironmentUuid: ENVIRONMENT, branchName: 'main' };
const NONE = 'No grant of the policy allows this step';
const HUMANS = GOOD.replace('noStatic: true', 'actors: [human, schedule]');
const AFTER = Date.UTC(2026, 11, 1);

interface Case {
  readonly name: string;
  readonly claims?: Readonly<Record<string, string | undefined>>;
  readonly request?: Partial<AccessRequest>;
  readonly text?: string;
  readonly says: string;
}

const decide = ({ claims = {}, request = {}, text }: Omit<Case, 'name' | 'says'>) =>
  decideAccess(text === undefined ? POLICY : parse(text), identityWith(claims), requestFor(request));

describe('a policy', () => {
  it.each<Case>([
    { name: 'a preview from a branch', claims: { branchName: 'feature' }, says: 'grant web-preview' },
    { name: 'a preview from a tag or pull request', says: 'grant web-preview' },
    { name: 'a preview from the production step', claims: IN_PRODUCTION, says: 'grant web-preview' },
    { name: 'production', claims: IN_PRODUCTION, request: PRODUCTION, says: 'grant web-production' },
    {
      name: 'production of the second repository',
      claims: { ...IN_PRODUCTION, repositoryUuid: '{33333333-3333-4333-8333-333333333333}' },
      request: PRODUCTION,
      says: 'grant web-production',
    },
    {
      name: 'production from a release branch',
      claims: { ...IN_PRODUCTION, branchName: 'release/1/2' },
      request: PRODUCTION,
      says: 'grant web-production',
    },
    {
      name: 'UUIDs without braces and in capitals',
      claims: { ...IN_PRODUCTION, repositoryUuid: REPOSITORY.slice(1, -1).toUpperCase() },
      request: PRODUCTION,
      says: 'grant web-production',
    },
    {
      name: 'rollback',
      claims: IN_PRODUCTION,
      request: { ...PRODUCTION, action: 'rollback' },
      says: 'grant web-production',
    },
    {
      name: 'rollback after expiry',
      claims: IN_PRODUCTION,
      request: { ...PRODUCTION, action: 'rollback', now: AFTER },
      says: 'grant web-production',
    },
    {
      name: 'an actor whom the grant lists',
      text: HUMANS,
      claims: IN_PRODUCTION,
      request: { ...PRODUCTION, actor: 'human' },
      says: 'grant web-production',
    },
    { name: 'an unknown actor where the grant lists none', text: HUMANS, says: 'grant web-preview' },
    { name: 'the last moment of the last day', request: { now: AFTER - 1 }, says: 'grant web-preview' },
    { name: 'the exchange asked for by its name', request: { exchange: 'direct' }, says: 'grant web-preview' },
  ])('allows $name', ({ says, ...given }) => {
    expect(outcome(decide(given))).toBe(says);
  });

  it.each<Case>([
    { name: 'another project', request: { projectId: 'prj_xyz' }, says: `${NONE} deploy of "prj_xyz" to "preview".` },
    {
      name: 'a custom environment, which is no preview',
      request: { target: 'staging' },
      says: `${NONE} deploy of "prj_abc" to "staging".`,
    },
    { name: 'promote of a preview', request: { action: 'promote' }, says: NONE },
    { name: 'another workspace', claims: { workspaceUuid: ENVIRONMENT }, says: NONE },
    { name: 'another repository (a fork)', claims: { repositoryUuid: ENVIRONMENT }, says: NONE },
    {
      name: 'production from another branch',
      claims: { ...IN_PRODUCTION, branchName: 'feature' },
      request: PRODUCTION,
      says: NONE,
    },
    {
      name: 'production from a branch in other case',
      claims: { ...IN_PRODUCTION, branchName: 'Main' },
      request: PRODUCTION,
      says: NONE,
    },
    {
      name: 'production from a branch with a suffix',
      claims: { ...IN_PRODUCTION, branchName: 'main2' },
      request: PRODUCTION,
      says: NONE,
    },
    {
      name: 'production from a tag',
      claims: { ...IN_PRODUCTION, branchName: undefined },
      request: PRODUCTION,
      says: NONE,
    },
    { name: 'production without environment', claims: { branchName: 'main' }, request: PRODUCTION, says: NONE },
    {
      name: 'production in another environment',
      claims: { ...IN_PRODUCTION, deploymentEnvironmentUuid: REPOSITORY },
      request: PRODUCTION,
      says: NONE,
    },
    {
      name: 'an absent claim, even for *',
      text: GOOD.replace(/(web-preview[^]*)repositoryUuid/, "$1branchName: '*', repositoryUuid"),
      says: NONE,
    },
    {
      name: 'an empty claim, even for *',
      text: GOOD.replace(/(web-preview[^]*)repositoryUuid/, "$1branchName: '*', repositoryUuid"),
      claims: { branchName: '' },
      says: NONE,
    },
    {
      name: 'an inherited property as a claim',
      text: GOOD.replace(/(web-preview[^]*)repositoryUuid/, "$1toString: '*', repositoryUuid"),
      says: NONE,
    },
    {
      name: 'two grants that match',
      text: GOOD + GOOD.slice(GOOD.indexOf('  - id: web-preview')).replace('web-preview', 'another'),
      says: 'The policy is ambiguous: the grants another, web-preview all match, and exactly one must.',
    },
    {
      name: 'anything after expiry',
      request: { now: AFTER },
      says: 'The policy expired at the end of 2026-11-30 (UTC); only rollback is allowed.',
    },
    { name: 'anything at a time that is none', request: { now: NaN }, says: 'The policy expired' },
    {
      name: 'another exchange',
      request: { exchange: 'token' },
      says: 'The grant web-preview matches, but not what it requires: exchange: wanted "direct", got "token".',
    },
    {
      name: 'another signer',
      claims: IN_PRODUCTION,
      request: { ...PRODUCTION, signers: ['keyless'] },
      says: 'matches, but not what it requires: signer: wanted "vault" or "key", got "keyless".',
    },
    ...['    - static: {}', '    - static: {}\n    - vercel: {}'].map((hops, at): Case => ({
      name: `a static token in a chain of ${String(at + 1)}`,
      text: GOOD.replace(/ {4}- vercel:.*/, hops),
      ...{ claims: IN_PRODUCTION, request: PRODUCTION },
      says: 'matches, but not what it requires: credential: wanted "short-lived", got "static".',
    })),
    ...(['unknown', 'agent'] as const).map((actor): Case => ({
      name: `the actor ${actor} where the grant lists others`,
      text: HUMANS,
      claims: IN_PRODUCTION,
      request: { ...PRODUCTION, actor },
      says: `matches, but not what it requires: actor: wanted "human" or "schedule", got "${actor}".`,
    })),
    {
      name: 'two things at once',
      text: HUMANS,
      claims: IN_PRODUCTION,
      request: { ...PRODUCTION, exchange: 'token', signers: ['keyless'] },
      says: 'exchange: wanted "direct", got "token"; signer: wanted "vault" or "key", got "keyless"; actor: wanted',
    },
    {
      name: 'a rollback that no grant allows, after expiry as before',
      request: { action: 'rollback', now: AFTER },
      says: NONE,
    },
  ])('denies $name', ({ says, ...given }) => {
    const decision = decide(given);
    expect(decision).not.toHaveProperty('grant');
    expect(outcome(decision)).toContain(says);
  });

  it('gives a grant that names the policy, the chain and the request', () => {
    const request = requestFor({ ...PRODUCTION });
    expect(decideAccess(POLICY, identityWith(IN_PRODUCTION), request)).toEqual({
      grant: {
        id: 'web-production',
        policyDigest: POLICY.digest,
        expiredPolicy: false,
        request,
        exchange: [{ vercel: { team: 'team_abc', policy: 'pol_abc' } }],
        exchangeName: 'direct',
        signer: 'key',
        require: { signers: ['vault', 'key'], noStatic: true },
      },
    });
  });
});
