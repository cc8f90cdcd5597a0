import { describe, expect, it } from '@jest/globals';
import { findVaultDrift } from '../../src/boundary/drift-vault.ts';
import { listVaultRoles } from '../../src/boundary/drift-vault-wanted.ts';
import type { Policy } from '../../src/policy/index.ts';
import { Secret } from '../../src/secret.ts';
import { bench, NEVER } from '../http/support/bench.ts';
import { ISSUER, REPOSITORY, WORKSPACE, policyOf, sketch } from './support/policies.ts';

const ADDRESS = 'https://vault.example.com';

describe('the roles that a file logs in as', () => {
  const grants = (branches: readonly string[], exchange: string): Policy =>
    policyOf(
      JSON.stringify({
        version: 1,
        issuers: [ISSUER],
        exchanges: { e: JSON.parse(exchange) as unknown },
        grants: branches.map((branch, index) => ({
          id: `g${String(index)}`,
          allow: { actions: ['deploy'], projects: [`prj_${String(index)}`], targets: [`t${String(index)}`] },
          when: { workspaceUuid: WORKSPACE, repositoryUuid: REPOSITORY, branchName: branch },
          exchange: 'e',
        })),
      }),
    );
  const vault = `[{"vault":{"address":"${ADDRESS}","role":"Deploy","secret":"kv/data/x"}}]`;

  it('are one for grants that one role can hold, by the name that Vault gives it', () => {
    expect(listVaultRoles(grants(['main', 'release'], vault))).toMatchObject([
      { role: 'deploy', mount: 'jwt', grants: ['g0', 'g1'], scopes: [{ claims: { branchName: ['main', 'release'] } }] },
    ]);
  });

  it('are none of a Vault that sees the token of another hop', () => {
    const chain = `[{"vault":{"address":"${ADDRESS}","role":"a","identityToken":"b"}},{"vault":{"address":"${ADDRESS}","role":"c","secret":"kv/data/x"}}]`;
    expect(listVaultRoles(grants(['main'], chain)).map(({ role }) => role)).toEqual(['a']);
  });

  it('may be a signer of a hop', () => {
    const okta = `[{"okta":{"url":"https://acme.okta.com/oauth2/default","client":"c","scope":"s","signer":{"vault":{"address":"${ADDRESS}","role":"sign","key":"k"}}}},{"vercel":{}}]`;
    expect(listVaultRoles(grants(['main'], okta)).map(({ role }) => role)).toEqual(['sign']);
  });

  describe('to sign records', () => {
    const records = { address: ADDRESS, role: 'records', key: 'deploy-records' };
    const azure = { vault: 'https://acme.vault.azure.net', key: 'records', exchange: 'to-azure' };
    const TO_AZURE = [{ vault: { address: ADDRESS, role: 'stable', identityToken: 'bitbucket' } }];
    const rolesOf = (signers: object, grant: object = {}): unknown[] => {
      const { exchanges } = sketch([{}]);
      const policy = sketch([{}, {}], {
        exchanges: { ...exchanges, e1: [{ vercel: {} }], 'to-azure': TO_AZURE },
        signers,
      });
      const [first, second] = policy.grants;
      const grants = [{ ...first, ...grant }, second] as Policy['grants'];
      return listVaultRoles({ ...policy, grants }).map(({ role, grants: of }) => [role, of]);
    };

    it('are of every grant that may take the key', () => {
      expect(rolesOf({ vault: records })).toEqual([['records', ['g0', 'g1']]]);
      expect(rolesOf({ vault: records }, { require: { signers: ['keyless', 'vault'] } })).toEqual([
        ['records', ['g0', 'g1']],
      ]);
    });

    it.each([{ signer: 'keyless' }, { require: { signers: ['key'] } }])('are not of one with %j', (grant) => {
      expect(rolesOf({ vault: records }, grant)).toEqual([['records', ['g1']]]);
    });

    it('may be on the way to a key of another service', () => {
      expect(rolesOf({ 'azure-key-vault': azure })).toEqual([['stable', ['g0', 'g1']]]);
      expect(rolesOf({ 'azure-key-vault': azure }, { signer: 'key' })).toEqual([['stable', ['g1']]]);
    });
  });

  it('know the others of their mount', () => {
    const chain = (more: object): object[] => [{ vault: { address: ADDRESS, secret: 'kv/data/x', ...more } }];
    const policy = sketch([{}, {}, {}], {
      exchanges: { e0: chain({ role: 'a' }), e1: chain({ role: 'b' }), e2: chain({ role: 'c', mount: 'other' }) },
    });
    expect(listVaultRoles(policy).map(({ role, beside }) => [role, beside])).toEqual([
      ['a', ['b']],
      ['b', ['a']],
      ['c', []],
    ]);
  });

  it('are none of a file without issuers that logs in nowhere', () => {
    const policy = sketch([{}], { issuers: undefined, exchanges: { e0: [{ static: {} }] } });
    expect(listVaultRoles(policy)).toEqual([]);
  });

  it('cannot be one where no role holds the grants and nothing else', async () => {
    const apart = policyOf(
      JSON.stringify({
        version: 1,
        issuers: [ISSUER],
        exchanges: { e: JSON.parse(vault) as unknown },
        grants: ['a', 'b'].map((name) => ({
          id: name,
          allow: { actions: ['deploy'], projects: [`prj_${name}`], targets: [name] },
          when: { workspaceUuid: WORKSPACE, repositoryUuid: REPOSITORY, [`${name}Claim`]: name },
          exchange: 'e',
        })),
      }),
    );
    const [role] = listVaultRoles(apart);
    if (!role) throw new Error('no role');
    const { http, network } = bench([]);
    expect(await findVaultDrift(role, { http, token: new Secret('hvs.x') }, NEVER)).toEqual([
      'auth/jwt/role/deploy cannot be what the file wants:',
      '    live    one role',
      '    wanted  2: no single one admits what a + b do and nothing else',
    ]);
    expect(network.sent).toEqual([]);
  });
});
