import { createVault } from '../../../../src/sandbox/vault/vault.ts';
import { toRawSignature } from '../../../../src/signing/index.ts';
import { roleFor } from '../../../sandbox/support/vault.ts';
import { empty, pathOf, type Body, type Description } from './types.ts';

export const vault: Description = {
  name: 'vault',
  keyUri: /^vault:https:\/\/vault\.example\.com\/team\/a\/transit\/keys\/deploy-records:v1$/,
  says: /Vault/,
  make: /^vault write -f transit\/keys\/<name> type=ecdsa-p256$/m,
  stepOf(request) {
    const path = pathOf(request);
    if (path.endsWith('/login')) return 'reach';
    if (path.includes('/transit/keys/')) return 'key';
    return path.includes('/transit/sign/') ? 'sign' : 'revoke';
  },
  withSignature: (body, der) => ({
    ...body,
    data: { signature: `vault:v1:${Buffer.from(toRawSignature(der)).toString('base64url')}`, key_version: 1 },
  }),
  asOther: (body, step) => {
    const data = body['data'] as Body;
    const signature = String(data['signature']).replace('vault:v1:', 'vault:v2:');
    return { ...body, data: step === 'key' ? { ...data, name: 'other' } : { ...data, signature, key_version: 2 } };
  },
  async open(issuer, now, kind) {
    const type = ({ 'P-256': 'ecdsa-p256', 'P-384': 'ecdsa-p384', RSA: 'rsa-2048' } as const)[kind];
    const signing: 'update'[] = ['update'];
    const { vault: sandbox, routes } = await createVault({
      ...{ now, fetchKeys: (url) => (url === issuer.url ? issuer.keys() : undefined) },
      options: {
        namespace: 'team/a',
        policies: {
          deploy: { 'transit/keys/deploy-records': ['read'], 'transit/sign/deploy-records': signing },
        },
        transit: { transit: { 'deploy-records': type } },
        jwt: {
          jwt: {
            config: { oidc_discovery_url: issuer.url, bound_issuer: issuer.url },
            roles: { pipelines: roleFor(issuer, { token_num_uses: 0, bound_audiences: [issuer.defaultAudience] }) },
          },
        },
      },
    });
    return {
      settings: { address: sandbox.address, namespace: 'team/a', role: 'pipelines', key: 'deploy-records' },
      routes,
      rotate: () => sandbox.rotate('transit', 'deploy-records'),
      forbid: () => empty(signing),
      left: () => sandbox.tokens.filter(({ revoked, expiresAt }) => !revoked && expiresAt > now()).length,
    };
  },
};
