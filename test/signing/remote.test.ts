import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import type { RemoteKey } from '../../src/exchange/config.ts';
import type { Log } from '../../src/platform/types.ts';
import { Secret } from '../../src/secret.ts';
import { checkRemoteKey, closeKey, openRemoteKey } from '../../src/signing/remote.ts';
import { localKey } from '../exchange/support/local-key.ts';
import { bench, NEVER } from '../http/support/bench.ts';

const SESSION = 'deploy-1';
const VAULT: RemoteKey = { vault: { address: 'https://vault.example.com', role: 'pipelines', key: 'okta' } };
const AWS: RemoteKey = {
  'aws-kms': { region: 'eu-central-1', role: 'arn:aws:iam::123456789012:role/deploy', key: 'alias/okta' },
};
const GCP: RemoteKey = {
  'gcp-kms': {
    provider: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pipelines/providers/bitbucket',
    key: 'projects/1/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1',
  },
};

describe('a remote key', () => {
  it.each([
    { name: 'vault', key: VAULT, host: 'vault.example.com' },
    { name: 'aws-kms', key: AWS, host: 'sts.eu-central-1.amazonaws.com' },
    { name: 'gcp-kms', key: GCP, host: 'sts.googleapis.com' },
  ])("of $name is reached by the step's token", async ({ key, host }) => {
    const made = bench([{ status: 403, body: '{}' }]);
    const token = new Secret('step-token-canary-1234');
    await expect(openRemoteKey(key, token, made, SESSION, NEVER)).rejects.toBeInstanceOf(PipeError);
    const [sent] = made.network.sent;
    expect(new URL(sent?.url ?? '').host).toBe(host);
    expect(new TextDecoder().decode(sent?.body as Uint8Array)).toContain('step-token-canary-1234');
  });

  it('is not reached without a token', async () => {
    const made = bench([]);
    await expect(openRemoteKey(VAULT, undefined, made, SESSION, NEVER)).rejects.toMatchObject({
      code: 'TOKEN_MISSING',
      fix: expect.stringContaining('oidc: { audiences:'),
    });
    expect(made.network.sent).toEqual([]);
  });

  it('must be named', async () => {
    const opened = openRemoteKey({}, new Secret('step-token-canary-1234'), bench([]), SESSION, NEVER);
    await expect(opened).rejects.toMatchObject({ code: 'POLICY_INVALID' });
  });
});

describe('the settings of a remote key', () => {
  it('are well', () => {
    expect([VAULT, AWS, GCP].flatMap(checkRemoteKey)).toEqual([]);
  });

  it.each([
    { name: 'a region', key: { 'aws-kms': { region: 'eu/central', role: 'arn:aws:iam::1:role/r', key: 'k' } } },
    { name: 'a provider', key: { 'gcp-kms': { provider: '//iam.googleapis.com/projects/1/x', key: 'k' } } },
  ])('are refused with $name that is none', ({ key }) => {
    expect(checkRemoteKey(key)[0]).toMatch(/^signer: /);
  });
});

describe('closing a remote key', () => {
  it.each([
    {
      error: new PipeError({ code: 'SERVICE_FAILED', message: 'Vault kept the token.', got: 'status 500' }),
      told: /not revoked and stays valid until it expires\. Vault kept the token\. status 500$/,
    },
    { error: new Error('request with a token in it'), told: /until it expires\. No answer came in time\.$/ },
  ])('never fails: $told', async ({ error, told }) => {
    const warned: string[] = [];
    const waited: number[] = [];
    const clock = { ...bench([]).clock, timeout: (ms: number) => (waited.push(ms), NEVER) };
    const log: Log = { ...bench([]).log, warn: (text) => void warned.push(text) };
    const { signer } = localKey('ES256', { close: () => Promise.reject(error) });
    await closeKey(signer, { clock, log });
    expect(warned).toEqual([expect.stringMatching(told)]);
    expect(waited).toEqual([3000]);
  });
});
