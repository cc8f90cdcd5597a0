import { createPublicKey } from 'node:crypto';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import type { HopConfigs, HopOutput } from '../../src/exchange/index.ts';
import { vaultHop } from '../../src/exchange/vault.ts';
import { Secret } from '../../src/secret.ts';
import { signClientAssertion } from '../../src/signing/index.ts';
import { openVaultKey } from '../../src/signing/vault-key.ts';
import { NEVER } from '../http/support/bench.ts';
import { ADDRESS, openVault, roleFor, type VaultBench } from '../sandbox/support/vault.ts';
import { INPUT } from './support/hop-contract.ts';

async function run(
  { issuer, http, clock, log }: VaultBench,
  settings: Partial<HopConfigs['vault']>,
): Promise<HopOutput | PipeError> {
  const input = { ...INPUT, token: new Secret(await issuer.mintToken()) };
  const deps = { http, clock, log, apiUrl: 'https://api.example.com' };
  return vaultHop
    .obtain({ address: ADDRESS, role: 'pipelines', ...settings }, input, deps, NEVER)
    .catch((error: unknown) => {
      if (error instanceof PipeError) return error;
      throw error;
    });
}

const good = (outcome: HopOutput | PipeError): HopOutput => {
  if (outcome instanceof PipeError) throw outcome;
  return outcome;
};
const warnings = ({ log }: VaultBench): string[] =>
  log.lines.flatMap(({ level, message }) => (level === 'warn' ? [message] : []));

describe('the hop against a strict Vault', () => {
  it('reads a version with a role of two uses, and leaves nothing behind', async () => {
    const bench = await openVault();
    const output = good(await run(bench, { secret: 'kv/data/vercel', version: 2 }));
    expect(output.token.reveal()).toBe('vcp_second');
    expect(bench.asked).toEqual([
      ...['POST auth/jwt/login 200', 'GET kv/data/vercel 200', 'POST auth/token/revoke-self 204'],
    ]);
    expect(bench.vault.tokens).toMatchObject([{ revoked: true }]);
    expect(warnings(bench)).toEqual([]);
  });

  it('says so of a version that was deleted', async () => {
    const outcome = await run(await openVault(), { secret: 'kv/data/vercel' });
    expect(outcome).toMatchObject({ code: 'EXCHANGE_NOT_ENABLED', fix: expect.stringContaining('was deleted') });
  });

  it('takes a role of a single use for what it is', async () => {
    const bench = await openVault({}, { token_num_uses: 1 });
    good(await run(bench, { secret: 'kv/data/vercel', version: 1 }));
    expect(bench.asked.at(-1)).toBe('POST auth/token/revoke-self 403');
    expect(warnings(bench)).toEqual([]);
  });

  it("takes the engine's token back at the end", async () => {
    const revoked: string[] = [];
    const vercelTokens = {
      issue: () => ({ id: 't1', token: 'vcp_made' }),
      revoke: (id: string) => void revoked.push(id),
    };
    const options = {
      vercel: { 'vercel-secrets': { max_ttl: 600 } },
      policies: { deploy: { 'vercel-secrets/token': ['read'] } },
    } as const;
    const bench = await openVault(options, {}, { vercelTokens });
    const output = good(await run(bench, { secret: 'vercel-secrets/token' }));
    expect(output.token.reveal()).toBe('vcp_made');
    expect(revoked).toEqual([]);
    await output.revoke?.(NEVER);
    expect(revoked).toEqual(['t1']);
    expect(bench.vault.leases).toMatchObject([{ revoked: true }]);
  });

  it("gives an identity token of a stable sub, which Vault's keys verify, in a namespace", async () => {
    const options = {
      ...{ namespace: 'platform/web', identity: { bridge: { client_id: 'api://AzureADTokenExchange', ttl: 120 } } },
      policies: { deploy: { 'identity/oidc/token/bridge': ['read'] } },
    } as const;
    const bench = await openVault(options);
    const settings = { identityToken: 'bridge', namespace: 'platform/web' };
    const { token, audit } = good(await run(bench, settings));
    const { payload } = await jwtVerify(token.reveal(), createLocalJWKSet(bench.vault.keys()), {
      issuer: bench.vault.issuer,
      audience: 'api://AzureADTokenExchange',
    });
    expect(payload.sub).toBe(bench.vault.entityOf('jwt', bench.issuer.step.repositoryUuid));
    expect(audit.issuer).toBe(`${ADDRESS}/v1/platform/web/identity/oidc`);
    expect(bench.vault.tokens).toMatchObject([{ revoked: true }]);
    expect(await run(bench, { identityToken: 'bridge' })).toMatchObject({ fix: expect.stringContaining('namespace') });
  });

  it('names the claim that the role does not admit, and the value that it got', async () => {
    const bench = await openVault();
    const { issuer } = bench;
    bench.vault.write('auth/jwt/role/pipelines', roleFor(issuer, { bound_claims: { branchName: ['release'] } }));
    expect(await run(bench, { secret: 'kv/data/vercel' })).toMatchObject({
      code: 'DENIED_BY_PROVIDER',
      got: 'status 400 error validating claims: claim "branchName" does not match any associated bound claim values',
      fix: expect.stringContaining('branchName is "main"'),
    });
  });

  it('ends with status 3 where Vault is sealed', async () => {
    const bench = await openVault();
    bench.vault.seal();
    expect(await run(bench, { secret: 'kv/data/vercel' })).toMatchObject({
      exitStatus: 3,
      fix: expect.stringContaining('unseal'),
    });
    expect(bench.asked).toHaveLength(3);
  });
});

describe('the signer against a strict Vault', () => {
  const policies = { deploy: { 'transit/keys/okta': ['read'], 'transit/sign/okta': ['update'] } } as const;
  const settings = { address: ADDRESS, role: 'pipelines', key: 'okta' };

  it.each([
    { type: 'ecdsa-p256', alg: 'ES256' },
    { type: 'rsa-2048', alg: 'RS256' },
  ] as const)(
    'signs an assertion ($alg) that verifies, though the key was rotated meanwhile',
    async ({ type, alg }) => {
      const bench = await openVault({ policies, transit: { transit: { okta: type } } }, { token_num_uses: 3 });
      const token = new Secret(await bench.issuer.mintToken());
      const signer = await openVaultKey(settings, token, bench, 'deploy-1', NEVER);
      const publicKey = createPublicKey(bench.vault.publicKeyOf('transit', 'okta'));
      bench.vault.rotate('transit', 'okta');
      const facts = { clientId: 'client', audience: 'https://okta.example', now: bench.clock.now() };
      const assertion = await signClientAssertion(signer, facts, NEVER);
      const { protectedHeader } = await jwtVerify(assertion.reveal(), publicKey, { issuer: 'client' });
      expect(protectedHeader.alg).toBe(alg);
      await signer.close(NEVER);
      expect(bench.vault.tokens).toMatchObject([{ revoked: true }]);
    },
  );

  it('refuses a key that makes no such signature', async () => {
    const bench = await openVault({ policies, transit: { transit: { okta: 'ed25519' } } });
    const token = new Secret(await bench.issuer.mintToken());
    await expect(openVaultKey(settings, token, bench, 'deploy-1', NEVER)).rejects.toMatchObject({
      got: 'type "ed25519"',
    });
    expect(bench.vault.tokens).toMatchObject([{ revoked: true }]);
  });
});
