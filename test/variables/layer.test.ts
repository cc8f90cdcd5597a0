import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import type { Defaults } from '../../src/sources/index.ts';
import { parseVariables, type Config } from '../../src/variables/index.ts';

const CLONE = '/opt/atlassian/pipelines/agent/build';
const STEP = {
  VERCEL_PROJECT_ID: 'prj_abc',
  TARGET: 'preview',
  SIGNING_KEY: '-----BEGIN not-checked-here',
  BITBUCKET_CLONE_DIR: CLONE,
};
const DEFAULTS: Defaults = {
  VERCEL_TEAM_ID: { value: 'team_abc', locked: true },
  TIMEOUT: { value: '20m', locked: false },
  REGIONS: { value: 'fra1', locked: true },
  META: { value: ['team=web', 'tier=1'], locked: false },
};

const parse = (environment: Readonly<Record<string, string | undefined>>, defaults = DEFAULTS): Config =>
  parseVariables({ ...STEP, ...environment }, CLONE, defaults);

function faultsOf(environment: Readonly<Record<string, string | undefined>>, defaults = DEFAULTS): readonly string[] {
  try {
    parse(environment, defaults);
  } catch (error) {
    if (error instanceof PipeError && error.code === 'VARIABLES_INVALID') return error.faults;
    throw error;
  }
  throw new Error('no fault was found');
}

describe("the organisation's defaults", () => {
  it('stand where the step gives nothing, or an empty text', () => {
    expect(parse({ TIMEOUT: '' })).toMatchObject({
      teamId: 'team_abc',
      timeoutMs: 20 * 60_000,
      meta: { team: 'web', tier: '1' },
      deploy: { regions: ['fra1'] },
    });
  });

  it('give way to the step, except where they are locked', () => {
    const own = { TIMEOUT: '5m', META_COUNT: '1', META_0: 'team=mine', VERCEL_TEAM_ID: 'team_abc', REGIONS: 'fra1' };
    expect(parse(own)).toMatchObject({ timeoutMs: 5 * 60_000, meta: { team: 'mine' }, teamId: 'team_abc' });
    expect(faultsOf({ VERCEL_TEAM_ID: 'team_mine', REGIONS_COUNT: '2', REGIONS_0: 'fra1', REGIONS_1: 'iad1' })).toEqual(
      [
        `VERCEL_TEAM_ID: got "team_mine"; the organisation's image locks it at "team_abc" (/etc/vercel-oidc-deploy/defaults.yml). Remove the line.`,
        `REGIONS: got "[\\"fra1\\",\\"iad1\\"]"; the organisation's image locks it at "fra1" (/etc/vercel-oidc-deploy/defaults.yml). Remove the line.`,
      ],
    );
  });

  it('are judged as the values of a step are, and the file is named where it is at fault', () => {
    const where = "The value stands in /etc/vercel-oidc-deploy/defaults.yml of the organisation's image.";
    expect(faultsOf({ RECORD_DIR: '../out' }, { ...DEFAULTS, TIMEOUT: { value: '7h', locked: true } })).toEqual([
      `RECORD_DIR: got "../out"; wanted a path inside the clone (${CLONE}).`,
      `TIMEOUT: got "7h"; wanted at most 6h. ${where}`,
    ]);
    expect(faultsOf({}, { ...DEFAULTS, AUTO_ASSIGN_DOMAINS: { value: 'false', locked: true } })).toEqual([
      expect.stringMatching(/^AUTO_ASSIGN_DOMAINS: got "false"; only a production.*defaults\.yml/),
    ]);
  });

  it('do not show the key that a step gives in place of a locked one: it may be the private half', () => {
    const key = { value: 'cHVibGlj'.repeat(8), locked: true };
    const faults = faultsOf({ POLICY_KEY: `{"d":"${'canary'.repeat(8)}"}` }, { ...DEFAULTS, POLICY_KEY: key });
    expect(faults).toEqual([expect.stringMatching(/^POLICY_KEY: got another key; the organisation's image locks it/)]);
    expect(faults.join()).not.toContain('canary');
  });

  it('name a policy that somebody asked for', () => {
    const policy = { value: 'ci/policy.yml', locked: true };
    expect(parse({}, { ...DEFAULTS, POLICY: policy }).policy).toMatchObject({ name: 'ci/policy.yml', explicit: true });
  });
});

describe('what proves a deployment', () => {
  const where = "The value stands in /etc/vercel-oidc-deploy/defaults.yml of the organisation's image.";
  const proof: Defaults = {
    ...DEFAULTS,
    SIGNER: { value: 'vault', locked: true },
    TIMESTAMP_URL: { value: 'http://tsa.example.com', locked: true },
    RECORD_STORE: { value: 's3://acme-records?region=eu-central-1', locked: true },
  };
  const KEYS = { RECORD_STORE_ACCESS_KEY_ID: 'AKIA', RECORD_STORE_SECRET_ACCESS_KEY: 'secret-canary' };

  it('may be locked for every repository, and the secrets of a store stay with the step', () => {
    expect(parse(KEYS, proof)).toMatchObject({
      signer: 'vault',
      timestampUrl: 'http://tsa.example.com',
      store: { kind: 's3', bucket: 'acme-records', region: 'eu-central-1' },
      storeSecrets: { keys: { accessKeyId: 'AKIA' } },
    });
  });

  it('is not for the step to change, and an address that it gives instead is not shown', () => {
    const own = { SIGNER: 'keyless', RECORD_STORE: 'https://records.example.com/?sig=canary' };
    const faults = faultsOf(own, proof);
    expect(faults).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^SIGNER: got "keyless"; the organisation's image locks it at "vault"/),
        expect.stringMatching(/^RECORD_STORE: got another store; the organisation's image locks it at "s3:/),
      ]),
    );
    expect(faults.join()).not.toContain('canary');
  });

  it('is judged as the values of a step are, and the file is named where it is at fault', () => {
    const wrong = { ...proof, SIGNER: { value: 'key', locked: true }, RECORD_STORE: { value: 's3://x', locked: true } };
    const faults = faultsOf({ SIGNING_KEY: undefined }, wrong);
    expect(faults).toEqual([
      expect.stringMatching(/^RECORD_STORE: got "s3:\/\/x"; wanted the name of a bucket/),
      expect.stringMatching(/^RECORD_STORE: got no region; wanted region=/),
      expect.stringMatching(/^SIGNER: got "key", and there is no SIGNING_KEY/),
    ]);
    expect(faults.every((fault) => fault.endsWith(where))).toBe(true);
  });
});

describe("Bitbucket's API", () => {
  it('has its own address and token', () => {
    const config = parse({
      BITBUCKET_ACCESS_TOKEN: 'ATCT-canary',
      BITBUCKET_API_URL: 'https://bitbucket.example.com/',
    });
    expect(config).toMatchObject({ bitbucketApiUrl: 'https://bitbucket.example.com', sandbox: false });
    expect(config.bitbucketToken?.reveal()).toBe('ATCT-canary');
    expect(JSON.stringify(config)).not.toContain('canary');
    expect(parse({})).toMatchObject({ bitbucketApiUrl: 'https://api.bitbucket.org', bitbucketToken: undefined });
  });

  it('on this machine makes the run a sandbox', () => {
    expect(parse({ BITBUCKET_API_URL: 'http://127.0.0.1:1' }).sandbox).toBe(true);
  });

  it.each([
    {
      name: 'http elsewhere',
      given: { BITBUCKET_API_URL: 'http://api.bitbucket.org' },
      fault: /^BITBUCKET_API_URL: got/,
    },
    {
      name: 'a token with a line break',
      given: { BITBUCKET_ACCESS_TOKEN: 'can\nary' },
      fault: /^BITBUCKET_ACCESS_TOKEN: got a value that cannot be used; wanted an access token/,
    },
  ])('is refused with $name', ({ given, fault }) => {
    const faults = faultsOf(given);
    expect(faults).toEqual([expect.stringMatching(fault)]);
    expect(faults.join()).not.toMatch(/can\n|"ary/);
  });
});
