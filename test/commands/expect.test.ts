import { describe, expect, it } from '@jest/globals';
import { expectIdentity } from '../../src/commands/expect.ts';
import { PipeError } from '../../src/errors.ts';
import { SMOKE_AUDIENCE } from '../../src/smoke/index.ts';
import type { Policy } from '../../src/policy/types.ts';
import type { Config } from '../../src/variables/index.ts';

const NAMED = 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc';
const OTHER = 'https://issuer.example.com';

function configOf(changes: Partial<Pick<Config, 'issuer' | 'audience' | 'build'>>): Config {
  return { issuer: undefined, audience: undefined, build: {}, ...changes } as unknown as Config;
}

function policyOf(changes: Partial<Policy>): Policy {
  return { digest: 'd', issuers: [], exchanges: {}, signers: {}, grants: [], ...changes };
}

describe('the issuer that is expected', () => {
  it.each([
    { name: "the policy's", issuers: [NAMED, OTHER], issuer: undefined, expected: [NAMED, OTHER], pinned: true },
    { name: 'one of them, by OIDC_ISSUER', issuers: [NAMED, OTHER], issuer: OTHER, expected: [OTHER], pinned: true },
    { name: "OIDC_ISSUER's, pinned by nobody", issuers: [], issuer: OTHER, expected: [OTHER], pinned: false },
    { name: "the workspace's, pinned by nobody", issuers: [], issuer: undefined, expected: [NAMED], pinned: false },
  ])('is $name', ({ issuers, issuer, expected, pinned }) => {
    const config = configOf({ issuer, build: { workspace: 'acme' } });
    expect(expectIdentity(config, policyOf({ issuers }))).toMatchObject({ issuers: expected, issuerPinned: pinned });
    if (issuers.length > 0) return;
    // A policy that names none leaves it as no policy would.
    expect(expectIdentity(config, undefined)).toMatchObject({ issuers: expected, issuerPinned: false });
  });

  it.each([
    {
      name: 'a variable that differs from the policy',
      config: configOf({ issuer: OTHER, audience: 'https://a.example' }),
      policy: policyOf({ issuers: [NAMED], audience: 'https://b.example' }),
      faults: [`OIDC_ISSUER is ${OTHER}, but`, 'OIDC_AUDIENCE is https://a.example, but the policy names https://b'],
    },
    {
      name: "the smoke tests' audience in a variable",
      config: configOf({ issuer: NAMED, audience: SMOKE_AUDIENCE }),
      policy: policyOf({}),
      faults: ['OIDC_AUDIENCE is urn:vercel-oidc-deploy:smoke: that is for tokens that deployments see'],
    },
    {
      name: "the smoke tests' audience in the policy",
      config: configOf({ issuer: NAMED }),
      policy: policyOf({ audience: SMOKE_AUDIENCE }),
      faults: ["The policy's audience is urn:vercel-oidc-deploy:smoke: that is for"],
    },
    {
      name: 'nothing that names one',
      config: configOf({}),
      policy: policyOf({}),
      faults: ['No issuer is known: BITBUCKET_WORKSPACE is not set'],
    },
  ])('is not known with $name', ({ config, policy, faults }) => {
    let failure: unknown;
    try {
      expectIdentity(config, policy);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(PipeError);
    expect(failure).toMatchObject({
      code: 'VARIABLES_INVALID',
      faults: faults.map((fault) => expect.stringContaining(fault)),
    });
  });
});
