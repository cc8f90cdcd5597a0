import { describe, expect, it } from '@jest/globals';
import { expandAliases } from '../../src/deploy/alias-names.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

function nameOf(template: string, facts: Parameters<typeof expandAliases>[1]): string {
  const { names, faults } = expandAliases([template], facts);
  expect(faults).toEqual([]);
  expect(names).toHaveLength(1);
  return names[0] ?? '';
}

describe('the names of aliases', () => {
  it.each([
    { template: 'www.example.com', name: 'www.example.com' },
    { template: 'WWW.Example.com', name: 'www.example.com' },
    { template: '{branch}.example.com', name: 'feature-abc-12-x.example.com' },
    { template: 'web-{branch}-acme.vercel.app', name: 'web-feature-abc-12-x-acme.vercel.app' },
    { template: 'pr-{pr}.example.com', name: 'pr-42.example.com' },
    { template: '{commit}.example.com', name: '0123456789ab.example.com' },
    { template: '{pr}-{commit}.{branch}.example.com', name: '42-0123456789ab.feature-abc-12-x.example.com' },
  ])('$template is $name', ({ template, name }) => {
    expect(nameOf(template, { branch: 'feature/ABC_12..x-', pr: '42', commit: COMMIT })).toBe(name);
  });

  it.each([
    { branch: '../../etc', name: 'etc' },
    { branch: 'Größe', name: expect.stringMatching(/^gro-e-[0-9a-f]{8}$/) },
    { branch: 'café', name: 'cafe' },
    { branch: 'исправление', name: expect.stringMatching(/^[0-9a-f]{8}$/) },
    { branch: '///', name: expect.stringMatching(/^[0-9a-f]{8}$/) },
    { branch: '$& $1', name: '1' },
  ])('take branch $branch as one label', ({ branch, name }) => {
    expect(nameOf('{branch}.example.com', { branch }).replace('.example.com', '')).toEqual(name);
  });

  it('keep branches in other scripts apart', () => {
    expect(nameOf('{branch}.example.com', { branch: 'fix-日本' })).not.toBe(
      nameOf('{branch}.example.com', { branch: 'fix-中国' }),
    );
  });

  it.each(['{branch}.example.com', 'web-{branch}.vercel.app', '{branch}-acme.vercel.app'])(
    'cut a long branch in %s, and keep two apart',
    (template) => {
      const start = 'feature/a-very-long-name-that-does-not-end-before-sixty-three-characters-';
      const [first, second, third] = ['one', 'on-e', 'on_e'].map((end) =>
        nameOf(template, { branch: `${start}${end}` }),
      );
      for (const name of [first, second, third]) {
        const [label = ''] = name?.split('.') ?? [];
        expect(label).toMatch(LABEL);
        expect(label).toMatch(/-[0-9a-f]{8}$/);
        expect(label.length).toBeGreaterThan(55);
      }
      expect(new Set([first, second, third]).size).toBe(3);
      expect(nameOf(template, { branch: `${start}one` })).toBe(first);
    },
  );

  it('leave a label of 63 as it is', () => {
    const branch = 'b'.repeat(63);
    expect(nameOf('{branch}.example.com', { branch })).toBe(`${branch}.example.com`);
    expect(nameOf('{branch}.example.com', { branch: `${branch}b` })).toMatch(/^b{54}-[0-9a-f]{8}\./);
  });

  it('are listed once', () => {
    expect(expandAliases(['{branch}.example.com', 'main.example.com'], { branch: 'main' }).names).toEqual([
      'main.example.com',
    ]);
  });

  it.each([
    { template: '{pr}.example.com', fault: /\{pr\} needs a pull request, and this build is none of one\./ },
    { template: '{commit}.example.com', fault: /\{commit\} needs a commit/ },
    {
      template: '{tag}.example.com',
      fault: /\{tag\} is unknown; \{branch\}, \{pr\} and \{commit\} can stand in a name/,
    },
    { template: '{constructor}.example.com', fault: /\{constructor\} is unknown/ },
    { template: '{Branch}.example.com', fault: /\{Branch\} is unknown/ },
    { template: '{}.example.com', fault: /\{\} is unknown/ },
    { template: '{{branch}}.example.com', fault: /a brace stands alone/ },
    { template: '{branch.example.com', fault: /a brace stands alone/ },
    { template: '{branch}', fault: /a host name has a domain, such as NAME\.vercel\.app/ },
    { template: '*.example.com', fault: /letters, digits and hyphens.*becomes "\*\.example\.com"/ },
    { template: 'https://example.com', fault: /letters, digits and hyphens/ },
    { template: '-a.example.com', fault: /letters, digits and hyphens/ },
    { template: 'a..example.com', fault: /letters, digits and hyphens/ },
    { template: 'a b.example.com', fault: /letters, digits and hyphens/ },
    { template: `${'a'.repeat(64)}.example.com`, fault: /at most 63 between two dots/ },
    {
      template: `${`${'a'.repeat(60)}.`.repeat(4)}{branch}.example.com`,
      fault: /260 characters long, and a host name has at most 253/,
    },
  ])('have a fault: $template', ({ template, fault }) => {
    const { names, faults } = expandAliases([template], { branch: 'main' });
    expect(names).toEqual([]);
    expect(faults).toEqual([expect.stringMatching(fault)]);
    expect(faults[0]).toMatch(/^ALIASES: got "/);
  });

  it('have all their faults told at once, and the good ones stay', () => {
    const { names, faults } = expandAliases(['{pr}-{tag}.example.com', 'ok.example.com', '{commit}.x'], {
      branch: 'main',
      pr: '',
    });
    expect(names).toEqual(['ok.example.com']);
    expect(faults).toHaveLength(3);
  });
});
