import { describe, expect, it } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { validateDeployPolicy } from '../../build/validators.js';
import { GOOD, faultsOf, parse } from './support/policy.ts';
import { refusal } from './support/refusal.ts';

const WORKSPACE = '{11111111-1111-4111-8111-111111111111}';
const REPOSITORY = '{22222222-2222-4222-8222-222222222222}';

/** Everything that a policy of format 1 may hold. */
const WHOLE = `version: 1
minPipe: 1.0.0
issued: 2026-11-01
expires: 2026-11-30                   # to the end of that day, UTC
issuers: ['https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc']
audience: https://vercel.com/api/login/oauth/token
keys: { file: issuer-keys.json, sha256: ${'0a'.repeat(32)} }
exchanges:
  direct:
    - vercel: { team: team_abc, policy: pol_abc }
  through-entra:
    - vault: { address: 'https://vault.example.com', role: pipelines, identityToken: entra-bridge }
    - entra: { tenant: 11111111-1111-4111-8111-111111111111, client: 22222222-2222-4222-8222-222222222222, scope: 'api://deploy/.default' }
    - vercel: { team: team_abc, policy: pol_entra }
  to-key-vault:
    - vault: { address: 'https://vault.example.com', role: pipelines, identityToken: entra-bridge }
    - entra: { tenant: 11111111-1111-4111-8111-111111111111, client: 22222222-2222-4222-8222-222222222222, scope: 'https://vault.azure.net/.default' }
signers:
  aws-kms: { region: eu-central-1, role: arn:aws:iam::123456789012:role/records, key: alias/records }
  vault: { address: 'https://vault.example.com', namespace: n, mount: jwt, role: r, engine: transit, key: records }
  azure-key-vault: { vault: 'https://acme.vault.azure.net', key: records, version: 0123456789abcdef0123456789abcdef, exchange: to-key-vault }
  gcp-kms: { provider: //iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x, serviceAccount: s, key: projects/1/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1 }
grants:
  - id: web-production
    allow: { actions: [deploy, promote, rollback], projects: [prj_abc], targets: [production] }
    when:
      workspaceUuid: '${WORKSPACE}'
      repositoryUuid: ['${REPOSITORY}', '{33333333-3333-4333-8333-333333333333}']
      deploymentEnvironmentUuid: '{55555555-5555-4555-8555-555555555555}'
      branchName: [main, 'release/*']
    exchange: direct
    signer: vault
    require: { signers: [vault, aws-kms], timestamp: true, store: true, noStatic: true, recordedOnly: true, actors: [human] }
  - id: web-preview
    allow: { actions: [deploy], projects: [prj_abc], targets: [preview] }
    when: { workspaceUuid: '${WORKSPACE}', repositoryUuid: '${REPOSITORY}' }
    exchange: direct
`;

describe('the whole example', () => {
  it('is valid by the schema', () => {
    expect(validateDeployPolicy(parseYaml(WHOLE))).toBe(true);
  });

  it('is enforced, every line of it', () => {
    expect(refusal(WHOLE)).toBeUndefined();
    expect(parse(WHOLE).grants[0]?.require).toEqual({
      ...{ signers: ['vault', 'aws-kms'], timestamp: true, store: true, noStatic: true, recordedOnly: true },
      actors: ['human'],
    });
  });
});

describe('the keys for records', () => {
  it('keep the order of the file, which is that of preference', () => {
    expect(Object.keys(parse(WHOLE).signers)).toEqual(['aws-kms', 'vault', 'azure-key-vault', 'gcp-kms']);
    expect(parse(WHOLE)).toMatchObject({
      signers: {
        'azure-key-vault': { vault: 'https://acme.vault.azure.net', key: 'records', exchange: 'to-key-vault' },
      },
      grants: [{ signer: 'vault', require: { timestamp: true, store: true } }, { require: {} }],
    });
    const [keys = ''] = /(?<=signers:\n)[^]*(?=grants:)/.exec(WHOLE) ?? [];
    const turned = WHOLE.replace(keys, `${keys.trimEnd().split('\n').reverse().join('\n')}\n`);
    expect(Object.keys(parse(turned).signers)).toEqual(['gcp-kms', 'azure-key-vault', 'vault', 'aws-kms']);
  });

  it.each([
    { from: 'signers:', to: 'signers:\n  key: {}', fault: 'signers.key', says: 'unknown key' },
    { from: 'signers:', to: 'signers:\n  keyless: {}', fault: 'signers.keyless', says: 'unknown key' },
    { from: 'engine: transit', to: 'surprise: 1', fault: 'signers.vault.surprise', says: 'unknown key' },
    { from: ', key: alias/records', to: '', fault: 'signers.aws-kms.key', says: 'missing; wanted a key id, ARN' },
    { from: 'key: records, version', to: 'key: a_b, version', fault: 'signers.azure-key-vault.key', says: 'a_b' },
    { from: ', exchange: to-key-vault', to: '', fault: 'signers.azure-key-vault.exchange', says: 'missing; wanted' },
    { from: /(?<=signers:) [^]*(?=\ngrants)/, to: ' {}', fault: 'signers', says: 'empty; wanted a map' },
    { from: /(?<=signers:) [^]*(?=\ngrants)/, to: ' [vault]', fault: 'signers', says: 'wanted a map' },
  ])('are refused with $fault: $says', ({ from, to, fault, says }) => {
    const text = WHOLE.replace(/(?<=signers:)\n/, ' \n').replace(from, to);
    expect(faultsOf(text).filter((line) => /^\d+:\d+ /.test(line) && line.split(' ', 2)[1] === `${fault}:`)).toEqual([
      expect.stringContaining(says),
    ]);
  });
});

describe.each([
  {
    hop: 'token-exchange',
    settings:
      '{ url: https://sts.example.com/token, audience: a, resource: r, scope: s, clientId: c, subjectTokenType: t, requestedTokenType: t }',
  },
  {
    hop: 'entra',
    settings: '{ tenant: acme.onmicrosoft.com, client: c, scope: s, authority: https://login.microsoftonline.us }',
  },
  {
    hop: 'okta',
    settings:
      '{ url: https://acme.okta.com/oauth2/default, client: c, scope: s, signer: { aws-kms: { region: eu-central-1, role: arn:aws:iam::1:role/deploy, key: alias/okta } }, keyId: k }',
  },
  {
    hop: 'vault',
    settings:
      '{ address: https://vault.example.com, namespace: n, mount: jwt, role: r, secret: kv/data/vercel, field: token }',
  },
  { hop: 'aws', settings: '{ region: eu-central-1, role: "arn:aws:iam::1:role/r", secret: s, field: f }' },
  {
    hop: 'gcp',
    settings:
      '{ provider: //iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x, serviceAccount: s, secret: projects/1/secrets/s/versions/1 }',
  },
  { hop: 'azure-key-vault', settings: '{ vault: https://acme.vault.azure.net, secret: s, version: v }' },
  { hop: 'hoop', settings: '{ address: https://hoop.example.com, connection: c, durationSeconds: 900 }' },
])('the hop $hop', ({ hop, settings }) => {
  it('is taken', () => {
    const text = GOOD.replace('static: {}', `${hop}: ${settings}`);
    expect(validateDeployPolicy(parseYaml(text))).toBe(true);
    expect(refusal(text)).toBeUndefined();
  });

  it('is closed', () => {
    const text = GOOD.replace('static: {}', `${hop}: ${settings.replace('{', '{ surprise: 1,')}`);
    expect(refusal(text)).toMatchObject({
      code: 'POLICY_INVALID',
      faults: [[expect.anything(), `exchanges.token[0].${hop}.surprise`]],
    });
  });
});
