import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { parseVariables, type Config } from '../../src/variables/index.ts';

const CLONE = '/opt/atlassian/pipelines/agent/build';
const STEP = { VERCEL_TEAM_ID: 'team_abc', VERCEL_PROJECT_ID: 'prj_abc', TARGET: 'production' };
const KEY = { SIGNING_KEY: '-----BEGIN not-checked-here' };
const S3 = 's3://acme-records/web?region=eu-central-1';
const ROLE = 'arn:aws:iam::123456789012:role/records';
const KEYS = { RECORD_STORE_ACCESS_KEY_ID: 'AKIAEXAMPLE', RECORD_STORE_SECRET_ACCESS_KEY: 'secret-canary/+=' };
const TOKEN = { RECORD_STORE_TOKEN: 'token-canary' };
const ACCESS = { BITBUCKET_ACCESS_TOKEN: 'ATCT-canary' };

type Changes = Readonly<Record<string, string>>;

const parse = (changes: Changes): Config => parseVariables({ ...STEP, BITBUCKET_CLONE_DIR: CLONE, ...changes }, CLONE);

function faultsOf(changes: Changes): readonly string[] {
  try {
    parse(changes);
  } catch (error) {
    if (!(error instanceof PipeError) || error.code !== 'VARIABLES_INVALID') throw error;
    // Not by the error's other texts either.
    expect(inspect(error, { depth: 9 })).not.toContain('canary');
    return error.faults;
  }
  throw new Error('no fault was found');
}

describe('SIGNER', () => {
  it('is auto, with no key, where nothing is said', () => {
    expect(parse({})).toMatchObject({
      ...{ signer: 'auto', signingKey: undefined, timestampUrl: undefined, store: undefined },
      storeSecrets: { token: undefined, keys: undefined },
    });
  });

  it.each(['auto', 'keyless', 'vault', 'aws-kms', 'gcp-kms', 'azure-key-vault'])('may be %s', (signer) => {
    expect(parse({ SIGNER: signer }).signer).toBe(signer);
  });

  it('may be key, with SIGNING_KEY', () => {
    expect(parse({ SIGNER: 'key', ...KEY }).signer).toBe('key');
    expect(parse(KEY).signingKey?.reveal()).toBe('-----BEGIN not-checked-here');
  });

  it.each([
    { given: { SIGNER: 'key' }, fault: /^SIGNER: got "key", and there is no SIGNING_KEY; wanted both\./ },
    { given: { SIGNER: 'key', COMMAND: 'doctor' }, fault: /^SIGNER: got "key", and there is no SIGNING_KEY/ },
    { given: { SIGNER: 'notary' }, fault: /^SIGNER: got "notary"; wanted auto or keyless or key or vault or aws-kms/ },
    { given: { SIGNER: '' }, fault: /^SIGNER: there, but empty/ },
    { given: { SIGNER: 'keyless', SIGNING_KEY: '' }, fault: /^SIGNING_KEY: there, but empty/ },
  ])('is refused: $fault', ({ given, fault }) => {
    expect(faultsOf(given)).toEqual([expect.stringMatching(fault)]);
  });
});

describe('TIMESTAMP_URL', () => {
  it.each(['http://timestamp.example.com', 'https://tsa.example.com:8443/rfc3161?profile=1', 'http://127.0.0.1:318/'])(
    'may be %s, which makes no sandbox of the run',
    (address) => {
      expect(parse({ TIMESTAMP_URL: address })).toMatchObject({ timestampUrl: address, sandbox: false });
    },
  );

  it.each([
    { address: 'tsa.example.com', shown: 'tsa.example.com' },
    { address: 'ftp://tsa.example.com', shown: 'ftp://tsa.example.com' },
    { address: 'https://', shown: 'https://' },
    { address: 'https://[tsa', shown: 'https://[tsa' },
    { address: 'https://tsa.example.com/#x', shown: 'https://tsa.example.com/#x' },
    { address: 'https://me:canary@tsa.example.com/', shown: 'https://…@tsa.example.com/' },
  ])('is refused: $address', ({ address, shown }) => {
    const fault = `TIMESTAMP_URL: got "${shown}"; wanted an http or https address`;
    expect(faultsOf({ TIMESTAMP_URL: address })).toEqual([expect.stringContaining(fault)]);
  });
});

describe('the secrets of a store', () => {
  it('are there for the store that takes them, and print nowhere', () => {
    const { storeSecrets, ...config } = parse({ RECORD_STORE: S3, ...KEYS });
    expect(storeSecrets.keys?.accessKeyId).toBe('AKIAEXAMPLE');
    expect(storeSecrets.keys?.secretAccessKey.reveal()).toBe('secret-canary/+=');
    const https = parse({ RECORD_STORE: 'https://records.example.com/web/', ...TOKEN });
    expect(https.storeSecrets.token?.reveal()).toBe('token-canary');
    for (const printed of [{ storeSecrets, config }, https]) {
      expect(JSON.stringify(printed) + inspect(printed, { depth: 9 })).not.toContain('canary');
    }
  });

  it.each([
    { name: 'downloads', given: { RECORD_STORE: 'bitbucket-downloads', ...ACCESS } },
    { name: 'a role', given: { RECORD_STORE: `${S3}&role=${ROLE}` } },
    { name: 'a folder that is open to the step', given: { RECORD_STORE: 'https://records.example.com/' } },
  ])('are not needed for $name', ({ given }) => {
    expect(parse(given).storeSecrets).toEqual({ token: undefined, keys: undefined });
  });

  const NO_KEYS = 'given, but RECORD_STORE is no s3://… without role=. Remove one of them.';
  it.each([
    {
      name: 'a bucket without keys',
      given: { RECORD_STORE: S3 },
      faults: [
        'RECORD_STORE_ACCESS_KEY_ID: missing; wanted for RECORD_STORE s3://… without role=.',
        'RECORD_STORE_SECRET_ACCESS_KEY: missing; wanted for RECORD_STORE s3://… without role=.',
      ],
    },
    {
      name: 'half a key',
      given: { RECORD_STORE: S3, RECORD_STORE_ACCESS_KEY_ID: 'AKIAEXAMPLE' },
      faults: ['RECORD_STORE_SECRET_ACCESS_KEY: missing; wanted for RECORD_STORE s3://… without role=.'],
    },
    {
      name: 'keys beside a role',
      given: { RECORD_STORE: `${S3}&role=${ROLE}`, ...KEYS },
      faults: [`RECORD_STORE_ACCESS_KEY_ID: ${NO_KEYS}`, `RECORD_STORE_SECRET_ACCESS_KEY: ${NO_KEYS}`],
    },
    {
      name: 'keys without a store',
      given: KEYS,
      faults: [`RECORD_STORE_ACCESS_KEY_ID: ${NO_KEYS}`, `RECORD_STORE_SECRET_ACCESS_KEY: ${NO_KEYS}`],
    },
    {
      name: 'a token for downloads, and no access token',
      given: { RECORD_STORE: 'bitbucket-downloads', ...TOKEN },
      faults: [
        'RECORD_STORE_TOKEN: given, but RECORD_STORE is no https://…/. Remove one of them.',
        'BITBUCKET_ACCESS_TOKEN: missing; wanted for RECORD_STORE bitbucket-downloads, which is written with it.',
      ],
    },
    {
      name: 'secrets that cannot be used',
      given: {
        ...{ RECORD_STORE: S3, RECORD_STORE_ACCESS_KEY_ID: 'can/ary-canary' },
        RECORD_STORE_SECRET_ACCESS_KEY: 'two canary',
      },
      faults: [
        expect.stringMatching(/^RECORD_STORE_ACCESS_KEY_ID: got a value that cannot be used; wanted the id/),
        expect.stringMatching(/^RECORD_STORE_SECRET_ACCESS_KEY: got a value that cannot be used; wanted the secret/),
      ],
    },
    {
      name: 'a token with a line break',
      given: { RECORD_STORE: 'https://records.example.com/', RECORD_STORE_TOKEN: 'canary\ncanary' },
      faults: [expect.stringMatching(/^RECORD_STORE_TOKEN: got a value that cannot be used; wanted a token/)],
    },
    {
      name: 'keys for a store that is not known, which alone is told',
      given: { RECORD_STORE: '', ...KEYS, ...TOKEN },
      faults: [expect.stringMatching(/^RECORD_STORE: there, but empty/)],
    },
  ])('are refused: $name', ({ given, faults }) => {
    expect(faultsOf(given)).toEqual(faults);
  });

  it('come with all other faults at once', () => {
    const names = faultsOf({ ...TOKEN, SIGNER: 'key', TIMEOUT: '7h', TIMESTAMP_URL: 'x', DIRECTORY: '/etc' }).map(
      (fault) => fault.split(':', 1)[0],
    );
    expect(names.sort()).toEqual(['DIRECTORY', 'RECORD_STORE_TOKEN', 'SIGNER', 'TIMEOUT', 'TIMESTAMP_URL']);
  });
});
