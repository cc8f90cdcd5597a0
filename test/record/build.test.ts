import { describe, expect, it } from '@jest/globals';
import { buildStatement } from '../../src/record/index.ts';
import { Secret } from '../../src/secret.ts';
import type { RecordFacts } from '../../src/record/types.ts';
import { COMMIT, DENIED, INTENT, makeFacts, MANIFEST_DIGEST, TOKEN_DIGEST } from './support/facts.ts';
import { SIGNER } from './support/records.ts';

const build = (changes: Partial<RecordFacts> = {}): ReturnType<typeof buildStatement> =>
  buildStatement(makeFacts(SIGNER, changes));
const MANIFEST = { name: 'manifest', digest: { sha256: MANIFEST_DIGEST } };
const GIT = { name: 'git', uri: 'git+https://bitbucket.org/acme/shop', digest: { gitCommit: COMMIT } };
const STEP_TOKEN = { name: 'step-token', digest: { sha256: TOKEN_DIGEST } };

describe('the subjects', () => {
  it.each<{ name: string; changes: Partial<RecordFacts>; subject: unknown }>([
    { name: 'manifest and commit', changes: {}, subject: [MANIFEST, GIT] },
    { name: 'the token of a denied step', changes: DENIED, subject: [STEP_TOKEN, GIT] },
    { name: 'no commit', changes: { build: {} }, subject: [MANIFEST] },
    { name: 'a short commit', changes: { build: { commit: '4b825dc' } }, subject: [MANIFEST] },
    { name: 'a commit with more behind it', changes: { build: { commit: `${COMMIT}0` } }, subject: [MANIFEST] },
    { name: 'a commit with more before it', changes: { build: { commit: `0${COMMIT}` } }, subject: [MANIFEST] },
    { name: 'a commit that is no hex', changes: { build: { commit: 'z'.repeat(40) } }, subject: [MANIFEST] },
    ...['acme/shop?x=https://evil.example', '@evil.example/acme/shop', 'acme'].map((repositoryFullName) => ({
      name: `a repository that is no plain name: ${repositoryFullName}`,
      changes: { build: { commit: COMMIT, repositoryFullName } },
      subject: [MANIFEST, { name: 'git', digest: { gitCommit: COMMIT } }],
    })),
  ])('are $name', ({ changes, subject }) => {
    expect(build(changes).subject).toEqual(subject);
  });
});

describe('the predicate', () => {
  it('keeps what is verified apart from what is asserted', () => {
    const { oidc: verified, bitbucket } = build().predicate;
    const { asserted } = bitbucket;
    expect(verified.claims['branchName']).toBe('main');
    expect(verified.tokenDigest).toEqual({ sha256: TOKEN_DIGEST });
    expect(asserted).toEqual({
      workspace: 'acme',
      repositoryFullName: 'acme/shop',
      buildNumber: '42',
      commit: COMMIT,
      branch: 'main',
      runUrl: 'https://bitbucket.org/acme/shop/pipelines/results/42',
    });
    expect(Object.keys(verified)).not.toContain('commit');
  });

  it('keeps what Bitbucket said apart from both', () => {
    const pipeline = {
      ...{ uuid: '{44444444-4444-4444-8444-444444444444}', buildNumber: 42, commit: undefined, trigger: 'push' },
      ref: { kind: 'branch', name: 'main' },
      creator: { kind: 'user', uuid: undefined },
      actor: 'human',
    } as const;
    const { predicate } = build({ pipeline: { pipeline } });
    expect(predicate.bitbucket.pipeline).toEqual({
      ...{ actor: 'human', uuid: pipeline.uuid, buildNumber: 42, trigger: 'push' },
      ref: { kind: 'branch', name: 'main' },
      creator: { kind: 'user' },
    });
    expect(predicate.bitbucket.asserted.commit).toBe(COMMIT);
    expect(build({ pipeline: { refusal: 'status 403' } }).predicate.bitbucket.pipeline).toEqual({
      actor: 'unknown',
      refusal: 'status 403',
    });
    expect(Object.keys(build().predicate.bitbucket)).not.toContain('pipeline');
  });

  it('says where the policy came from, field by field', () => {
    const signed = { kind: 'https', where: 'https://x/p.jws', serial: 3, signedBy: 'ab'.repeat(32) } as const;
    expect(build({ policySource: { ...signed, ...{ secret: 'x' } } }).predicate.policy.source).toEqual(signed);
    expect(Object.keys(build({ policySource: undefined }).predicate.policy)).not.toContain('source');
    expect(build().predicate.oidc.keySource).toBe('fetched');
  });

  it('says of an expired policy that it was, and of another nothing', () => {
    const { policy } = build({ action: 'rollback', grant: { id: 'undo', expiredPolicy: true } }).predicate;
    expect(policy.expiredPolicy).toBe(true);
    expect(Object.keys(build().predicate.policy)).not.toContain('expiredPolicy');
  });

  it('writes times in UTC with milliseconds', () => {
    const { startedAt, signedAt, oidc, vercel } = build().predicate;
    expect({ startedAt, signedAt, exp: oidc.tokenExpiresAt, ready: vercel.deployment?.readyAt }).toEqual({
      startedAt: '2026-11-23T12:00:00.000Z',
      signedAt: '2026-11-23T12:00:21.007Z',
      exp: '2026-11-23T12:59:00.000Z',
      ready: '2026-11-23T12:00:20.000Z',
    });
  });

  it('counts files and links, not folders', () => {
    expect(build().predicate.manifest).toEqual({
      digest: { sha256: MANIFEST_DIGEST },
      files: 2,
      bytes: 7,
      functions: [{ name: 'api/hello', runtime: 'edge', edge: true, size: 3 }],
    });
  });

  it('of an intent has no outcome, no intent and no deployment', () => {
    const { phase, vercel, ...rest } = build(INTENT).predicate;
    expect(phase).toBe('intent');
    expect(Object.keys(rest)).not.toContain('outcome');
    expect(Object.keys(rest)).not.toContain('intent');
    expect(Object.keys(vercel)).not.toContain('deployment');
  });

  it('of a denial says why, and names no grant', () => {
    const { policy, outcome } = build(DENIED).predicate;
    expect(policy).toEqual({
      digest: { sha256: 'ef'.repeat(32) },
      source: { kind: 'clone', where: 'deploy-policy.yml' },
      denial: 'No grant covers this.',
    });
    expect(outcome?.status).toBe('denied');
  });

  it.each([Number.NaN, -1, 1e20, Infinity])('leaves out a time of Vercel that is none: %s', (createdAt) => {
    const { deployment } = makeFacts(SIGNER);
    const recorded = build({ deployment: deployment && { ...deployment, createdAt } }).predicate.vercel.deployment;
    expect(recorded?.id).toBe('dpl_1');
    expect(Object.keys(recorded ?? {})).not.toContain('createdAt');
  });

  it('refuses a time of its own that is none', () => {
    expect(() => build({ signedAt: Number.NaN })).toThrow('a time is not in the years 1970 to 9999');
  });
});

describe('a secret', () => {
  const canary = 'canary-7f3a9c51d2';
  const secret = new Secret(canary);
  const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';
  const facts = makeFacts(SIGNER);

  it.each<{ name: string; changes: Partial<RecordFacts> }>([
    { name: 'an error', changes: { outcome: { status: 'failed', exitStatus: 3, message: `echo ${canary} ${jwt}` } } },
    { name: 'a variable', changes: { build: { branch: `x/${canary}`, tag: jwt } } },
    { name: 'a denial', changes: { ...DENIED, denial: { reason: `not for ${canary} ${jwt}` } } },
    {
      name: 'a reply of Vercel',
      changes: { deployment: facts.deployment && { ...facts.deployment, aliases: [canary, jwt] } },
    },
    {
      name: "the credential's token",
      changes: { credential: facts.credential && { ...facts.credential, ...{ token: secret } } },
    },
  ])('in $name does not reach the record', ({ changes }) => {
    const text = JSON.stringify(build(changes));
    expect(text).not.toContain(canary);
    expect(text).not.toContain(jwt);
    expect(text).not.toContain('"token"');
  });
});
