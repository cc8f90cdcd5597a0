import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { VERSION } from '../../../src/version.ts';
import { isDate, readSections } from '../../../tools/release/changelog.ts';
import { makeNotes } from '../../../tools/release/notes.ts';
import { ROOT } from '../../../tools/root.ts';

const CHANGELOG =
  '# Changelog\n\nAll.\n\n## 1.1.0 - 2026-12-24\n\n- New.\n\n### Fixed\n\n- Old.\n\n## 1.0.0\n\n- First.\n\n## 0.9.0\n';
const DIGEST = `sha256:${'ab'.repeat(32)}`;

describe('the changelog', () => {
  it('is read by version', () => {
    expect(readSections(CHANGELOG)).toEqual([
      { version: '1.1.0', date: '2026-12-24', text: '- New.\n\n### Fixed\n\n- Old.' },
      { version: '1.0.0', date: undefined, text: '- First.' },
      { version: '0.9.0', date: undefined, text: '' },
    ]);
  });

  it.each([
    ['2026-12-24', true],
    ['2026-02-29', false],
    ['2026-13-01', false],
    ['2026-1-1', false],
    ['24 December 2026', false],
    ['', false],
  ])('has %j as a date: %s', (text, wanted) => {
    expect(isDate(text)).toBe(wanted);
  });
});

describe('the notes of a release', () => {
  it('are what the changelog says of it', () => {
    expect(makeNotes(CHANGELOG, { version: '1.1.0' })).toBe('# 1.1.0 (2026-12-24)\n\n- New.\n\n### Fixed\n\n- Old.\n');
    expect(makeNotes(CHANGELOG, { version: '1.0.0' })).toBe('# 1.0.0\n\n- First.\n');
  });

  it('say how a step names it', () => {
    const image = 'registry.example.com/platform/vercel-oidc-deploy';
    expect(makeNotes(CHANGELOG, { version: '1.0.0', image, digest: DIGEST })).toBe(
      [
        '# 1.0.0\n\n- First.\n\n## Use\n\n```yaml',
        `- pipe: docker://${image}:1.0.0`,
        '# or, so that nobody can move it:',
        `- pipe: docker://${image}:1.0.0@${DIGEST}`,
        '```\n',
      ].join('\n'),
    );
    expect(makeNotes(CHANGELOG, { version: '1.0.0', image })).not.toContain('sha256');
  });

  it('are refused where there is nothing to say, or no such digest', () => {
    expect(() => makeNotes(CHANGELOG, { version: '2.0.0' })).toThrow('CHANGELOG.md says nothing about 2.0.0');
    expect(() => makeNotes(CHANGELOG, { version: '0.9.0' })).toThrow('CHANGELOG.md says nothing about 0.9.0');
    expect(() => makeNotes(CHANGELOG, { version: '1.0.0', digest: 'sha256:1' })).toThrow('sha256:1 is no digest');
  });

  it('can be made of the changelog that is here', () => {
    expect(makeNotes(readFileSync(`${ROOT}CHANGELOG.md`, 'utf8'), { version: VERSION })).toMatch(/^# .+\n\n- /);
  });
});
