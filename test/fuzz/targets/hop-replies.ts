import fc from 'fast-check';
import type { HopConfig } from '../../../src/exchange/config.ts';
import { exchange, revokeAll, type HopOutput } from '../../../src/exchange/index.ts';
import type { Grant } from '../../../src/policy/types.ts';
import { judgeText } from '../support/judge.ts';
import { CANARIES, CLIENT_SECRET, HOP_TOKEN, STEP_TOKEN } from '../support/secrets.ts';
import { defineTarget } from '../support/target.ts';
import { hostileCourse, hostileReplies, hostileWorld, never, type Hostile } from '../support/world.ts';

const TOKEN = { access_token: CANARIES.hop, token_type: 'Bearer', expires_in: 3600, issued_token_type: 'x' };
const ACTIVE = { active: true, client_id: 'cl_1', team: { id: 'team_acme' }, exp: 1_795_440_000, sub: 'usr_1' };
const PROJECT = {
  ...{ id: 'prj_web', name: 'web', accountId: 'team_acme', lastRollbackTarget: null },
  ...{ targets: { production: { id: 'dpl_1' } }, rollingRelease: null },
};
const PROOF = [ACTIVE, PROJECT, { deployments: [] }];
const REFUSED = {
  error: 'invalid_grant',
  error_description: 'AADSTS700213: no',
  error_codes: [700213],
  errors: ['permission denied'],
};
const LOGIN = {
  auth: { client_token: CANARIES.hop, policies: ['default'], lease_duration: 300, token_type: 'service', num_uses: 0 },
};
const KV = {
  data: { data: { token: CANARIES.hop }, metadata: { version: 7, deletion_time: '' } },
  lease_id: '',
  request_id: 'r',
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
    ResponseMetadata: { RequestId: 'r' },
  },
};
const STS_XML =
  '<R><Credentials><AccessKeyId>ASIAEXAMPLE000000000</AccessKeyId><SecretAccessKey>canary-access-key-0123456789-0123456789</SecretAccessKey><SessionToken>x</SessionToken><Expiration>2026-11-23T13:00:00Z</Expiration></Credentials></R>';
const AWS_SECRET = {
  ARN: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:vercel/token-a',
  Name: 'vercel/token',
  SecretString: CANARIES.hop,
  VersionId: 'v',
};
const PROVIDER = '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/bitbucket';
const VAULT = { address: 'https://vault.example.com', role: 'pipelines' };
const AWS = { region: 'eu-central-1', role: 'arn:aws:iam::123456789012:role/deploy' };

interface Hop {
  readonly config: HopConfig;
  /** Of a run that ends well; what follows is the proof of the credential. */
  readonly course: readonly unknown[];
}

const HOPS: readonly Hop[] = [
  { config: { vercel: { team: 'team_acme' } }, course: [TOKEN] },
  {
    config: {
      'token-exchange': {
        url: 'https://idp.example.com/token',
        revokeUrl: 'https://idp.example.com/revoke',
        clientId: 'c',
        clientAuth: 'basic',
      },
    },
    course: [TOKEN],
  },
  {
    config: { 'token-exchange': { url: 'https://idp.example.com/token', clientId: 'c', dpop: true } },
    course: [{ ...TOKEN, token_type: 'DPoP' }],
  },
  { config: { entra: { tenant: 'acme', client: 'c', scope: 'api://deploy/.default' } }, course: [TOKEN] },
  { config: { vault: { ...VAULT, secret: 'kv/data/vercel' } }, course: [LOGIN, KV, {}] },
  {
    config: { vault: { ...VAULT, secret: 'vercel/token', field: 'bearer_token' } },
    course: [LOGIN, { lease_id: 'v/a', lease_duration: 600, data: { bearer_token: CANARIES.hop } }, {}],
  },
  {
    config: { vault: { ...VAULT, identityToken: 'bridge' } },
    course: [LOGIN, { data: { token: CANARIES.hop, ttl: 300 } }, {}],
  },
  { config: { aws: { ...AWS, secret: 'vercel/token' } }, course: [STS, AWS_SECRET] },
  { config: { aws: { ...AWS, secret: 'vercel/token', field: 'a.b' } }, course: [STS_XML, AWS_SECRET] },
  {
    config: { aws: { ...AWS, identityToken: 'https://vercel.com' } },
    course: [STS, { WebIdentityToken: CANARIES.hop, Expiration: 1_795_440_000 }],
  },
  {
    config: {
      gcp: {
        provider: PROVIDER,
        serviceAccount: 'd@acme.iam.gserviceaccount.com',
        secret: 'projects/1/secrets/v/versions/latest',
      },
    },
    course: [
      TOKEN,
      { accessToken: CANARIES.hop, expireTime: '2030-01-01T00:00:00Z' },
      { payload: { data: Buffer.from(CANARIES.hop).toString('base64') } },
    ],
  },
  {
    config: { gcp: { provider: PROVIDER, serviceAccount: 'd@acme.iam.gserviceaccount.com', identityToken: 'api://x' } },
    course: [TOKEN, { token: CANARIES.hop }],
  },
  {
    config: { 'azure-key-vault': { vault: 'https://acme.vault.azure.net', secret: 'vercel' } },
    course: [{ value: CANARIES.hop, attributes: { enabled: true, exp: 1_795_440_000, nbf: 1 } }],
  },
  {
    config: { hoop: { address: 'https://hoop.example.com', connection: 'vercel' } },
    course: [
      {
        has_review: false,
        expire_at: '2026-11-23T13:00:00Z',
        connection_credentials: { hostname: 'hoop.example.com', port: 8443, proxy_token: CANARIES.hop },
      },
    ],
  },
  { config: { static: {} }, course: [] },
  {
    config: {
      okta: {
        url: 'https://acme.okta.com/oauth2/deploy',
        client: 'c',
        scope: 'deploy',
        signer: { vault: { ...VAULT, key: 'okta' } },
      },
    },
    course: [
      LOGIN,
      { data: { type: 'ecdsa-p256', name: 'okta', latest_version: 1, keys: { 1: { public_key: 'x' } } } },
      {},
    ],
  },
];

interface Input {
  readonly hop: number;
  readonly replies: readonly Hostile[];
}

const inputs = fc.nat(HOPS.length - 1).chain((hop) => {
  const course = [...(HOPS[hop]?.course ?? []), ...PROOF];
  return fc.record({
    hop: fc.constant(hop),
    replies: fc.oneof(hostileCourse(course), hostileReplies([...course, REFUSED])),
  });
});

export const hopReplies = defineTarget<Input>({
  name: 'hop-replies',
  runs: 4000,
  inputs,
  async run({ hop, replies }) {
    const world = hostileWorld(replies);
    const { config } = HOPS[hop] as Hop;
    const request = {
      action: 'deploy',
      projectId: 'prj_web',
      target: 'preview',
      now: world.clock.now(),
      signers: ['key'],
    };
    const grant = { id: 'g', request, exchange: [config], exchangeName: 'direct', require: {} } as unknown as Grant;
    const input = {
      ...{ stepToken: STEP_TOKEN, vercelToken: HOP_TOKEN, clientSecret: CLIENT_SECRET, teamId: 'team_acme' },
      ...{ vercelPolicyId: undefined, session: 'deploy-11111111-1111-4111-8111-111111111111' },
    };
    const leases: HopOutput[] = [];
    const deps = {
      ...world,
      apiUrl: 'https://api.example.com',
      keep: (audit: unknown) => judgeText(JSON.stringify(audit)),
    };
    try {
      await exchange(grant, input, deps, leases, never());
    } finally {
      // What a run has made is always taken back, whatever came of it.
      await revokeAll(leases, world.log, never());
      world.settle();
    }
  },
});
