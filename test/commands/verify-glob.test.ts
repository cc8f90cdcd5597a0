import { describe, expect, it } from '@jest/globals';
import { isMatch, parseGlob, startGlob, stepGlob } from '../../src/commands/verify-glob.ts';

function matches(pattern: string, path: string): boolean {
  const glob = parseGlob(`/${pattern}`);
  if (glob?.base !== '/') throw new Error(`a base: ${String(glob?.base)}`);
  const reached = path.split('/').reduce((now, name) => stepGlob(glob, now, name), startGlob(glob));
  return isMatch(glob, reached);
}

describe('a pattern of a path', () => {
  it.each([
    ['*.json', 'a.json', true],
    ['*.json', '.json', true],
    ['*.json', 'd/a.json', false],
    ['*.json', 'a.jso', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['*a*a*a*b', 'a'.repeat(200), false],
    ['?.json', 'é.json', true],
    ['?.json', '🚀.json', true],
    ['?.json', 'ab.json', false],
    ['?', '', false],
    ['**/x*', 'x1', true],
    ['**/x*', 'a/b/x1', true],
    ['**/x*', 'a/b/y', false],
    ['*/**/x', 'a/x', true],
    ['*/**/x', 'x', false],
    ['**/**/x', 'a/x', true],
    ['a**', 'a/b', false],
    ['a**', 'abc', true],
    ['*.[jt]s', 'a.js', false],
    ['*.[jt]s', 'a.[jt]s', true],
    ['**', 'a/b/c', true],
  ])('%s, and %s: %s', (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected);
  });

  it('begins at the folder before its first wildcard', () => {
    expect(parseGlob('/a/b/*/c')?.base).toBe('/a/b');
    expect(parseGlob('/a?')?.base).toBe('/');
    expect(parseGlob('/a/b')).toBeUndefined();
  });

  it('stops where nothing below can match', () => {
    const glob = parseGlob('/a*/b');
    if (!glob) throw new Error('no pattern');
    expect(stepGlob(glob, startGlob(glob), 'c').size).toBe(0);
    expect(stepGlob(glob, stepGlob(glob, startGlob(glob), 'a'), 'c').size).toBe(0);
  });
});
