import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createKeyVault, type KeyVaultOptions, type VaultKey } from '../../../src/sandbox/azure/key-vault.ts';
import { Secret } from '../../../src/secret.ts';
import { routeBench } from '../../exchange/support/route-bench.ts';
import { NEVER } from '../../http/support/bench.ts';
import type { HttpReply } from '../../../src/http/index.ts';

const VAULT = 'https://acme.vault.azure.net';
const NOW = 1_000_000;
const TENANT = '11111111-2222-4333-8444-555555555555';
const DATA = Buffer.from('statement');
const VALUE = createHash('sha256').update(DATA).digest('base64url');
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const KEY: VaultKey = { name: 'deploy-records', version: '1'.repeat(32), privateKey };
const PLACE = `/keys/deploy-records/${KEY.version}`;

function ask(
  path: string,
  { json, keys = [KEY], ...options }: Partial<KeyVaultOptions> & { readonly json?: unknown } = {},
): Promise<HttpReply> {
  const { routes } = createKeyVault({
    ...{ url: VAULT, tenant: TENANT, now: () => NOW, readers: [], secrets: [], signers: ['app-1'], keys },
    callerOf: () => ({ audience: 'https://vault.azure.net', tenant: TENANT, appId: 'app-1', expiresAt: NOW + 1 }),
    ...options,
  });
  const { http } = routeBench(routes);
  const method = json === undefined ? 'GET' : 'POST';
  const url = `${VAULT}${path}?api-version=7.4`;
  return http.request({
    service: 'the fake',
    method,
    url,
    json,
    bearer: new Secret('token'),
    signal: NEVER,
    attempts: 1,
  });
}

describe('a key in the fake of Azure Key Vault', () => {
  it('signs what its public half verifies', async () => {
    const read = (await ask('/keys/Deploy-Records')).body as {
      key: { kid: string; crv: string; x: string; y: string };
    };
    expect(read).toMatchObject({
      key: { kid: VAULT + PLACE, kty: 'EC-HSM', crv: 'P-256', key_ops: ['sign', 'verify'] },
      attributes: { enabled: true },
    });
    const publicKey = createPublicKey({ key: { ...read.key, kty: 'EC' }, format: 'jwk' });
    // Often enough for integers that are short in DER.
    for (let round = 0; round < 300; round += 1) {
      const { body } = await ask(`${PLACE}/sign`, { json: { alg: 'ES256', value: VALUE } });
      const { kid, value } = body as { kid: string; value: string };
      const raw = Buffer.from(value, 'base64url');
      expect([kid, raw.length]).toEqual([VAULT + PLACE, 64]);
      expect(verify('sha256', DATA, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true);
    }
  });

  it('is the newest version where none is asked for', async () => {
    const keys = [KEY, { ...KEY, version: '2'.repeat(32), hsm: false }];
    expect((await ask('/keys/deploy-records', { keys })).body).toMatchObject({
      key: { kid: `${VAULT}/keys/deploy-records/${'2'.repeat(32)}`, kty: 'EC' },
    });
  });

  it.each<{ name: string; path?: string; options: Parameters<typeof ask>[1]; status: number; text: string }>([
    { name: 'an application without the role', options: { signers: [] }, status: 403, text: 'ForbiddenByRbac' },
    { name: 'a firewall', options: { firewall: true }, status: 403, text: 'ForbiddenByFirewall' },
    { name: 'an unknown key', options: { keys: [] }, status: 404, text: 'KeyNotFound' },
    { name: 'an unknown version', path: '/keys/deploy-records/0/sign', options: {}, status: 404, text: 'KeyNotFound' },
    { name: 'a disabled key', options: { keys: [{ ...KEY, enabled: false }] }, status: 403, text: 'KeyDisabled' },
    { name: 'an expired key', options: { keys: [{ ...KEY, exp: NOW / 1000 }] }, status: 403, text: 'KeyExpired' },
    {
      name: 'a key to come',
      options: { keys: [{ ...KEY, nbf: NOW / 1000 + 1 }] },
      status: 403,
      text: 'KeyNotYetValid',
    },
    {
      name: 'a key that may only verify',
      options: { keys: [{ ...KEY, operations: ['verify'] }] },
      ...{ status: 403, text: 'KeyOperationForbidden' },
    },
    { name: 'another algorithm', options: { json: { alg: 'RS256', value: VALUE } }, status: 400, text: 'incompatible' },
    {
      name: 'a short digest',
      options: { json: { alg: 'ES256', value: 'AAAA' } },
      status: 400,
      text: '32 bytes expected',
    },
    {
      name: 'a digest in padded base64',
      options: { json: { alg: 'ES256', value: `${VALUE}=` } },
      ...{ status: 400, text: '32 bytes expected' },
    },
    {
      name: 'a field that Azure does not know',
      options: { json: { alg: 'ES256', value: VALUE, digest: 'x' } },
      ...{ status: 400, text: 'Unexpected property digest' },
    },
  ])('refuses $name', async ({ path = `${PLACE}/sign`, options, status, text }) => {
    const reply = await ask(path, { json: { alg: 'ES256', value: VALUE }, ...options });
    expect(reply.status).toBe(status);
    expect(reply.text).toContain(text);
  });
});
