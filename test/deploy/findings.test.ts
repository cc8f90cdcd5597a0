import { describe, expect, it } from '@jest/globals';
import { addToArtifacts, formatMegabytes, isPlainName, listSome, showPath } from '../../src/deploy/findings.ts';

describe('showPath', () => {
  it.each([
    { path: 'a b/[slug]/日本.js', shown: 'a b/[slug]/日本.js' },
    { path: 'a\nb', shown: '"a\\nb"' },
    { path: '\u001b[2J', shown: '"\\u001b[2J"' },
    { path: '\u009b2J', shown: '"\\u009b2J"' },
    { path: '\u007f', shown: '"\\u007f"' },
    { path: 'a\\b', shown: '"a\\\\b"' },
    { path: '\ud800', shown: '"\\ud800"' },
  ])('$shown', ({ path, shown }) => {
    expect(showPath(path)).toBe(shown);
    expect(isPlainName(path)).toBe(path === shown);
  });
});

it('addToArtifacts names the glob of the top folder, or the file', () => {
  expect(addToArtifacts('node_modules/a/b.js')).toContain(`add 'node_modules/**' to the artifacts`);
  expect(addToArtifacts('server.js')).toContain(`add 'server.js' to the artifacts`);
});

it('listSome stops where it is enough', () => {
  expect(listSome(['a', 'b'])).toBe('a, b');
  expect(listSome(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
});

it('formatMegabytes counts as Vercel does', () => {
  expect(formatMegabytes(1_572_864)).toBe('1.5 MB');
});
