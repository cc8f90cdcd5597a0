import { describe, expect, it } from '@jest/globals';
import { checksum } from '../../src/sandbox/gcp/state.ts';
import { crc32c, fitsCrc32c } from '../../src/services/crc32c.ts';

describe('CRC-32C', () => {
  // RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
  it.each([
    { name: 'nothing', bytes: Buffer.alloc(0), sum: 0 },
    { name: 'the check text', bytes: Buffer.from('123456789'), sum: 0xe3069283 },
    { name: '32 bytes of zeros', bytes: Buffer.alloc(32), sum: 0x8a9136aa },
    { name: '32 bytes of ones', bytes: Buffer.alloc(32, 0xff), sum: 0x62a8ab43 },
    {
      name: '32 bytes that rise',
      bytes: Buffer.from(Array.from({ length: 32 }, (_, index) => index)),
      sum: 0x46dd794e,
    },
  ])('of $name is the published one', ({ bytes, sum }) => {
    expect(crc32c(bytes)).toBe(sum);
    // The fake has its own, bit by bit.
    expect(checksum(bytes)).toBe(String(sum));
  });

  it.each([
    { told: '3808858755', fits: true },
    { told: 3_808_858_755, fits: true },
    { told: '3808858756', fits: false },
    { told: '', fits: false },
    { told: undefined, fits: false },
    { told: null, fits: false },
    { told: ['3808858755'], fits: false },
  ])('told as $told fits: $fits', ({ told, fits }) => {
    expect(fitsCrc32c(Buffer.from('123456789'), told)).toBe(fits);
  });
});
