import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../src/secret.ts';
import { judgeLogin } from '../../src/services/vault-login-faults.ts';

const CLAIMS = { iss: 'https://issuer.example', aud: ['a', 'b'], sub: '{repo}:{step}', branchName: 'feature/x' };
const token = new Secret(`e30.${Buffer.from(JSON.stringify(CLAIMS)).toString('base64url')}.c2ln`);

function judge(said: string, status = 400): ReturnType<typeof judgeLogin> {
  const body = { errors: [said] };
  return judgeLogin({ status, headers: {}, text: '', body }, { mount: 'jwt', role: 'pipelines', token });
}

describe('a refused login', () => {
  it.each([
    {
      said: 'error validating claims: claim "branchName" does not match any associated bound claim values',
      code: 'DENIED_BY_PROVIDER',
      fix: `The token's branchName is "feature/x", which role pipelines does not admit`,
    },
    {
      said: 'error validating claims: claim "deploymentEnvironmentUuid" is missing',
      code: 'DENIED_BY_PROVIDER',
      fix: `The token's deploymentEnvironmentUuid is nothing, which role`,
    },
    {
      said: 'claim "constructor" not found in token',
      code: 'DENIED_BY_PROVIDER',
      fix: `The token's constructor is nothing`,
    },
    {
      said: 'error validating token: invalid audience (aud) claim: audience claim does not match any bound audience',
      code: 'DENIED_BY_PROVIDER',
      fix: `The token's aud is ["a","b"]: put one of them into bound_audiences of role pipelines`,
    },
    {
      said: 'error validating token: invalid subject (sub) claim',
      code: 'DENIED_BY_PROVIDER',
      fix: `The token's sub is "{repo}:{step}", and Bitbucket's changes with every step`,
    },
    {
      said: 'error validating token: invalid issuer (iss) claim',
      code: 'EXCHANGE_NOT_ENABLED',
      fix: 'The token is of issuer "https://issuer.example": auth/jwt/config names another in bound_issuer.',
    },
    {
      said: 'error configuring token validator: Get "https://issuer.example": dial tcp: timeout',
      code: 'EXCHANGE_NOT_ENABLED',
      fix: 'write auth/jwt/config with oidc_discovery_url "https://issuer.example"',
    },
    { said: 'role with oidc role_type is not allowed', code: 'EXCHANGE_NOT_ENABLED', fix: 'role_type jwt' },
    {
      said: 'error validating token: invalid expiration time (exp) claim: token is expired',
      code: 'CREDENTIAL_INVALID',
      fix: 'The token has expired',
    },
    {
      said: 'error validating token: invalid issued at (iat) claim: token issued in the future',
      code: 'CREDENTIAL_INVALID',
      fix: 'clock_skew_leeway of role pipelines',
    },
    {
      said: 'error validating token: error verifying token signature: failed to verify id token signature',
      code: 'CREDENTIAL_INVALID',
      fix: 'The keys that auth/jwt/config names are not those of "https://issuer.example"',
    },
    { said: 'something new', code: 'CREDENTIAL_INVALID', fix: "See role pipelines of auth/jwt, and Vault's audit log" },
  ])('$said', ({ said, code, fix }) => {
    expect(judge(said)).toEqual({ code, fix: expect.stringContaining(fix) });
  });

  it.each([403, 404])('of status %i without a word is one of the mount', (status) => {
    expect(judge('', status)).toEqual({
      code: 'EXCHANGE_NOT_ENABLED',
      fix: expect.stringContaining('check mount (jwt), namespace, and token_bound_cidrs of role pipelines'),
    });
  });

  it('by a token that is none has nothing of it to show', () => {
    const login = { mount: 'jwt', role: 'pipelines', token: new Secret('no-token-at-all') };
    const body = { errors: ['invalid audience (aud) claim'] };
    expect(judgeLogin({ status: 400, headers: {}, text: '', body }, login).fix).toMatch(
      /^The token's aud is not readable/,
    );
  });
});
