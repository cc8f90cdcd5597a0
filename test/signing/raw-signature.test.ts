import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { toDerSignature, toRawSignature } from '../../src/signing/raw-signature.ts';

const integer = (...value: number[]): number[] => [2, value.length, ...value];
const sequence = (...parts: number[][]): Uint8Array => Uint8Array.of(0x30, parts.flat().length, ...parts.flat());
const bytes = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

describe('a raw signature', () => {
  it.each([
    { name: 'of full length', r: bytes(32, 0x11), s: bytes(32, 0x22) },
    { name: 'whose r begins with a high bit', r: [0, ...bytes(32, 0xff)], s: bytes(32, 0x22) },
    { name: 'whose s begins with a high bit', r: bytes(32, 0x11), s: [0, ...bytes(32, 0xff)] },
    { name: 'with a short r', r: bytes(31, 0x11), s: bytes(32, 0x22) },
    { name: 'with a tiny s', r: bytes(32, 0x11), s: [1] },
  ])('$name has r and s at their places', ({ r, s }) => {
    const raw = toRawSignature(sequence(integer(...r), integer(...s)));
    const pad = (part: readonly number[]): number[] => [...bytes(32, 0), ...part].slice(-32);
    expect([...raw]).toEqual([...pad(r), ...pad(s)]);
  });

  it('is what another library verifies, whatever the lengths are', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const lengths = new Set<number>();
    // Of 600 signatures a few are shorter than usual: about one in 128 has a short integer.
    for (let number = 0; number < 600; number += 1) {
      const data = Buffer.from(String(number));
      const der = sign('sha256', data, privateKey);
      lengths.add(der.length);
      const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
      const raw = toRawSignature(der);
      expect(verify('sha256', data, key, raw)).toBe(true);
      expect(toDerSignature(raw)).toEqual(new Uint8Array(der));
    }
    expect(lengths.size).toBeGreaterThanOrEqual(3);
  });

  it.each([
    { name: 'a raw signature', der: Uint8Array.from(bytes(64, 0x11)) },
    { name: 'a cut one', der: sequence(integer(...bytes(32, 0x11)), integer(...bytes(32, 0x22))).subarray(0, 60) },
    { name: 'one of another curve', der: sequence(integer(...bytes(48, 0x11)), integer(...bytes(48, 0x22))) },
    { name: 'nothing', der: new Uint8Array() },
  ])('is not made of $name', ({ der }) => {
    expect(() => toRawSignature(der)).toThrow('no DER signature of P-256');
  });

  it.each([
    { name: 'small numbers', r: [...bytes(31, 0), 1], s: [...bytes(30, 0), 1, 0], der: [2, 1, 1, 2, 2, 1, 0] },
    { name: 'a zero', r: bytes(32, 0), s: [...bytes(31, 0), 0x80], der: [2, 1, 0, 2, 2, 0, 0x80] },
  ])('of $name is as short as can be in DER', ({ r, s, der }) => {
    expect(toDerSignature(Uint8Array.from([...r, ...s]))).toEqual(Uint8Array.of(0x30, der.length, ...der));
  });

  it.each([0, 63, 65, 96])('of %d bytes has no DER', (length) => {
    expect(toDerSignature(new Uint8Array(length))).toBeUndefined();
  });
});
