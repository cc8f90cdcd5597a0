import { describe, expect, it } from '@jest/globals';
import { allowsStep, compareVersions, parseVersion, tellStep } from '../../../tools/release/semver.ts';

describe('versions', () => {
  it.each(['1.2', 'v1.2.3', '1.2.3-rc.1', '1.2.03', '1.2.3.4', 'latest', ''])('are not %j', (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });

  it('are in the order of their numbers', () => {
    const sorted = ['1.10.0', '0.9.9', '1.9.0', '1.9.10', '1.9.9', 'none'].toSorted(compareVersions);
    expect(sorted).toEqual(['none', '0.9.9', '1.9.0', '1.9.9', '1.9.10', '1.10.0']);
  });
});

describe('the step from one version to the next', () => {
  it.each([
    ['1.2.3', '2.0.0', 'breaking', true],
    ['1.2.3', '1.3.0', 'breaking', false],
    ['1.2.3', '1.3.0', 'addition', true],
    ['1.2.3', '1.2.4', 'addition', false],
    ['1.2.3', '1.2.4', 'text', true],
    ['1.2.3', '1.2.3', 'text', false],
    ['2.0.0', '1.9.0', 'text', false],
    ['0.1.0', '0.2.0', 'breaking', true],
    ['0.1.0', '0.1.1', 'breaking', false],
    ['0.1.0', '0.1.1', 'addition', true],
    ['0.1.0', '1.0.0', 'breaking', true],
    ['0.1.0', '0.1.0', 'text', false],
  ] as const)('%s to %s is enough for %s: %s', (from, to, step, wanted) => {
    expect(allowsStep(from, to, step)).toBe(wanted);
  });

  it('is told', () => {
    expect(tellStep('0.1.0', 'breaking')).toBe('a new minor version (before 1.0.0)');
    expect(tellStep('1.0.0', 'breaking')).toBe('a new major version');
    expect(tellStep('1.0.0', 'addition')).toBe('a new minor version');
    expect(tellStep('0.1.0', 'addition')).toBe('a new version');
  });
});
