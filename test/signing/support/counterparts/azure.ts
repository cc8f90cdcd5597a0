import { createKeyVault, type VaultKey } from '../../../../src/sandbox/azure/key-vault.ts';
import { toRawSignature } from '../../../../src/signing/index.ts';
import { empty, makeKey, pathOf, type Body, type Description } from './types.ts';

export const ACCESS_TOKEN = 'entra-access-token-canary';
const TENANT = '11111111-2222-4333-8444-555555555555';

export const azure: Description = {
  name: 'azure-key-vault',
  keyUri: /^https:\/\/acme\.vault\.azure\.net\/keys\/deploy-records\/0{31}1$/,
  says: /Azure Key Vault/,
  make: /^az keyvault key create --vault-name acme --name <name> --kty EC --curve P-256 --ops sign verify$/m,
  stepOf: (request) => (pathOf(request).endsWith('/sign') ? 'sign' : 'key'),
  withSignature: (body, der) => ({ ...body, value: Buffer.from(toRawSignature(der)).toString('base64url') }),
  asOther: (body, step) => {
    const kid = `https://acme.vault.azure.net/keys/${step === 'key' ? 'other' : 'deploy-records'}/${'2'.repeat(32)}`;
    return step === 'key' ? { ...body, key: { ...(body['key'] as Body), kid } } : { ...body, kid };
  },
  open(_issuer, now, kind) {
    const url = 'https://acme.vault.azure.net';
    const version = (number: number): VaultKey => ({
      ...{ name: 'deploy-records', version: String(number).padStart(32, '0'), privateKey: makeKey(kind) },
    });
    const keys = [version(1)];
    const signers = ['app-1'];
    const caller = {
      audience: 'https://vault.azure.net',
      tenant: TENANT,
      appId: 'app-1',
      expiresAt: now() + 3_600_000,
    };
    const { routes } = createKeyVault({
      ...{ url, tenant: TENANT, now, keys, signers, readers: [], secrets: [] },
      callerOf: (token) => (token === ACCESS_TOKEN ? caller : undefined),
    });
    return Promise.resolve({
      settings: { vault: url, key: 'deploy-records', exchange: 'through-entra' },
      routes,
      rotate: () => void keys.push(version(2)),
      forbid: () => empty(signers),
      left: () => 0,
    });
  },
};
