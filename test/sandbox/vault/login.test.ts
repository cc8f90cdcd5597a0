import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { MintOverrides } from '../../../src/sandbox/index.ts';
import type { VaultRole } from '../../../src/sandbox/vault/vault.ts';
import { ADDRESS, openVault, type VaultBench } from '../support/vault.ts';

async function logIn(bench: VaultBench, mint: MintOverrides = {}, more: object = {}, mount = 'jwt'): Promise<unknown> {
  const json = { role: 'pipelines', jwt: await bench.issuer.mintToken(mint), ...more };
  const response = await bench.handle(
    new Request(`${ADDRESS}/v1/auth/${mount}/login`, {
      method: 'POST',
      headers: { 'x-vault-request': 'true', 'content-type': 'application/json' },
      body: JSON.stringify(json),
    }),
  );
  return { status: response.status, body: await response.json() };
}

const refused = (status: number, text: string): unknown => ({
  status,
  body: { errors: [expect.stringContaining(text)] },
});

describe('a login to the fake of Vault', () => {
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const now = Math.floor(Date.now() / 1000);
  it.each<{ name: string; mint: MintOverrides; text: string }>([
    { name: 'of a foreign key', mint: { key: foreign }, text: 'failed to verify id token signature' },
    { name: 'without signature', mint: { header: { alg: 'none' } }, text: 'failed to verify id token signature' },
    { name: 'that has expired', mint: { claims: { exp: now - 70 } }, text: '(exp) claim: token is expired' },
    { name: 'from the future', mint: { claims: { iat: now + 90 } }, text: '(iat) claim: token issued in the future' },
    { name: 'not valid yet', mint: { claims: { nbf: now + 90 } }, text: '(nbf) claim: token not yet valid' },
    {
      name: 'of another issuer',
      mint: { claims: { iss: 'https://evil.example' } },
      text: 'invalid issuer (iss) claim',
    },
    { name: 'for another audience', mint: { claims: { aud: ['x'] } }, text: 'does not match any bound audience' },
    { name: 'of another branch', mint: { claims: { branchName: 'x' } }, text: 'claim "branchName" does not match' },
    { name: 'of no branch', mint: { remove: ['branchName'] }, text: 'claim "branchName" is missing' },
    {
      name: 'of no repository',
      mint: { remove: ['repositoryUuid'] },
      text: 'claim "repositoryUuid" not found in token',
    },
  ])('is refused by a token $name', async ({ mint, text }) => {
    const bench = await openVault();
    expect(await logIn(bench, mint)).toEqual(refused(400, text));
    expect(bench.vault.tokens).toEqual([]);
  });

  it.each<{ name: string; more?: object; role?: Partial<VaultRole>; text: string }>([
    { name: 'another role', more: { role: 'other' }, text: 'role "other" could not be found' },
    { name: 'no role', more: { role: '' }, text: 'missing role' },
    { name: 'no token', more: { jwt: '' }, text: 'missing token' },
    { name: 'a role of people', role: { role_type: 'oidc' }, text: 'oidc role_type is not allowed' },
    { name: 'a role without audiences', role: { bound_audiences: [] }, text: 'no audiences bound to the role' },
    { name: 'a bound subject', role: { bound_subject: 'x' }, text: 'invalid subject (sub) claim' },
    { name: 'a star that is a letter', role: { bound_claims: { branchName: 'ma*' } }, text: 'claim "branchName"' },
  ])('is refused with $name', async ({ more, role, text }) => {
    expect(await logIn(await openVault({}, role), {}, more)).toEqual(refused(400, text));
  });

  it('is refused at a mount that is not there, and where the issuer cannot be reached', async () => {
    expect(await logIn(await openVault(), {}, {}, 'other')).toEqual(refused(403, 'permission denied'));
    const far = await openVault({}, {}, { fetchKeys: () => undefined });
    expect(await logIn(far)).toEqual(refused(400, 'error configuring token validator'));
  });

  it('gives a token as the role says', async () => {
    const role = { bound_claims_type: 'glob', bound_claims: { branchName: 'm*n' } } as const;
    const bench = await openVault({}, role);
    expect(await logIn(bench)).toMatchObject({
      status: 200,
      body: {
        auth: {
          ...{ client_token: expect.stringMatching(/^hvs\./), lease_duration: 300, num_uses: 2 },
          ...{ policies: ['default', 'deploy'], token_type: 'service', metadata: { role: 'pipelines' } },
        },
      },
    });
    expect(bench.vault.tokens).toHaveLength(1);
  });
});
