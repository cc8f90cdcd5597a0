import { describe, expect, it } from '@jest/globals';
import { signLink, verifyLink, type Link } from '../../src/record/index.ts';
import { createKeySigner } from '../../src/signing/index.ts';
import { makeKeyPair } from '../signing/support/keys.ts';

const KEY = makeKeyPair();
const SIGNER = createKeySigner(KEY.pkcs8);
const LINK: Link = { key: 'a'.repeat(64), intentDigest: 'b'.repeat(64), recordId: 'r-1' };

describe("the proof in a deployment's meta", () => {
  it('fits into two values of 64 characters, and holds under the key alone that signed it', async () => {
    // DER signatures differ in length.
    for (let round = 0; round < 20; round += 1) {
      const parts = await signLink(LINK, SIGNER);
      expect(parts.map((part) => part.length > 0 && part.length <= 64)).toEqual([true, true]);
      expect(verifyLink(LINK, parts.join(''), KEY.publicPem)).toBe(true);
      expect(verifyLink(LINK, parts.join(''), makeKeyPair().publicPem)).toBe(false);
    }
  });

  it.each<[string, Partial<Link>]>([
    ['another key', { key: 'c'.repeat(64) }],
    ['another intent', { intentDigest: 'c'.repeat(64) }],
    ['another record', { recordId: 'r-2' }],
  ])('does not hold for %s', async (_, change) => {
    const parts = await signLink(LINK, SIGNER);
    expect(verifyLink({ ...LINK, ...change }, parts.join(''), KEY.publicPem)).toBe(false);
  });

  it.each(['', 'no base64!', 'AAAA'])('is refused as %j', (proof) => {
    expect(verifyLink(LINK, proof, KEY.publicPem)).toBe(false);
  });
});
