import { describe, expect, it } from '@jest/globals';
import { readMetaDigest, toMetaDigest } from '../../src/record/index.ts';

const DIGEST = '00ff'.repeat(16);

describe("a digest in Vercel's meta", () => {
  it('has 43 characters, and comes back', () => {
    const text = toMetaDigest(DIGEST);
    expect(text).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(readMetaDigest(`123456789012/123456/${text}`)).toBe(DIGEST);
    expect(readMetaDigest(`//${text}`)).toBe(DIGEST);
  });

  it.each([
    { name: 'no build', build: undefined },
    { name: 'a build of before', build: '42/1' },
    { name: 'a run that read nothing', build: '42/1/' },
    { name: 'hex', build: `42/1/${DIGEST}` },
    { name: 'padding', build: `42/1/${toMetaDigest(DIGEST)}=` },
    { name: 'a part too many', build: `42/1/x/${toMetaDigest(DIGEST)}` },
    { name: 'a second spelling of the last character', build: `42/1/${toMetaDigest(DIGEST).slice(0, 42)}9` },
  ])('is none for $name', ({ build }) => {
    expect(readMetaDigest(build)).toBeUndefined();
  });
});
