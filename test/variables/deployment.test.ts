import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { chooseDeployment, parseVariables } from '../../src/variables/index.ts';

const CLONE = '/opt/atlassian/pipelines/agent/build';
const GOOD = {
  ...{ VERCEL_TEAM_ID: 'team_abc', VERCEL_PROJECT_ID: 'prj_abc', TARGET: 'production', BITBUCKET_CLONE_DIR: CLONE },
};

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    parseVariables({ ...GOOD, ...environment }, CLONE);
    return [];
  } catch (error) {
    if (error instanceof PipeError) return error.faults;
    throw error;
  }
}

describe('DEPLOYMENT', () => {
  it.each([
    ['dpl_Abc123', { kind: 'id', id: 'dpl_Abc123' }],
    ['https://web-1-acme.vercel.app', { kind: 'address', host: 'web-1-acme.vercel.app' }],
    ['https://Web-1-acme.vercel.app/', { kind: 'address', host: 'web-1-acme.vercel.app' }],
    ['build:128', { kind: 'build', number: '128' }],
    ['deploy-records/a.result.sigstore.json', { kind: 'record', path: 'deploy-records/a.result.sigstore.json' }],
  ])('%s names what it says', (text, choice) => {
    expect(chooseDeployment(text)).toEqual(choice);
    expect(faultsOf({ COMMAND: 'promote', DEPLOYMENT: text })).toEqual([]);
  });

  it.each([
    'dpl_',
    'dpl_a/../b',
    'build:0',
    'build:01',
    'build:x',
    'http://web.vercel.app',
    'https://web.vercel.app/path',
    'https://web.vercel.app?x=1',
    'https://web.vercel.app/#a',
    'https://web.vercel.app:8443',
    'https://user@web.vercel.app',
    'https://',
    'web.vercel.app',
    'deploy-policy.yml',
  ])('%s names nothing, and is told so with the wanted forms', (text) => {
    expect(chooseDeployment(text)).toBeUndefined();
    const shown = text.replace('user@', '…@');
    expect(faultsOf({ COMMAND: 'rollback', DEPLOYMENT: text })).toEqual([
      `DEPLOYMENT: got "${shown}"; wanted dpl_…, an https address, build:NUMBER, or the path of a record (…sigstore.json). An address has nothing after its host.`,
    ]);
  });

  it.each(['promote', 'rollback'])('and production are what %s wants', (command) => {
    expect(faultsOf({ COMMAND: command, TARGET: 'qa' })).toEqual([
      `DEPLOYMENT: missing; COMMAND ${command} wants dpl_…, an https address, build:NUMBER, or the path of a record.`,
      `TARGET: got "qa"; COMMAND ${command} moves production, and wants TARGET: production.`,
    ]);
  });
});
