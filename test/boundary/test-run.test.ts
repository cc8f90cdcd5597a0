import { describe, expect, it } from '@jest/globals';
import { runPolicyTests } from '../../src/boundary/test-run.ts';
import type { Decide, PolicyTest } from '../../src/boundary/test-types.ts';
import { decideAccess, type AccessRequest } from '../../src/policy/index.ts';
import { ENVIRONMENT, GOOD, REPOSITORY, WORKSPACE, identityWith, parse } from '../policy/support/policy.ts';

const POLICY = parse(GOOD);
const IDS = { workspaceUuid: WORKSPACE, repositoryUuid: REPOSITORY };
const TOKENS = { main: { ...IDS, deploymentEnvironmentUuid: ENVIRONMENT, branchName: 'main' }, feature: { ...IDS } };
const decide: Decide = (claims, request) => decideAccess(POLICY, identityWith(claims), request);

const testOf = (changes: Partial<PolicyTest> & { ask?: Partial<PolicyTest['request']> } = {}): PolicyTest => ({
  name: 'a test',
  token: 'main',
  expect: { grant: 'web-production' },
  ...changes,
  request: {
    action: 'deploy',
    project: 'prj_abc',
    target: 'production',
    actor: 'unknown',
    signer: 'key',
    timestamp: false,
    store: false,
    ...changes.ask,
  },
});
const run = (tests: readonly PolicyTest[], date?: string): ReturnType<typeof runPolicyTests> =>
  runPolicyTests({ ...(date === undefined ? {} : { date }), tokens: TOKENS, tests }, POLICY, decide);

describe('a test of a policy', () => {
  it('passes where the grant is the one expected', () => {
    expect(
      run([
        testOf(),
        testOf({ name: 'b', token: 'feature', ask: { target: 'preview' }, expect: { grant: 'web-preview' } }),
      ]),
    ).toEqual({
      lines: ['ok      a test: grant web-production', 'ok      b: grant web-preview'],
      warnings: [],
      passed: 2,
      failed: 0,
    });
  });

  it('passes where a denial is expected, with its reason', () => {
    const denied = testOf({ token: 'feature', expect: { deny: true, reason: 'No grant of the policy' } });
    const { lines, failed } = run([denied, testOf({ token: 'feature', expect: { deny: true } })]);
    expect(failed).toBe(0);
    expect(lines[0]).toBe(
      'ok      a test: No grant of the policy allows this step deploy of "prj_abc" to "production".',
    );
  });

  it('fails where a denial was wanted', () => {
    const { lines, failed, passed } = run([testOf({ expect: { deny: true } })]);
    expect({ first: lines[0], failed, passed }).toEqual({
      first: 'FAILED  a test: wanted a denial, got the grant web-production',
      failed: 1,
      passed: 0,
    });
  });

  it('tells by what a grant let in whom it should not', () => {
    const { lines } = run([testOf({ expect: { deny: true } })]);
    expect(lines.slice(1).map((line) => line.slice(10))).toEqual([
      'grant web-production: matches',
      '  ok  action                     wanted "deploy" or "promote" or "rollback", got "deploy"',
      '  ok  project                    wanted "prj_abc", got "prj_abc"',
      '  ok  target                     wanted "production", got "production"',
      `  ok  workspaceUuid              wanted "${WORKSPACE}", got "${WORKSPACE}"`,
      `  ok  repositoryUuid             wanted "${REPOSITORY}" or "{33333333-3333-4333-8333-333333333333}", got "${REPOSITORY}"`,
      `  ok  deploymentEnvironmentUuid  wanted "${ENVIRONMENT}", got "${ENVIRONMENT}"`,
      '  ok  branchName                 wanted "main" or "release/*", got "main"',
    ]);
  });

  it('fails where another grant allows it', () => {
    expect(run([testOf({ expect: { grant: 'web-preview' } })]).lines.slice(0, 2)).toEqual([
      'FAILED  a test: wanted the grant web-preview, got the grant web-production',
      '          grant web-production: matches',
    ]);
  });

  it('fails with the table of the denial where a grant was wanted', () => {
    const { lines, failed } = run([testOf({ token: 'feature' })]);
    expect(failed).toBe(1);
    expect(lines[0]).toMatch(
      /^FAILED {2}a test: wanted the grant web-production, got a denial: No grant of the policy/,
    );
    expect(lines.slice(1).join('\n')).toContain('          grant web-production (nearest)');
    expect(lines.slice(1).every((line) => line.startsWith('          '))).toBe(true);
  });

  it('fails where the reason is another one', () => {
    expect(run([testOf({ token: 'feature', expect: { deny: true, reason: 'expired' } })]).lines[0]).toMatch(
      /^FAILED {2}a test: wanted a denial with 'expired' in its reason, got: No grant/,
    );
  });
});

describe('what is asked', () => {
  const asked = (test: PolicyTest, policy = POLICY, date?: string): AccessRequest => {
    const requests: AccessRequest[] = [];
    const spy: Decide = (claims, request) => {
      requests.push(request);
      return { grant: { id: JSON.stringify(claims) } };
    };
    runPolicyTests({ ...(date === undefined ? {} : { date }), tokens: TOKENS, tests: [test] }, policy, spy);
    const [request] = requests;
    if (!request) throw new Error('nothing was asked');
    return request;
  };

  it('is the request of the test, whole', () => {
    const ask = {
      action: 'rollback',
      project: 'prj_x',
      target: 'qa',
      exchange: 'token',
      actor: 'agent',
      signer: 'vault',
      timestamp: true,
      store: true,
    } as const;
    expect(asked(testOf({ ask: { ...ask, date: '2026-11-30' } }))).toEqual({
      action: 'rollback',
      projectId: 'prj_x',
      target: 'qa',
      exchange: 'token',
      actor: 'agent',
      signers: ['vault'],
      timestamp: true,
      store: true,
      now: Date.UTC(2026, 10, 30, 12),
    });
  });

  const undated = parse(GOOD.replace(/^(issued|expires): .*\n/gm, ''));
  const unissued = parse(GOOD.replace(/^issued: .*\n/m, ''));
  it.each([
    { name: "the test's own", ask: { date: '2026-11-05' }, policy: POLICY, date: '2026-11-07', is: '2026-11-05' },
    { name: "the file's", ask: {}, policy: POLICY, date: '2026-11-07', is: '2026-11-07' },
    { name: "the policy's first", ask: {}, policy: POLICY, date: undefined, is: '2026-11-01' },
    { name: "the policy's last", ask: {}, policy: unissued, date: undefined, is: '2026-11-30' },
    { name: 'any', ask: {}, policy: undated, date: undefined, is: '2000-01-01' },
  ])('is asked on a day: $name', ({ ask, policy, date, is }) => {
    expect(new Date(asked(testOf({ ask }), policy, date).now).toISOString()).toBe(`${is}T12:00:00.000Z`);
  });

  it('is denied after the last day, and not on it', () => {
    const expired = { deny: true, reason: 'expired' } as const;
    expect(
      run([testOf({ ask: { date: '2026-11-30' } }), testOf({ ask: { date: '2026-12-01' }, expect: expired })]).failed,
    ).toBe(0);
  });
});

describe('a grant that no test covers', () => {
  const WARNING = 'No test is allowed by the grant web-preview, so none would notice if it changed.';
  it('is named, and fails nothing', () => {
    expect(run([testOf()])).toMatchObject({ warnings: [WARNING], failed: 0 });
  });

  it('is not covered by a test that fails', () => {
    const wrong = testOf({ token: 'feature', ask: { target: 'preview' }, expect: { deny: true } });
    expect(run([testOf(), wrong])).toMatchObject({ warnings: [WARNING], failed: 1 });
  });
});
