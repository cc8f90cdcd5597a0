import { describe, expect, it } from '@jest/globals';
import { decideAccess, explainGrant, type AccessRequest, type Denial, type Policy } from '../../src/policy/index.ts';
import { ENVIRONMENT, GOOD, REPOSITORY, WORKSPACE, identityWith, parse, requestFor } from './support/policy.ts';

type Claims = Readonly<Record<string, string | undefined>>;
const PRODUCTION = requestFor({ target: 'production' });
const POLICY = parse(GOOD);

function decide(policy: Policy | undefined, claims: Claims, request: AccessRequest): ReturnType<typeof decideAccess> {
  return decideAccess(policy, identityWith(claims), request);
}

function deny(policy: Policy | undefined, claims: Claims, request: AccessRequest): Denial {
  const decision = decide(policy, claims, request);
  if ('grant' in decision) throw new Error(`granted: ${decision.grant.id}`);
  return decision.denial;
}

function explain(policy: Policy | undefined, claims: Claims, request: AccessRequest): string {
  const decision = decide(policy, claims, request);
  if ('denial' in decision) throw new Error(decision.denial.reason);
  return explainGrant(decision.grant);
}

describe('a denial explains itself', () => {
  it('by every grant, claim by claim, wanted and got, the nearest first', () => {
    expect(deny(POLICY, { branchName: 'feature\u001b[2K' }, PRODUCTION)).toEqual({
      reason: 'No grant of the policy allows this step deploy of "prj_abc" to "production".',
      nearestGrant: 'web-production',
      details: [
        'grant web-production (nearest): 2 of 9 not met',
        '  ok  action                     wanted "deploy" or "promote" or "rollback", got "deploy"',
        '  ok  project                    wanted "prj_abc", got "prj_abc"',
        '  ok  target                     wanted "production", got "production"',
        `  ok  workspaceUuid              wanted "${WORKSPACE}", got "${WORKSPACE}"`,
        `  ok  repositoryUuid             wanted "${REPOSITORY}" or "{33333333-3333-4333-8333-333333333333}", got "${REPOSITORY}"`,
        `  NOT deploymentEnvironmentUuid  wanted "${ENVIRONMENT}", got nothing`,
        '  NOT branchName                 wanted "main" or "release/*", got "feature\\u001b[2K"',
        '  ok  signer                     wanted "vault" or "key", got "key"',
        '  ok  credential                 wanted "short-lived", got "short-lived"',
        'grant web-preview: 1 of 5 not met',
        '  ok  action          wanted "deploy", got "deploy"',
        '  ok  project         wanted "prj_abc", got "prj_abc"',
        '  NOT target          wanted "preview", got "production"',
        `  ok  workspaceUuid   wanted "${WORKSPACE}", got "${WORKSPACE}"`,
        `  ok  repositoryUuid  wanted "${REPOSITORY}", got "${REPOSITORY}"`,
      ],
      fix: 'Change the step to what a grant wants, or add a grant for it.',
      suggest: true,
    });
  });

  it('by what the one grant that matches requires besides', () => {
    const request = requestFor({ target: 'production', signers: ['keyless'], exchange: 'token' });
    const denial = deny(POLICY, { deploymentEnvironmentUuid: ENVIRONMENT, branchName: 'main' }, request);
    expect(denial).toMatchObject({ nearestGrant: 'web-production', suggest: false });
    expect(denial.details.filter((line) => !line.startsWith('  ok'))).toEqual([
      'grant web-production (nearest): 2 of 10 not met',
      '  NOT exchange                   wanted "direct", got "token"',
      '  NOT signer                     wanted "vault" or "key", got "keyless"',
    ]);
    expect(denial.fix.split('\n')).toEqual([
      expect.stringContaining('Leave EXCHANGE out of the step'),
      'Set SIGNER: vault (its key under signers: in the policy), or SIGNER: key (with SIGNING_KEY).',
    ]);
  });

  it('by a chain to write, where the step asks for static', () => {
    const request = requestFor({ exchange: 'static' });
    expect(deny(POLICY, {}, request).fix).toMatch(
      /^Leave EXCHANGE out.* `stored: \[\{ static: \{\} \}\]`.*the grant\.$/,
    );
  });

  it.each([
    { require: 'actors: [human]', fix: 'pass BITBUCKET_ACCESS_TOKEN, so that Bitbucket can tell who did.' },
    { require: 'noStatic: true', fix: 'Give the grant an exchange without static' },
  ])('with what to change for $require', ({ require, fix }) => {
    const grant = GOOD.slice(GOOD.indexOf('  - id: web-preview')).replace(
      'direct',
      `token\n    require: { ${require} }`,
    );
    const policy = parse(GOOD.slice(0, GOOD.indexOf('  - id: web-production')) + grant);
    expect(deny(policy, {}, requestFor()).fix).toContain(fix);
  });

  it('with what to set for timestamp, store and signer, and with what was got', () => {
    const text = GOOD.replace(/$/, '    signer: keyless\n    require: { timestamp: true, store: true }\n');
    const { reason, fix } = deny(parse(text), {}, requestFor({ signers: ['vault', 'key'] }));
    expect(reason).toContain(
      'requires: signer: wanted "keyless", got "vault, key"; timestamp: wanted "TIMESTAMP_URL", got nothing; store: wanted "RECORD_STORE", got nothing.',
    );
    expect(fix.split('\n')).toEqual([
      'Set SIGNER: keyless.',
      'Set TIMESTAMP_URL to the address of a timestamp authority (RFC 3161).',
      expect.stringMatching(/^Set RECORD_STORE to a lasting home: s3:.*, https:.*\/ or bitbucket-downloads\.$/),
    ]);
  });

  it('by all the grants that match, where that is more than one', () => {
    const another = GOOD.slice(GOOD.indexOf('  - id: web-preview')).replace('web-preview', 'another');
    const denial = deny(parse(GOOD + another), {}, requestFor());
    expect(denial).toMatchObject({
      details: ['grant another (nearest): matches', 'grant web-preview: matches'],
      fix: 'Narrow allow or when in all but one of these grants.',
      suggest: false,
    });
  });

  it('within bounds, where a claim has many values', () => {
    const branches = Array.from({ length: 50 }, (_, index) => `b${String(index)}${'x'.repeat(900)}`);
    const policy = parse(GOOD.replace("[main, 'release/*']", `[${branches.join(', ')}]`));
    const line = deny(policy, { branchName: 'y'.repeat(10_000) }, PRODUCTION).details.find((one) =>
      one.includes('branch'),
    );
    expect(line).toContain('… or 45 more, got "yyy');
    expect(line?.length).toBeLessThan(600);
  });

  it('by every grant of a policy of hundreds, those further off in one line each', () => {
    const [grant] = POLICY.grants;
    const grants = Array.from({ length: 500 }, (_, index) => ({
      ...(grant as (typeof POLICY.grants)[0] & object),
      id: `g${String(index).padStart(3, '0')}`,
    }));
    const { details } = deny({ ...POLICY, grants }, {}, PRODUCTION);
    expect(details.filter((line) => line.startsWith('grant '))).toHaveLength(500);
    expect(details).toHaveLength(20 * 10 + 480);
    expect(details.at(-1)).toBe('grant g499: not met: deploymentEnvironmentUuid, branchName');
  });
});

describe('a grant explains itself in one line', () => {
  it('with a policy', () => {
    expect(explain(POLICY, {}, requestFor())).toBe(
      'grant web-preview allows deploy of "prj_abc" to "preview", by the exchange direct',
    );
  });

  it('without one', () => {
    expect(explain(undefined, {}, requestFor())).toBe(
      'grant built-in:preview allows deploy of "prj_abc" to "preview", by the exchange vercel (there is no policy)',
    );
  });

  it('loudly, where the policy has expired', () => {
    const rollback = requestFor({ action: 'rollback', target: 'production', now: Date.UTC(2027, 0, 1) });
    const line = explain(POLICY, { deploymentEnvironmentUuid: ENVIRONMENT, branchName: 'main' }, rollback);
    expect(line).toContain(' (THE POLICY HAS EXPIRED: a rollback is all that it still allows)');
  });
});
