import { createGoogle } from '../../../../src/sandbox/gcp/google.ts';
import { checksum } from '../../../../src/sandbox/gcp/state.ts';
import type { GoogleKey } from '../../../../src/sandbox/gcp/types.ts';
import { ACCOUNT, PROVIDER } from '../../../exchange/support/google-answers.ts';
import { empty, makeKey, type Description } from './types.ts';

const RING = 'projects/1/locations/global/keyRings/ring/cryptoKeys';

export const gcp: Description = {
  name: 'gcp-kms',
  keyUri: /^gcp-kms:projects\/1\/locations\/global\/keyRings\/ring\/cryptoKeys\/deploy\/cryptoKeyVersions\/1$/,
  says: /Cloud KMS|Google's Security Token Service|IAM Service Account/,
  make: /^gcloud kms keys create .*--default-algorithm=ec-sign-p256-sha256$/m,
  stepOf({ url }) {
    if (!url.startsWith('https://cloudkms.')) return 'reach';
    return url.endsWith(':asymmetricSign') ? 'sign' : 'key';
  },
  withSignature: (body, der) => ({
    ...{ ...body, signature: der.toString('base64'), signatureCrc32c: checksum(der) },
  }),
  asOther: (body) => ({ ...body, name: `${RING}/deploy/cryptoKeyVersions/2` }),
  async open(issuer, now, kind) {
    const algorithm = {
      'P-256': 'EC_SIGN_P256_SHA256',
      'P-384': 'EC_SIGN_P384_SHA384',
      RSA: 'RSA_SIGN_PKCS1_2048_SHA256',
    };
    const version = (number: number): GoogleKey => ({
      ...{ name: `${RING}/deploy/cryptoKeyVersions/${String(number)}`, algorithm: algorithm[kind] },
      privateKey: makeKey(kind),
    });
    const keys = [version(1)];
    const pool = PROVIDER.slice(2, PROVIDER.lastIndexOf('/providers/'));
    const repository = `principalSet://${pool}/attribute.repository_uuid/${issuer.step.repositoryUuid}`;
    const bindings = [
      { role: 'roles/iam.workloadIdentityUser', member: repository, on: ACCOUNT },
      { role: 'roles/cloudkms.signerVerifier', member: `serviceAccount:${ACCOUNT}`, on: `${RING}/deploy` },
    ];
    const { routes } = await createGoogle({
      ...{ now, keys, bindings, accounts: [{ email: ACCOUNT, uniqueId: '104567890123456789012' }] },
      providers: [
        {
          ...{ name: PROVIDER, issuer: issuer.url, keys: () => issuer.keys() },
          allowedAudiences: [issuer.defaultAudience],
          mapping: { 'attribute.repository_uuid': 'repositoryUuid' },
        },
      ],
    });
    return {
      settings: { provider: PROVIDER, serviceAccount: ACCOUNT, key: `${RING}/deploy/cryptoKeyVersions/1` },
      routes,
      rotate: () => void keys.push(version(2)),
      forbid: () => empty(bindings),
      left: () => 0,
    };
  },
};
