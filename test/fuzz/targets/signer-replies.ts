import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import type { RecordKeys } from '../../../src/exchange/config.ts';
import { openManagedSigner, type ManagedName } from '../../../src/signing/index.ts';
import { crc32c } from '../../../src/services/crc32c.ts';
import { CANARIES, HOP_TOKEN, STEP_TOKEN } from '../support/secrets.ts';
import { defineTarget } from '../support/target.ts';
import { hostileCourse, hostileReplies, hostileWorld, never, type Hostile } from '../support/world.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const DATA = Buffer.from('statement');
const PEM = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const SPKI = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const DER = sign('sha256', DATA, privateKey);
const RAW = sign('sha256', DATA, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
const ARN = 'arn:aws:kms:eu-central-1:123456789012:key/key-1';
const VERSION = 'projects/1/locations/global/keyRings/ring/cryptoKeys/deploy/cryptoKeyVersions/1';
const KID = 'https://acme.vault.azure.net/keys/records/0123456789abcdef0123456789abcdef';
const LOGIN = {
  auth: { client_token: CANARIES.hop, policies: ['default'], lease_duration: 300, token_type: 'service' },
};
const STS = {
  AssumeRoleWithWebIdentityResponse: {
    AssumeRoleWithWebIdentityResult: {
      Credentials: {
        AccessKeyId: 'ASIAEXAMPLE000000000',
        SecretAccessKey: CANARIES.key,
        SessionToken: CANARIES.hop,
        Expiration: 1_795_440_000,
      },
    },
  },
};
const checksum = (bytes: Uint8Array): string => String(crc32c(bytes));

interface Kind {
  readonly name: ManagedName;
  readonly settings: unknown;
  readonly course: readonly unknown[];
}

const KINDS: readonly Kind[] = [
  {
    name: 'vault',
    settings: { address: 'https://vault.example.com', role: 'deploy', key: 'records' } satisfies RecordKeys['vault'],
    course: [
      LOGIN,
      { data: { type: 'ecdsa-p256', name: 'records', latest_version: 1, keys: { 1: { public_key: PEM } } } },
      { data: { signature: `vault:v1:${RAW}` } },
      {},
    ],
  },
  {
    name: 'aws-kms',
    settings: {
      region: 'eu-central-1',
      role: 'arn:aws:iam::123456789012:role/deploy',
      key: 'alias/records',
    } satisfies RecordKeys['aws-kms'],
    course: [
      STS,
      { KeyId: ARN, PublicKey: SPKI, KeyUsage: 'SIGN_VERIFY', KeySpec: 'ECC_NIST_P256' },
      { KeyId: ARN, Signature: DER.toString('base64') },
    ],
  },
  {
    name: 'gcp-kms',
    settings: {
      provider: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/bitbucket',
      key: VERSION,
    } satisfies RecordKeys['gcp-kms'],
    course: [
      { access_token: CANARIES.hop, token_type: 'Bearer', expires_in: 3599 },
      { name: VERSION, pem: PEM, pemCrc32c: checksum(Buffer.from(PEM)), algorithm: 'EC_SIGN_P256_SHA256' },
      { name: VERSION, signature: DER.toString('base64'), signatureCrc32c: checksum(DER), verifiedDigestCrc32c: true },
    ],
  },
  {
    name: 'azure-key-vault',
    settings: {
      vault: 'https://acme.vault.azure.net',
      key: 'records',
      exchange: 'x',
    } satisfies RecordKeys['azure-key-vault'],
    course: [
      {
        key: { kid: KID, key_ops: ['sign'], ...publicKey.export({ format: 'jwk' }), kty: 'EC-HSM' },
        attributes: { enabled: true },
      },
      { kid: KID, value: RAW },
    ],
  },
];

interface Input {
  readonly kind: number;
  readonly replies: readonly Hostile[];
}

export const signerReplies = defineTarget<Input>({
  name: 'signer-replies',
  runs: 3000,
  inputs: fc.nat(KINDS.length - 1).chain((kind) => {
    const course = KINDS[kind]?.course ?? [];
    return fc.record({ kind: fc.constant(kind), replies: fc.oneof(hostileCourse(course), hostileReplies(course)) });
  }),
  async run({ kind, replies }) {
    const world = hostileWorld(replies);
    const { name, settings } = KINDS[kind] as Kind;
    const deps = {
      ...world,
      stepToken: STEP_TOKEN,
      accessToken: HOP_TOKEN,
      session: 'deploy-1',
      signalOf: () => never(),
    };
    try {
      const signer = await openManagedSigner(name, settings as never, deps, never());
      try {
        createHash('sha256').update(await signer.sign(DATA));
      } finally {
        await signer.close(never());
      }
    } finally {
      world.settle();
    }
  },
});
