import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { inflate } from '../../src/platform/inflate.ts';

const TEXT = Buffer.from('a text, a text, a text');
const PACKED = deflateSync(TEXT);

describe('inflate', () => {
  it('undoes zlib, up to the size that it may have', async () => {
    expect(await inflate(PACKED, TEXT.length)).toEqual(TEXT);
    expect(await inflate(PACKED, TEXT.length - 1)).toBeUndefined();
  });

  it('leaves what follows the stream', async () => {
    const large = Buffer.from(crypto.getRandomValues(new Uint8Array(60_000)));
    expect(await inflate(Buffer.concat([PACKED, PACKED, large]), TEXT.length)).toEqual(TEXT);
    expect(await inflate(Buffer.concat([deflateSync(large), large]), large.length)).toEqual(large);
  });

  it('stops a small stream that would become large', async () => {
    expect(await inflate(deflateSync(Buffer.alloc(50_000_000)), 1000)).toBeUndefined();
  });

  it.each([
    { name: 'nothing', bytes: Buffer.of() },
    { name: 'text', bytes: TEXT },
    { name: 'a stream that is cut off', bytes: PACKED.subarray(0, -1) },
    { name: 'a wrong checksum', bytes: Buffer.concat([PACKED.subarray(0, -1), Buffer.of(0)]) },
    { name: 'a stream without its header', bytes: deflateRawSync(TEXT) },
    { name: 'gzip', bytes: gzipSync(TEXT) },
  ])('gives nothing for $name', async ({ bytes }) => {
    expect(await inflate(bytes, 1000)).toBeUndefined();
  });
});
