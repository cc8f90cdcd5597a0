import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import type { Defaults } from '../../src/sources/index.ts';
import { parseVariables } from '../../src/variables/index.ts';

const CLONE = '/opt/atlassian/pipelines/agent/build';
const IDS = { VERCEL_TEAM_ID: 'team_abc', VERCEL_PROJECT_ID: 'prj_abc', BITBUCKET_CLONE_DIR: CLONE };
type Variables = Readonly<Record<string, string>>;

/** The names with faults, in their order, and the faults. */
function faultsOf(given: Variables, defaults: Defaults = {}): { names: string[]; faults: readonly string[] } {
  try {
    parseVariables({ COMMAND: 'deploy', ...IDS, ...given }, CLONE, defaults);
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    return { names: error.faults.map((fault) => fault.split(':', 1).join('')), faults: error.faults };
  }
  return { names: [], faults: [] };
}

describe('what lies between variables is told together with what is wrong with each', () => {
  it.each<{ name: string; given: Variables; names: string[] }>([
    { name: 'a command that lacks two', given: { COMMAND: 'promote' }, names: ['TARGET', 'DEPLOYMENT'] },
    {
      name: 'a command that lacks one, and another fault',
      given: { COMMAND: 'promote', TARGET: 'production', TIMEOUT: 'abc' },
      names: ['TIMEOUT', 'DEPLOYMENT'],
    },
    {
      name: 'lines of other commands, one of them malformed',
      given: { COMMAND: 'doctor', TARGET: 'preview', DRY_RUN: 'true', DEPLOYMENT: 'dpl_x', SMOKE_PATHS: '/' },
      names: ['SMOKE_PATHS', 'DEPLOYMENT', 'DRY_RUN'],
    },
    {
      name: 'two conflicts and a path',
      given: { TARGET: 'preview', AUTO_ASSIGN_DOMAINS: 'false', WAIT: 'false', ALIASES: 'a.b.c', DIRECTORY: '/etc' },
      names: ['DIRECTORY', 'AUTO_ASSIGN_DOMAINS', 'ALIASES'],
    },
  ])('$name', ({ given, names }) => {
    expect(faultsOf(given).names).toEqual(names);
  });

  it.each<{ name: string; given: Variables; names: string[] }>([
    { name: 'a target', given: { AUTO_ASSIGN_DOMAINS: 'false', TARGET: 'Production' }, names: ['TARGET'] },
    {
      name: 'the target of a promotion',
      given: { COMMAND: 'promote', DEPLOYMENT: 'dpl_x', TARGET: 'x y' },
      names: ['TARGET'],
    },
    {
      name: 'an item',
      given: { COMMAND: 'smoke', TARGET: 'preview', DEPLOYMENT: 'dpl_x', SMOKE_PATHS_COUNT: '1' },
      names: ['SMOKE_PATHS_0'],
    },
    { name: 'a command', given: { COMMAND: '', TARGET: 'preview', DEPLOYMENT: 'dpl_x' }, names: ['COMMAND'] },
  ])('but not where $name has a fault of its own, on which the conflict rests', ({ given, names }) => {
    expect(faultsOf(given).names).toEqual(names);
  });
});

describe('ROLLBACK_ON_FAILURE that could never act', () => {
  const ROLLBACK = { ROLLBACK_ON_FAILURE: 'true' };
  const SMOKE = { SMOKE_PATHS: '/ 200' };

  it.each<{ name: string; given: Variables; fault: RegExp }>([
    { name: 'without SMOKE_PATHS', given: { TARGET: 'production' }, fault: /and there are no SMOKE_PATHS.* Set them/ },
    { name: 'for a preview', given: { TARGET: 'preview', ...SMOKE }, fault: /only production can be rolled back/ },
    {
      name: 'beside a deployment that stays staged',
      given: { TARGET: 'production', AUTO_ASSIGN_DOMAINS: 'false', ...SMOKE },
      fault: /but AUTO_ASSIGN_DOMAINS is "false", and nothing is promoted/,
    },
  ])('is a fault of a deploy $name', ({ given, fault }) => {
    expect(faultsOf({ ...ROLLBACK, ...given }).faults).toEqual([expect.stringMatching(fault)]);
    expect(faultsOf({ ...ROLLBACK, ...given }).names).toEqual(['ROLLBACK_ON_FAILURE']);
  });

  it('is none where it can act, is false, or is another command', () => {
    expect(faultsOf({ ...ROLLBACK, TARGET: 'production', ...SMOKE }).names).toEqual([]);
    expect(faultsOf({ ROLLBACK_ON_FAILURE: 'false', TARGET: 'preview' }).names).toEqual([]);
    expect(faultsOf({ ...ROLLBACK, TARGET: 'preview', COMMAND: 'pull' }).names).toEqual([]);
  });

  it("is none as an organisation's default, which holds where it can", () => {
    const defaults: Defaults = { ROLLBACK_ON_FAILURE: { value: 'true', locked: true } };
    expect(faultsOf({ TARGET: 'preview' }, defaults).names).toEqual([]);
    expect(faultsOf({ TARGET: 'production' }, defaults).names).toEqual([]);
  });

  it('takes the paths of an organisation', () => {
    const defaults: Defaults = { SMOKE_PATHS: { value: '/ 200', locked: false } };
    expect(faultsOf({ ...ROLLBACK, TARGET: 'production' }, defaults).names).toEqual([]);
  });
});

describe('a list that is too long', () => {
  const listOf = (name: string, item: (at: number) => string): Variables => ({
    [`${name}_COUNT`]: '21',
    ...Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`${name}_${String(at)}`, item(at)])),
  });
  const GOOD = { TARGET: 'production' };

  it.each([
    ['META', (at: number) => `k${String(at)}=v`],
    ['ALIASES', (at: number) => `a${String(at)}.example.com`],
    ['REGIONS', () => 'iad1'],
    ['SMOKE_PATHS', () => '/ 200'],
  ] as const)('says how many there are, and may be: %s', (name, item) => {
    expect(faultsOf({ ...GOOD, ...listOf(name, item) }).faults).toEqual([`${name}: got 21 items; wanted at most 20.`]);
  });

  it('and that an item is malformed, once for all of them', () => {
    const { faults } = faultsOf({ ...GOOD, ...listOf('REGIONS', (at) => (at < 3 ? `europe-${String(at)}` : 'iad1')) });
    expect([...faults].sort()).toEqual([
      expect.stringMatching(/^REGIONS: got "\[.*wanted Vercel's region ids/),
      'REGIONS: got 21 items; wanted at most 20.',
    ]);
  });
});
