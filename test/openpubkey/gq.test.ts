import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { gq256, gqSignatureBytes, signGq, verifyGq, type GqScheme } from '../../src/openpubkey/gq.ts';
import { makeRsaKey } from '../../src/openpubkey/issuer-key.ts';
import { toBytes } from '../../src/openpubkey/modular.ts';
import { power } from './support/oracle.ts';

/** ISO/IEC 14888-2:2008, the example of GQ1: 1024 bits, v = 2^80 + 13, SHA-1, one round. */
const ISO = {
  n: 0xd37b4534b4b788ae23e1e4719a395bbff8a98edbdcb3992306c513aaa95e9a335221998c20cd1344ca50c59193b84437ffc1e91e5ebef9587615875102a7e83624da4f72caf28d1df429652346d6f203e17c65288790f6f6d97835216b49f5932728a967d6d36561621ff38dfc185dfa5a160962e7c8e087ce90897b16ea4ea1n,
  v: 0x010000000000000000000dn,
  q: 0x3bed38cebb1219bc068774e0e2655cdef67fe547bcf2d9fa9fe167b1e63b2f101a1483d38a8f24ede365a3e44f4f10adecea7b30d042c14c162477b8184ae6cfaa78441b1fdfb0b223abcd528b61f313d859fcf9c26fcaf9e4d9da9ba83e9d2fda041e8ccbf90056c31d654b546c1a7f6729a8dd8e68512f39e3b6f07959ce61n,
  g: 0x3e641a22d0d0747d4acc71884d3dff2b2adfdc1703b5a74efd8333ab8c4377bb2a9b48e707f73409abfbcd2ded69f52b16a145ce062fe6bd712c1952110dfb2316c5f3f321922ed375a4deb8c41fa79bcad86b0ea0d8ff02c9d0d5911bff1e87dbcf073f71f18c08eb944ae84883a1e13fb1dea123b5b1efea2a92635bd5d88fn,
  r: 0x487cdb0041beed0323fdd3dec8542584fa0e6cb990fad5878db34e9beddc95b65d22790c108e218407ed7f7d686657bab5a28ef81c2e24985b56e37d9934e195a38a835cc02cee8eba2f56c87663e332976f5a3720daca120bcd3df0aef6fd78582ebfcee6d05e06172a871eab0e8f5fc22ddb600f541b87cf8e147358374406n,
  signature:
    '99394f1d15924c0374cf80c7274cd9f232903a6423d9327156f69743eaef03e1efedfda8474c97f6570d9ef53c6ce2ae2ba68d01fff9aa82068214bcd775b95cc297ddc38a63741ab3166b58275e0fb728d26db18a2c3f14b621cf3863f8648b3149fe896348be73d37e2f06e6e26c84c044984c09c658300b58ec2383e3b0a1f1390d62b772a69f37b5',
  message: Buffer.from('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopqo'),
};
const isoScheme: GqScheme = {
  key: makeRsaKey(ISO.n, ISO.v),
  rounds: 1,
  questionBytes: 10,
  hash: (length, testNumbers, message) =>
    createHash('sha1')
      .update(Buffer.concat([...testNumbers, message]))
      .digest()
      .subarray(0, length),
};
const isoSignature = Buffer.from(ISO.signature, 'hex');

describe('the example of ISO/IEC 14888-2', () => {
  it('has a secret that fits its identity', () => {
    expect((power(ISO.q, ISO.v, ISO.n) * ISO.g) % ISO.n).toBe(1n);
  });

  it('is signed as the standard signs it', () => {
    const signature = signGq(isoScheme, ISO.q, ISO.message, () => ISO.r);
    expect(signature.toString('hex')).toBe(ISO.signature);
  });

  it('is verified', () => {
    expect(() => verifyGq(isoScheme, ISO.g, ISO.message, isoSignature)).not.toThrow();
  });

  it('is refused with a bit of any byte changed', () => {
    for (let at = 0; at < isoSignature.length; at++) {
      const changed = Buffer.from(isoSignature);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect(() => verifyGq(isoScheme, ISO.g, ISO.message, changed)).toThrow(/does not fit|not below n/);
    }
  });

  it('is refused for another message or another identity', () => {
    const other = Buffer.from('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopqp');
    expect(() => verifyGq(isoScheme, ISO.g, other, isoSignature)).toThrow('does not fit');
    expect(() => verifyGq(isoScheme, ISO.g + 1n, ISO.message, isoSignature)).toThrow('does not fit');
  });
});

describe('a witness', () => {
  const start = isoScheme.questionBytes;
  const withWitness = (value: bigint): Buffer => Buffer.concat([isoSignature.subarray(0, start), toBytes(value, 128)]);

  it.each([
    { name: '0', value: 0n },
    { name: 'n', value: ISO.n },
    { name: 'n + 1', value: ISO.n + 1n },
    { name: 'the largest number that fits', value: 2n ** 1024n - 1n },
  ])('of $name is refused before anything is computed', ({ value }) => {
    const raise = (): never => {
      throw new Error('computed');
    };
    const scheme = { ...isoScheme, key: { ...isoScheme.key, raise } };
    expect(() => verifyGq(scheme, ISO.g, ISO.message, withWitness(value))).toThrow(
      'the GQ signature holds a number that is 0 or not below n',
    );
  });

  it('of another length is refused', () => {
    for (const other of [isoSignature.subarray(1), Buffer.concat([isoSignature, Buffer.of(0)]), Buffer.of()]) {
      expect(() => verifyGq(isoScheme, ISO.g, ISO.message, other)).toThrow(
        `the GQ signature has ${String(other.length)} bytes, not 138`,
      );
    }
  });
});

describe('GQ256', () => {
  it.each([
    { e: 65537n, rounds: 16, questionBytes: 2 },
    { e: 3n, rounds: 256, questionBytes: 1 },
    { e: 5n, rounds: 128, questionBytes: 1 },
    { e: 257n, rounds: 32, questionBytes: 1 },
    { e: 131071n, rounds: 16, questionBytes: 2 },
    { e: 131073n, rounds: 16, questionBytes: 3 },
    { e: 4294967295n, rounds: 9, questionBytes: 4 },
  ])('takes $rounds rounds for e = $e', ({ e, rounds, questionBytes }) => {
    const scheme = gq256(makeRsaKey(ISO.n, e));
    expect(scheme).toMatchObject({ rounds, questionBytes });
    expect(gqSignatureBytes(scheme)).toBe(rounds * (questionBytes + 128));
  });

  it('draws a new number for each round', () => {
    const drawn: bigint[] = [];
    const draw = (): bigint => {
      drawn.push(2n ** 900n + BigInt(drawn.length));
      return drawn.at(-1) ?? 0n;
    };
    signGq(gq256(makeRsaKey(ISO.n, 65537n)), ISO.q, ISO.message, draw);
    expect(drawn).toHaveLength(16);
  });

  it('hashes all test numbers and then the message, by SHAKE256', () => {
    const { hash } = gq256(makeRsaKey(ISO.n, 65537n));
    // From Python: hashlib.shake_256(b'onetwomessage').hexdigest(32)
    expect(
      Buffer.from(hash(32, [Buffer.from('one'), Buffer.from('two')], Buffer.from('message'))).toString('hex'),
    ).toBe('60e72eb8d3c1f85d2b9f237e9d803b1bc05a9d0236bb6bf2f07d20fcd5275e74');
  });
});
