import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { parsePolicy } from '../../src/policy/index.ts';
import { HOSTILE_FILES } from './support/hostile-files.ts';
import { HOSTILE_GRANTS } from './support/hostile-grants.ts';
import { HOSTILE_YAML } from './support/hostile-yaml.ts';
import type { HostileFile } from './support/hostile.ts';
import { GOOD, PIPE } from './support/policy.ts';

const MESSAGES: Readonly<Record<string, RegExp>> = {
  POLICY_INVALID: /^The policy has (?:one fault|\d+ faults)\.$/,
  POLICY_UNSUPPORTED: /^The policy needs .* or newer; this is 1\.0\.0\.$/,
};

describe.each([
  { kind: 'YAML', files: HOSTILE_YAML },
  { kind: 'file', files: HOSTILE_FILES },
  { kind: 'grant', files: HOSTILE_GRANTS },
])('a hostile $kind', ({ files }) => {
  it.each<HostileFile>(files)('is refused, by line and column: $name', ({ file, code, faults }) => {
    const error = refusal(file);
    expect({ code: error.code, exitStatus: error.exitStatus, faults: error.faults }).toEqual({
      code,
      exitStatus: 2,
      faults,
    });
    expect(error.message).toMatch(MESSAGES[code] ?? 'a message');
    expect(error.fix).not.toBe('');
    // Nothing of the file reaches the log as it is: what cannot be seen there is written as its escape.
    expect(error.describe()).toMatch(/^[\n\x20-\x7e…]*$/);
  });
});

it('at least forty of them', () => {
  expect(HOSTILE_YAML.length + HOSTILE_FILES.length + HOSTILE_GRANTS.length).toBeGreaterThanOrEqual(40);
});

const nested = 60 * 1024;

describe('a file that is meant to take long', () => {
  it.each([
    { name: 'open lists', file: '['.repeat(nested) },
    { name: 'closed lists', file: `version: ${'['.repeat(500)}${']'.repeat(500)}` },
    { name: 'closed maps', file: `version: ${'{a: '.repeat(300)}1${'}'.repeat(300)}` },
    { name: 'list items', file: '- '.repeat(nested) },
    { name: 'maps', file: '{a: '.repeat(nested / 4) },
    { name: 'keys', file: Array.from({ length: 20_000 }, (_, index) => `k${String(index)}: 1`).join('\n') },
    { name: 'repeated keys', file: 'k: 1\n'.repeat(50_000) },
    { name: 'anchors', file: Array.from({ length: 15_000 }, (_, index) => `- &a${String(index)} x`).join('\n') },
    { name: 'aliases', file: `- &a x\n${'- *a\n'.repeat(50_000)}` },
    { name: 'aliases of one long text', file: `- &a ${'x'.repeat(200_000)}\n${'- *a\n'.repeat(200)}` },
    { name: 'faults', file: GOOD.replace('[main', `[${'7, '.repeat(40_000)}main`) },
    { name: 'globs', file: GOOD.replace('[main', `[${`'${'*a'.repeat(60)}', `.repeat(2000)}main`) },
  ])('does not, and tells little: many $name', ({ file }) => {
    const error = refusal(file);
    expect(error.code).toBe('POLICY_INVALID');
    expect(error.faults.length).toBeLessThanOrEqual(50);
    expect(error.describe().length).toBeLessThan(20_000);
  });
});

function refusal(file: string | Uint8Array): PipeError {
  try {
    parsePolicy(typeof file === 'string' ? new TextEncoder().encode(file) : file, PIPE);
  } catch (error) {
    if (error instanceof PipeError) return error;
    throw error;
  }
  throw new Error('it should have been refused');
}
