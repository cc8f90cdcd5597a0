import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { manifestFileName, recordBaseName, recordFileName } from '../../src/record/index.ts';
import { RECORD_ID } from './support/facts.ts';

const at = Date.UTC(2026, 10, 23, 12, 0, 0, 999);

describe('recordBaseName', () => {
  it('is time, project, target and record id', () => {
    expect(recordBaseName({ at, project: 'prj_abc', target: 'production', recordId: RECORD_ID })).toBe(
      `20261123T120000Z-prj_abc-production-${RECORD_ID}`,
    );
  });

  it.each([
    { name: 'a way up', text: '../../etc/passwd', safe: '-etc-passwd' },
    { name: 'dots alone', text: '..', safe: '-' },
    { name: 'an absolute path', text: '/etc', safe: '-etc' },
    { name: 'a backslash', text: 'a\\b', safe: 'a-b' },
    { name: 'a NUL', text: 'a\0b', safe: 'a-b' },
    { name: 'a line break', text: 'a\nb', safe: 'a-b' },
    { name: 'other letters', text: 'grün', safe: 'gr-n' },
    { name: 'nothing', text: '', safe: 'none' },
    { name: 'a long text', text: 'x'.repeat(500), safe: 'x'.repeat(64) },
  ])('keeps $name inside its folder', ({ text, safe }) => {
    const base = recordBaseName({ at, project: text, target: text, recordId: text });
    expect(base).toMatch(/^20261123T120000Z-[A-Za-z0-9._-]+$/);
    expect(base).toContain(safe);
    expect(base).not.toContain('..');
    expect(basename(join('/records', base))).toBe(base);
    expect(recordFileName(base, 'result').length).toBeLessThan(255);
  });
});

describe('the files of a record', () => {
  it.each([
    { file: recordFileName('base', 'intent'), name: 'base.intent.sigstore.json' },
    { file: recordFileName('base', 'result'), name: 'base.result.sigstore.json' },
    { file: manifestFileName('base'), name: 'base.manifest.json' },
  ])('$name', ({ file, name }) => {
    expect(file).toBe(name);
  });
});
