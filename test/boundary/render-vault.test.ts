import { describe, expect, it } from '@jest/globals';
import { renderPolicy } from '../../src/boundary/index.ts';
import { SAMPLE, SMALL, policyOf, sketch } from './support/policies.ts';

const VAULT = `{
  "warnings": [
    "A server's policy bounds claims, permissions and projects, not targets: a credential for a project reaches all of its targets, so the weakest grant of a project bounds them all. Where production must be isolated, give it a project (or a team) of its own.",
    "Enforced by the pipe alone: actions; the end on 2026-11-30; require of web-production.",
    "Each role gives the Vault policy named as its grant: write that policy, for the one secret that it may read."
  ],
  "writes": [
    {
      "path": "auth/jwt/config",
      "data": {
        "oidc_discovery_url": "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
        "bound_issuer": "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc"
      }
    },
    {
      "path": "auth/jwt/role/web-production",
      "data": {
        "role_type": "jwt",
        "user_claim": "repositoryUuid",
        "bound_audiences": [
          "https://vercel.com/api/login/oauth/token"
        ],
        "bound_claims_type": "glob",
        "bound_claims": {
          "workspaceUuid": [
            "{11111111-1111-4111-8111-111111111111}"
          ],
          "repositoryUuid": [
            "{22222222-2222-4222-8222-222222222222}",
            "{33333333-3333-4333-8333-333333333333}"
          ],
          "deploymentEnvironmentUuid": [
            "{55555555-5555-4555-8555-555555555555}"
          ],
          "branchName": [
            "main",
            "release/*"
          ]
        },
        "token_policies": [
          "web-production"
        ],
        "token_ttl": "5m",
        "token_max_ttl": "5m",
        "token_num_uses": 2
      }
    }
  ]
}
`;

interface Written {
  readonly warnings: readonly string[];
  readonly writes: readonly { readonly path: string; readonly data: Readonly<Record<string, unknown>> }[];
}

describe('what is written to Vault', () => {
  it('is this', () => {
    expect(renderPolicy(policyOf(SMALL), 'vault')).toBe(VAULT);
  });

  it('compares exactly where no claim has a pattern', () => {
    const { writes } = JSON.parse(renderPolicy(policyOf(SAMPLE), 'vault')) as Written;
    expect(writes.map(({ path, data }) => [path, data['bound_claims_type']])).toEqual([
      ['auth/jwt/config', undefined],
      ['auth/jwt/role/web-production', 'glob'],
      ['auth/jwt/role/web-preview', 'string'],
    ]);
  });

  it('has a mount for each issuer, under the name that was asked for', () => {
    const issuers = ['https://a.example', 'https://b.example'];
    const { writes, warnings } = JSON.parse(
      renderPolicy(sketch([{}], { issuers }), 'vault', { mount: 'ci' }),
    ) as Written;
    expect(writes.map(({ path, data }) => [path, data['bound_issuer']])).toEqual([
      ['auth/ci/config', 'https://a.example'],
      ['auth/ci-2/config', 'https://b.example'],
      ['auth/ci/role/g0', undefined],
      ['auth/ci-2/role/g0', undefined],
    ]);
    expect(warnings.at(-1)).toBe('A mount holds one issuer, so there is one for each.');
  });

  it('is for one grant where one is named', () => {
    const { writes } = JSON.parse(renderPolicy(policyOf(SAMPLE), 'vault', { grant: 'web-preview' })) as Written;
    expect(writes.map(({ path }) => path)).toEqual(['auth/jwt/config', 'auth/jwt/role/web-preview']);
    expect(() => renderPolicy(policyOf(SAMPLE), 'vault', { grant: 'web' })).toThrow(
      expect.objectContaining({ code: 'USAGE', got: '--grant "web"', wanted: 'one of web-production, web-preview' }),
    );
  });
});
