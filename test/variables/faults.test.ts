import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { parseVariables } from '../../src/variables/index.ts';

const CLONE = '/opt/atlassian/pipelines/agent/build';
const GOOD = {
  VERCEL_TEAM_ID: 'team_abc',
  VERCEL_PROJECT_ID: 'prj_abc',
  TARGET: 'production',
  SIGNING_KEY: '-----BEGIN not-checked-here',
  BITBUCKET_CLONE_DIR: CLONE,
};

function faultsOf(environment: Record<string, string | undefined>): readonly string[] {
  try {
    parseVariables(environment, CLONE);
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    expect(error.code).toBe('VARIABLES_INVALID');
    expect(error.exitStatus).toBe(2);
    return error.faults;
  }
  throw new Error('no fault was found');
}

describe('faults of variables', () => {
  it('come all at once, with name, got, wanted and an example', () => {
    const ids = { VERCEL_PROJCT_ID: 'prj_abc', VERCEL_ORG_ID: 'team_abc' };
    expect(faultsOf({ ...ids, TARGET: 'Production', TIMEOUT: '15', META: 'x' })).toEqual([
      expect.stringMatching(
        /^VERCEL_TEAM_ID: missing; wanted the team's id, .* Example: VERCEL_TEAM_ID: team_abc The value of VERCEL_ORG_ID/,
      ),
      expect.stringMatching(/^VERCEL_PROJECT_ID: missing; wanted .* Example: VERCEL_PROJECT_ID: prj_abc$/),
      expect.stringMatching(/^TARGET: got "Production"; wanted preview, production, or .* in lower case\./),
      expect.stringMatching(/^META: got "\[\\"x\\"\]"; wanted items of the form key=value/),
      expect.stringMatching(/^TIMEOUT: got "15"; wanted a number with s, m or h\. Example: TIMEOUT: 15m$/),
      'VERCEL_PROJCT_ID: unknown variable. Did you mean VERCEL_PROJECT_ID?',
    ]);
  });

  it.each([
    { name: 'OIDC_ISSUER', address: 'https://a:b:c' },
    { name: 'VERCEL_API_URL', address: 'https://api.vercel.com:abc' },
    { name: 'BITBUCKET_API_URL', address: 'https://[x' },
    { name: 'TIMESTAMP_URL', address: 'https://a:b:c' },
  ])('name an address that has the form of one and is none: $name', ({ name, address }) => {
    const [fault, ...others] = faultsOf({ ...GOOD, [name]: address });
    expect(fault).toContain(`${name}: got "${address}"; wanted an http`);
    expect(others).toEqual([]);
  });

  it('name a proxy that is none, without it', () => {
    expect(faultsOf({ ...GOOD, HTTPS_PROXY: 'http://me:canary:1@proxy:x' })).toEqual([
      expect.stringMatching(/^HTTPS_PROXY: got a value that cannot be used; wanted an http or https address\./),
    ]);
  });

  it.each([
    {
      name: 'a target that Vercel keeps for itself',
      change: { TARGET: 'development' },
      fault: /^TARGET: got "development"/,
    },
    {
      name: 'an empty target',
      change: { TARGET: '' },
      fault: /^TARGET: there, but empty; most often a typo in a \$NAME/,
    },
    {
      name: 'a signing key that cannot be one',
      change: { SIGNING_KEY: '$SIGNING_KEY' },
      fault: /^SIGNING_KEY: got a value that cannot be used; wanted a private EC P-256 key/,
    },
    {
      name: 'an empty signing key',
      change: { SIGNING_KEY: '' },
      fault: /^SIGNING_KEY: there, but empty; most often a/,
    },
    { name: 'an empty policy', change: { POLICY: '' }, fault: /^POLICY: there, but empty/ },
    {
      name: 'a list where one text belongs',
      change: { TARGET: undefined, TARGET_COUNT: '1', TARGET_0: 'preview' },
      fault: /^TARGET: got a list of 1; wanted one text/,
    },
    {
      name: 'a list without an item',
      change: { META_COUNT: '2', META_0: 'a=b' },
      fault: /^META_1: missing, though META_COUNT is 2/,
    },
    {
      name: 'a count that is none',
      change: { META_COUNT: '-1' },
      fault: /^META_COUNT: got "-1"; wanted the number of items/,
    },
    {
      name: 'a list given twice',
      change: { META_COUNT: '1', META_0: 'a=b', META: 'c=d' },
      fault: /^META: given both as one text and as a list/,
    },
    { name: 'a key of ours in META', change: { META: 'oidcDeployIntent=x' }, fault: /^META: got/ },
    { name: 'another mode', change: { MODE: 'git' }, fault: /^MODE: got "git"; wanted prebuilt or source/ },
    { name: 'another form of upload', change: { UPLOAD: 'zip' }, fault: /^UPLOAD: got "zip"; wanted auto or files or/ },
    { name: 'a switch that is neither', change: { WAIT: 'no' }, fault: /^WAIT: got "no"; wanted true or false/ },
    {
      name: 'an alias with another placeholder',
      change: { ALIASES: '{sha}.example.com' },
      fault: /^ALIASES: got .* wanted host names, in which \{branch\}/,
    },
    { name: 'an alias with a scheme', change: { ALIASES: 'https://a.example.com' }, fault: /^ALIASES: got/ },
    {
      name: 'a region that is none',
      change: { REGIONS: 'europe' },
      fault: /^REGIONS: got .* wanted Vercel's region ids/,
    },
    {
      name: 'a preview that is staged',
      change: { TARGET: 'preview', AUTO_ASSIGN_DOMAINS: 'false' },
      fault: /^AUTO_ASSIGN_DOMAINS: got "false"; only a production deployment can be staged/,
    },
    {
      name: 'an alias for what nobody waits for',
      change: { ALIASES: 'a.example.com', WAIT: 'false' },
      fault: /^ALIASES: given, but WAIT is "false"/,
    },
    {
      name: 'plain http',
      change: { VERCEL_API_URL: 'http://api.vercel.com' },
      fault: /^VERCEL_API_URL: got "http:\/\/api\.vercel\.com"; wanted an https address/,
    },
    {
      name: 'a host that only begins like loopback',
      change: { VERCEL_API_URL: 'http://127.0.0.1.evil.example' },
      fault: /^VERCEL_API_URL/,
    },
    {
      name: 'a user in the address',
      change: { VERCEL_API_URL: 'https://api.vercel.com@evil.example' },
      fault: /^VERCEL_API_URL: got "https:\/\/…@evil\.example"/,
    },
    {
      name: 'an issuer with a trailing slash',
      change: { OIDC_ISSUER: 'https://id.example.com/' },
      fault: /^OIDC_ISSUER/,
    },
    {
      name: 'a folder outside the clone',
      change: { DIRECTORY: '../../etc' },
      fault: /^DIRECTORY: got "\.\.\/\.\.\/etc"; wanted a path inside the clone/,
    },
    {
      name: 'a clone whose folder forges a line',
      change: { BITBUCKET_CLONE_DIR: '/x\ny', DIRECTORY: '/z', RECORD_DIR: '/x\ny/a' },
      fault: /^DIRECTORY: got "\/z"; wanted a path inside the clone \("\/x\\ny"\)\.$/,
    },
    { name: 'a neighbour of the clone', change: { RECORD_DIR: `${CLONE}-other` }, fault: /^RECORD_DIR: got/ },
    { name: 'too long a timeout', change: { TIMEOUT: '7h' }, fault: /^TIMEOUT: got "7h"; wanted at most 6h/ },
    {
      name: 'letters that changed places',
      change: { VERCEL_TAEM_ID: 'x' },
      fault: /^VERCEL_TAEM_ID: unknown variable\. Did you mean VERCEL_TEAM_ID\?$/,
    },
    {
      name: 'a name in lower case',
      change: { target: 'preview' },
      fault: /^target: unknown variable\. Did you mean TARGET\?$/,
    },
  ])('name $name', ({ change, fault }) => {
    expect(faultsOf({ ...GOOD, ...change })).toEqual([expect.stringMatching(fault)]);
  });

  it('never show the value of a secret', () => {
    const faults = faultsOf({
      ...GOOD,
      VERCEL_TOKEN: 'canary with spaces',
      EXCHANGE_CLIENT_SECRET: 'canary\n',
      SIGNING_KEY: 'k'.repeat(20_000),
    });
    expect(faults).toEqual([
      expect.stringMatching(/^VERCEL_TOKEN: got a value that cannot be used; wanted a token without spaces/),
      expect.stringMatching(/^EXCHANGE_CLIENT_SECRET: got a value that cannot be used; wanted the secret of an OAuth/),
      expect.stringMatching(/^SIGNING_KEY: got a value that cannot be used/),
    ]);
    expect(faults.join()).not.toMatch(/canary|kkk/);
  });

  it('keep foreign names and one line', () => {
    const foreign = {
      NODE_VERSION: '24',
      HTTP_PROXY: 'x',
      PATH: '/bin',
      BITBUCKET_TARGET: 'x',
      NODE: 'x',
      HOSTNAME: 'h',
    };
    expect(parseVariables({ ...GOOD, ...foreign }, CLONE).teamId).toBe('team_abc');
    expect(faultsOf({ ...GOOD, TARGET: 'a\nERROR forged line' })).toEqual([
      expect.stringContaining(String.raw`"a\nERROR forged line"`),
    ]);
  });
});
