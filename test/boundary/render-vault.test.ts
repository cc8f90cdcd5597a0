import { describe, expect, it } from '@jest/globals';
import { renderPolicy } from '../../src/boundary/index.ts';
import { Secret } from '../../src/secret.ts';
import { openVaultKey } from '../../src/signing/vault-key.ts';
import { NEVER } from '../http/support/bench.ts';
import { ADDRESS, AUDIENCE, openVault } from '../sandbox/support/vault.ts';
import { SAMPLE, SMALL, policyOf, sketch } from './support/policies.ts';

const VAULT = `{
  "warnings": [
    "A server's policy bounds claims, permissions and projects, not targets: a credential for a project reaches all of its targets, so the weakest grant of a project bounds them all. Where production must be isolated, give it a project (or a team) of its own.",
    "Enforced by the pipe alone: actions; the end on 2026-11-30; require of web-production.",
    "Each role gives the Vault policy named as its grant: write that policy, for the one secret that it may read.",
    "token_num_uses: 2 fits the hop vault (a read, and the end of the login); a role that reaches a remote key (signer: vault) needs 0, or at least 5, and a Vault policy that allows read on the key and update on its sign path."
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

describe('how often a token of a role may be used', () => {
  const hop = (role: string): object => ({ vault: { address: ADDRESS, role, secret: 'kv/data/vercel' } });
  const okta = (role: string): object => ({
    okta: {
      ...{ url: 'https://acme.okta.com/oauth2/default', client: 'c', scope: 's' },
      signer: { vault: { address: ADDRESS, role, key: 'okta-client' } },
    },
  });
  const exchange = (role: string): object => ({
    'token-exchange': {
      ...{ url: 'https://sts.example.com/token', clientId: 'c' },
      signer: { vault: { address: ADDRESS, role, key: 'sts-client' } },
    },
  });
  const vercel = { vercel: {} };
  /** Of the role of each grant, `g0`, `g1`, …, whose exchanges these are. */
  const usesOf = (...chains: readonly (readonly object[])[]): readonly unknown[] => {
    const exchanges = Object.fromEntries(chains.map((chain, index) => [`e${String(index)}`, chain]));
    const policy = sketch(
      chains.map(() => ({})),
      { exchanges },
    );
    const { writes } = JSON.parse(renderPolicy(policy, 'vault')) as Written;
    return writes.filter(({ path }) => path.includes('/role/')).map(({ data }) => data['token_num_uses']);
  };

  it.each<{ name: string; chains: readonly (readonly object[])[]; uses: readonly number[] }>([
    { name: '2 for the hop alone', chains: [[hop('g0')]], uses: [2] },
    { name: 'without end for a remote key of okta', chains: [[okta('g0'), vercel]], uses: [0] },
    { name: 'without end for a remote key of token-exchange', chains: [[exchange('g0'), vercel]], uses: [0] },
    { name: 'without end for a key behind the hop', chains: [[hop('other')], [okta('G0'), vercel]], uses: [0, 0] },
    { name: 'by the role that a grant names, for each', chains: [[hop('g0')], [okta('g1'), vercel]], uses: [2, 0] },
    { name: 'that of both, where both log in as it', chains: [[hop('g0')], [okta('g0'), vercel]], uses: [0, 0] },
    { name: 'that of its exchange, where nobody names it', chains: [[okta('x'), vercel], [hop('x')]], uses: [0, 2] },
  ])('is $name', ({ chains, uses }) => {
    expect(usesOf(...chains)).toEqual(uses);
  });

  it('is without end for a key that signs records', () => {
    const signers = { vault: { address: ADDRESS, role: 'g0', key: 'records' } };
    const policy = sketch([{}, {}], { exchanges: { e0: [hop('other'), vercel], e1: [hop('g1')] }, signers });
    const { writes } = JSON.parse(renderPolicy(policy, 'vault')) as Written;
    const roles = writes.filter(({ path }) => path.includes('/role/'));
    expect(roles.map(({ path, data }) => [path.split('/').at(-1), data['token_num_uses']])).toEqual([
      ['g0', 0],
      ['g1', 2],
    ]);
  });

  it('lets a remote key be read, sign three times and be let go', async () => {
    const policies = { g0: { 'transit/keys/okta-client': ['read'], 'transit/sign/okta-client': ['update'] } } as const;
    const made = await openVault({ policies, transit: { transit: { 'okta-client': 'ecdsa-p256' } } });
    const { workspaceUuid, repositoryUuid } = made.issuer.step;
    const policy = sketch([{ when: { workspaceUuid, repositoryUuid } }], {
      issuers: [made.issuer.url],
      exchanges: { e0: [okta('g0'), vercel] },
    });
    const { writes } = JSON.parse(renderPolicy(policy, 'vault')) as Written;
    for (const { path, data } of writes) made.vault.write(path, data);
    const settings = { address: ADDRESS, role: 'g0', key: 'okta-client' };
    const token = new Secret(await made.issuer.mintToken({ claims: { aud: [AUDIENCE] } }));
    const signer = await openVaultKey(settings, token, made, 'deploy-1', NEVER);
    for (const text of ['a', 'b', 'c']) {
      expect(await signer.sign(new TextEncoder().encode(text), NEVER)).toHaveLength(64);
    }
    await signer.close(NEVER);
    expect(made.vault.tokens).toMatchObject([{ policies: ['default', 'g0'], revoked: true }]);
  });
});
