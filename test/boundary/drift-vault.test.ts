import { describe, expect, it } from '@jest/globals';
import { findVaultDrift } from '../../src/boundary/drift-vault.ts';
import { listVaultRoles } from '../../src/boundary/drift-vault-wanted.ts';
import { renderPolicy } from '../../src/boundary/index.ts';
import type { Policy } from '../../src/policy/index.ts';
import type { VaultRole } from '../../src/sandbox/vault/vault.ts';
import { Secret } from '../../src/secret.ts';
import { bench, NEVER } from '../http/support/bench.ts';
import { ADDRESS, openVault, type VaultBench } from '../sandbox/support/vault.ts';
import { ISSUER, SAMPLE, SMALL, policyOf } from './support/policies.ts';

/** The sample's production grant, which logs in to Vault as the role that render writes for it. */
const HOP = `{ vault: { address: '${ADDRESS}', role: web-production, secret: kv/data/vercel } }`;
const TEXT = SMALL.replace('{ vercel: { team: team_abc, policy: pol_production } }', HOP);

interface Written {
  readonly writes: readonly { readonly path: string; readonly data: object }[];
}

/** A Vault to which an operator wrote all that render says, with what the test changes. */
async function written(policy: Policy, changes: Readonly<Record<string, object>> = {}): Promise<VaultBench> {
  const made = await openVault();
  const { writes } = JSON.parse(renderPolicy(policy, 'vault', {})) as Written;
  for (const { path, data } of writes) made.vault.write(path, { ...data, ...changes[path] });
  return made;
}

async function drift({ vault, http }: VaultBench, policy: Policy): Promise<readonly string[]> {
  const token = new Secret(vault.operatorToken);
  const found = await Promise.all(listVaultRoles(policy).map((role) => findVaultDrift(role, { http, token }, NEVER)));
  return found.flat();
}

const ROLE = 'auth/jwt/role/web-production';

describe('drift of Vault', () => {
  const policy = policyOf(TEXT);

  it('is none where an operator wrote what render says', async () => {
    const made = await written(policy);
    // The bench has a role of its own, which opens something else.
    expect(await drift(made, policy)).toEqual([]);
    expect(made.asked).toContain(`GET ${ROLE} 200`);
  });

  it.each<{ name: string; path?: string; change: Partial<VaultRole> | object; lines: readonly string[] }>([
    {
      name: 'a claim that is not bound',
      change: { bound_claims: { workspaceUuid: '{11111111-1111-4111-8111-111111111111}' } },
      lines: [
        '  bound_claims.repositoryUuid',
        '    live    not set',
        '    wanted  "{22222222-2222-4222-8222-222222222222}" or "{33333333-3333-4333-8333-333333333333}"',
      ],
    },
    {
      name: 'a star that is a letter',
      change: { bound_claims_type: 'string' },
      lines: ['  bound_claims_type', '    live    "string"', '    wanted  "glob"'],
    },
    {
      name: 'another audience beside',
      change: { bound_audiences: ['https://vercel.com/api/login/oauth/token', 'x'] },
      lines: ['  bound_audiences', '    live    "https://vercel.com/api/login/oauth/token" or "x"'],
    },
    {
      name: 'a long life',
      change: { token_ttl: '1h' },
      lines: ['  token_ttl', '    live    3600 s', '    wanted  at most 300 s'],
    },
    { name: 'a life without end', change: { token_max_ttl: 0 }, lines: ['  token_max_ttl', '    live    not set'] },
    {
      name: 'keys of another',
      path: 'auth/jwt/config',
      change: { jwks_url: 'https://evil.example' },
      lines: ['auth/jwt/config (web-production) differs:', '  jwks_url', '    live    "https://evil.example"'],
    },
    {
      name: 'another issuer',
      path: 'auth/jwt/config',
      change: { bound_issuer: 'https://evil.example' },
      lines: ['  bound_issuer', '    live    "https://evil.example"', `    wanted  "${ISSUER}"`],
    },
  ])('is $name', async ({ path = ROLE, change, lines }) => {
    const found = await drift(await written(policy, { [path]: change }), policy);
    expect(found[0]).toBe(`${path} (web-production) differs:`);
    expect(found.join('\n')).toContain(lines.join('\n'));
  });

  it('is a role that is not there, and a mount', async () => {
    const made = await openVault();
    expect((await drift(made, policy)).at(-3)).toBe(`${ROLE} (web-production) is not there:`);
    const elsewhere = policyOf(TEXT.replace('role: web', 'mount: other, role: web'));
    expect(await drift(made, elsewhere)).toContain('auth/other/config (web-production) is not there:');
  });

  it('is a role beside it that opens the same', async () => {
    const made = await written(policy);
    made.vault.write('auth/jwt/role/door', {
      role_type: 'jwt',
      user_claim: 'sub',
      token_policies: ['web-production', 'x'],
    });
    expect(await drift(made, policy)).toEqual([
      'auth/jwt/role/door is not in the file:',
      '  token_policies',
      '    live    "web-production"',
      '    wanted  nothing: what these policies open is for the roles of the file alone',
    ]);
  });

  it('is no other role of the file that opens the same', async () => {
    const second = `  preview: [{ vault: { address: '${ADDRESS}', role: web-preview, secret: kv/data/vercel } }]`;
    const both = policyOf(
      SAMPLE.replace('{ vercel: { team: team_abc, policy: pol_production } }', HOP).replace(
        /^ {2}preview: .*$/m,
        second,
      ),
    );
    const opens = { token_policies: ['deploy'] };
    const made = await written(both, { [ROLE]: opens, 'auth/jwt/role/web-preview': opens });
    // The bench's own role opens it, too, and is not in the file.
    const found = (await drift(made, both)).filter((line) => !line.startsWith(' '));
    expect(found).toEqual(Array.from({ length: 2 }, () => 'auth/jwt/role/pipelines is not in the file:'));
  });

  it('reads nothing outside of the auth method', async () => {
    const made = await written(policy);
    const before = made.asked.length;
    const elsewhere = policyOf(TEXT.replace('role: web', 'mount: jwt/../../secret, role: web'));
    await expect(drift(made, elsewhere)).rejects.toMatchObject({
      code: 'POLICY_INVALID',
      got: '"auth/jwt/../../secret/config"',
    });
    expect(made.asked.slice(before)).toEqual([]);
  });

  it('says what may not be read', async () => {
    const made = bench([{ status: 403, body: JSON.stringify({ errors: ['permission denied'] }) }]);
    const [role] = listVaultRoles(policy);
    if (!role) throw new Error('the sample logs in to Vault');
    await expect(findVaultDrift(role, { http: made.http, token: new Secret('hvs.x') }, NEVER)).rejects.toMatchObject({
      code: 'DENIED_BY_PROVIDER',
      got: 'status 403 permission denied',
      fix: expect.stringContaining('read on auth/jwt/config'),
    });
  });
});
