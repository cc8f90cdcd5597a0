import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { parseVariables, type Config } from '../../src/variables/index.ts';

const CLONE = '/opt/atlassian/pipelines/agent/build';
const KEY = 'LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0gbm90IGNoZWNrZWQgaGVyZQ==';
const DIGEST = 'ab'.repeat(32);
const ADDRESS = 'https://policies.example.com/team/deploy-policy.yml';

function choose(POLICY?: string, POLICY_KEY?: string): Config {
  return parseVariables(
    {
      ...{
        VERCEL_TEAM_ID: 'team_abc',
        VERCEL_PROJECT_ID: 'prj_abc',
        TARGET: 'production',
        SIGNING_KEY: '-----BEGIN not-checked-here',
      },
      ...{ BITBUCKET_CLONE_DIR: CLONE, POLICY, POLICY_KEY },
    },
    CLONE,
  );
}

function faultOf(POLICY: string, POLICY_KEY?: string): string {
  try {
    choose(POLICY, POLICY_KEY);
  } catch (error) {
    if (error instanceof PipeError && error.code === 'VARIABLES_INVALID') return error.faults.join('\n');
    throw error;
  }
  throw new Error('no fault was found');
}

describe('POLICY', () => {
  it.each([
    {
      name: 'not given',
      given: undefined,
      policy: { kind: 'path', path: `${CLONE}/deploy-policy.yml`, name: 'deploy-policy.yml', explicit: false },
    },
    {
      name: 'a path',
      given: 'ci/policy.jws',
      policy: { kind: 'path', path: `${CLONE}/ci/policy.jws`, name: 'ci/policy.jws', explicit: true },
    },
    {
      name: 'an address with a digest',
      given: `${ADDRESS}#sha256=${DIGEST.toUpperCase()}`,
      policy: { kind: 'https', url: ADDRESS, sha256: DIGEST, minSerial: undefined },
    },
    {
      name: 'an address on this machine',
      given: `http://127.0.0.1:8080/p.yml#sha256=${DIGEST}`,
      policy: { kind: 'https', url: 'http://127.0.0.1:8080/p.yml', sha256: DIGEST, minSerial: undefined },
    },
  ])('may be $name', ({ given, policy }) => {
    expect(choose(given).policy).toEqual(policy);
  });

  it.each([
    { name: 'alone', hash: '', pins: { sha256: undefined, minSerial: undefined } },
    { name: 'with a serial', hash: '#serial=1795521600', pins: { sha256: undefined, minSerial: 1795521600 } },
    { name: 'with both', hash: `#serial=7&sha256=${DIGEST}`, pins: { sha256: DIGEST, minSerial: 7 } },
  ])('may be an address $name, beside POLICY_KEY', ({ hash, pins }) => {
    const config = choose(`${ADDRESS}?at=main${hash}`, KEY);
    expect(config.policy).toEqual({ kind: 'https', url: `${ADDRESS}?at=main`, ...pins });
    expect(config.policyKey).toBe(KEY);
  });

  it.each([
    { name: 'no pin and no key', given: ADDRESS, wanted: 'wanted #sha256=<hex>, or POLICY_KEY and a signed policy' },
    { name: 'http', given: `http://policies.example.com/p.yml#sha256=${DIGEST}`, wanted: 'wanted an https address' },
    {
      name: 'a host that looks like this machine',
      given: 'http://127.0.0.1.evil.example/p',
      wanted: 'an https address',
    },
    { name: 'another scheme', given: 'ftp://policies.example.com/p.yml', wanted: 'wanted an https address' },
    { name: 'no address', given: 'https://', wanted: 'wanted an https address' },
    { name: 'a digest that is cut', given: `${ADDRESS}#sha256=abcd`, wanted: 'wanted nothing after # but sha256=' },
    { name: 'a misspelt pin', given: `${ADDRESS}#sha-256=${DIGEST}`, wanted: 'wanted nothing after # but sha256=' },
    { name: 'a pin twice', given: `${ADDRESS}#sha256=${DIGEST}&sha256=${DIGEST}`, wanted: 'wanted nothing after #' },
    {
      name: 'a serial without a key',
      given: `${ADDRESS}#sha256=${DIGEST}&serial=3`,
      wanted: 'wanted POLICY_KEY beside',
    },
    { name: 'a serial of 0', given: `${ADDRESS}#serial=0`, wanted: 'wanted nothing after # but sha256=' },
    {
      name: 'a user and a password',
      given: `https://me:s3cret@example.com/p#sha256=${DIGEST}`,
      wanted: 'without user',
    },
  ])('is refused with $name', ({ given, wanted }) => {
    const fault = faultOf(given);
    expect(fault).toContain(wanted);
    expect(fault).toMatch(/^POLICY: got "/);
    expect(fault).not.toContain('s3cret');
    expect(fault.split('\n')).toHaveLength(1);
  });
});
