import { describe, expect, it } from '@jest/globals';
import { parseManifest } from '../../src/commands/verify-manifest.ts';

describe('a manifest', () => {
  const file = { path: 'a', kind: 'file', mode: '100644', size: 0, sha1: 'a'.repeat(40), sha256: 'a'.repeat(64) };
  const parse = (...files: unknown[]): unknown => parseManifest(JSON.stringify({ version: 1, files }));

  it.each(['../a', '/a', 'a/../b', './a', 'a//b', 'a/', '', 'a\0b', '\ud800'])(
    'with the path %j is refused',
    (path) => {
      expect(() => parse({ ...file, path })).toThrow(
        expect.objectContaining({ code: 'RECORD_INVALID', wanted: 'a path below the deployed folder' }),
      );
    },
  );

  it.each([
    ['no size', { size: undefined }],
    ['a negative size', { size: -1 }],
    ['half a digest', { sha256: 'ab' }],
    ['a mode in words', { mode: 'rwx' }],
    ['a kind of its own', { kind: 'fifo' }],
  ])('with %s is refused', (_, changes) => {
    expect(() => parse({ ...file, ...changes })).toThrow(
      expect.objectContaining({ code: 'RECORD_INVALID', got: expect.stringMatching(/^entry 1: /) }),
    );
  });

  it('with a path twice, another version or no JSON is refused', () => {
    expect(() => parse(file, file)).toThrow(expect.objectContaining({ got: 'the path "a" twice' }));
    expect(() => parseManifest('{"version":2,"files":[]}')).toThrow(expect.objectContaining({ got: 'version 2' }));
    expect(() => parseManifest('[')).toThrow(expect.objectContaining({ got: 'no JSON object' }));
  });
});
