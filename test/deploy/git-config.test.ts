import { describe, expect, it } from '@jest/globals';
import { findOriginUrl } from '../../src/deploy/git-config.ts';

describe('findOriginUrl', () => {
  it.each([
    {
      name: 'tabs and other sections',
      config: '[core]\n\tbare = false\n\n[remote "origin"]\n\turl = u\n\tfetch = +a:b\n',
    },
    { name: 'no spaces', config: '[remote "origin"]\nurl=u' },
    { name: 'another case', config: '[REMOTE "origin"]\r\n  URL = u\r\n' },
    { name: 'one line', config: '[remote "origin"] url = u' },
    { name: 'quotes', config: '[remote "origin"]\nurl = "u"' },
    { name: 'a quoted part', config: '[remote "origin"]\nurl = "u"""' },
    { name: 'a comment after it', config: '[remote "origin"] # mine\nurl = u ; was: v' },
    { name: 'comments between', config: '[remote "origin"]\n# url = a\n;url = b\nurl = u\n' },
    { name: 'two of them', config: '[remote "origin"]\nurl = u\nurl = v' },
    {
      name: 'a second section',
      config: '[remote "origin"]\nfetch = x\n[branch "main"]\nurl = v\n[remote "origin"]\nurl = u',
    },
    { name: 'a key without a value', config: '[core]\nbare\n[remote "origin"]\nprune\nurl = u' },
  ])('reads $name', ({ config }) => {
    expect(findOriginUrl(config)).toBe('u');
  });

  it('undoes escapes, and keeps what a comment would be outside of quotes', () => {
    expect(
      findOriginUrl(String.raw`[remote "origin"]
      url = "a\\b\"c#d;e"`),
    ).toBe(String.raw`a\b"c#d;e`);
  });

  it.each([
    { name: 'nothing', config: '' },
    { name: 'another remote', config: '[remote "upstream"]\nurl = u' },
    { name: 'another case of the name', config: '[remote "Origin"]\nurl = u' },
    { name: 'no remote', config: '[origin]\nurl = u' },
    { name: 'another key', config: '[remote "origin"]\npushurl = u' },
    { name: 'an empty value', config: '[remote "origin"]\nurl =' },
    { name: 'no value', config: '[remote "origin"]\nurl' },
    { name: 'an include', config: '[include]\npath = other\n' },
    { name: 'an open quote', config: '[remote "origin"]\nurl = "u' },
    { name: 'an unknown escape', config: '[remote "origin"]\nurl = u\\q' },
    { name: 'a line break by escape', config: '[remote "origin"]\nurl = "u\\nv"' },
    { name: 'a value of two lines', config: '[remote "origin"]\nurl = u\\\nv' },
    { name: 'a section in a value of two lines', config: '[alias]\na = !f \\\n[remote "origin"]\nurl = u' },
    { name: 'a broken line before', config: '<<<<<<< HEAD\n[remote "origin"]\nurl = u' },
    { name: 'a broken line after', config: '[remote "origin"]\nurl = u\n=======' },
    { name: 'a broken section', config: '[remote "origin"\nurl = u' },
    { name: 'a comment in the midst of a word', config: '[remote "origin"]\nurl = https://user:12#secret@host/x' },
  ])('finds none in $name', ({ config }) => {
    expect(findOriginUrl(config)).toBeUndefined();
  });

  it('takes time in proportion to a hostile file', () => {
    const config = `[remote "origin"]\nurl = ${'"\\"'.repeat(40_000)}\n${'[a "'.repeat(20_000)}`;
    expect(findOriginUrl(config)).toBeUndefined();
  });
});
